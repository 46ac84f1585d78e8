//! Networks: functions of an input with named parameters.

mod activation;
mod initialisation;

pub use activation::Activation;
pub use initialisation::{Distribution, Initialisation, VarianceScaling};
