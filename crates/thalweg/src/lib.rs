//! Measures, predicts and controls the implicit regularisation of gradient descent.
//!
//! The finite steps of gradient descent follow not the gradient flow of the loss E but, closely,
//! that of a modified loss E + (h/4)‖∇E‖² (Barrett and Dherin 2021, arXiv 2009.11162). This crate
//! has the parts to study that: *objectives* E(θ) over a flat θ with exact ∇E and Hv, *networks* to
//! make them of, *optimizers* that descend them, *regularizers* that add the hidden term on
//! purpose, the *modified* loss, and *probes* that observe.
//!
//! It does no I/O, reads no clock, prints nothing, and has no randomness but what it is given.
//!
//! ```
//! use thalweg::objective::{Gradient, HessianVector, Traced};
//! use thalweg::modified::modified_loss;
//! use thalweg::vector::norm_squared;
//!
//! let mut objective = Traced::<f64>::new(3, |theta| theta.power(4.0).sum_all())?;
//! let theta = [1.0, -2.0, 0.5];
//! let (mut gradient, mut hessian_gradient) = ([0.0; 3], [0.0; 3]);
//! let loss = objective.gradient(&theta, &mut gradient)?;
//! objective.hessian_vector(&theta, &gradient, &mut hessian_gradient)?;
//! let descended = modified_loss(loss, norm_squared(&gradient), 0.01);
//! assert!(descended > loss);
//! # Ok::<(), thalweg::objective::ObjectiveError>(())
//! ```

pub mod curvature;
pub mod flow;
pub mod follow;
pub mod geometry;
pub mod modified;
mod named;
pub mod network;
pub mod noise;
pub mod objective;
pub mod optimizer;
pub mod probe;
pub mod random;
pub mod regularizer;
pub mod robustness;
pub mod surface;
pub mod vector;
pub mod verification;

pub use named::Named;
pub use thalweg_cpu::{Element, Threads, ThreadsError};
