//! Objectives: E(θ) over a flat θ.

mod loss;

pub use loss::Loss;
