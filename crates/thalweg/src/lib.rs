//! Measures, predicts and controls the implicit regularisation of gradient descent.

mod named;
pub mod network;
pub mod objective;
pub mod optimizer;
pub mod probe;
pub mod regularizer;

pub use named::Named;
