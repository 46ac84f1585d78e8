//! Optimizers: what moves θ, one discrete step at a time.

mod sampling;

pub use sampling::Sampling;
