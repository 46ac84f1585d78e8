//! The curvature of an objective at one θ, from Hessian–vector products.
//!
//! | question | tool | products Hv | memory in vectors |
//! |---|---|---|---|
//! | λ_max, λ_min, their directions | [`extreme_eigenpairs`] | 20 to 100; fewer from a near start | 24 |
//! | the k largest or smallest | [`largest_eigenpairs`], [`smallest_eigenpairs`] | some 10k | 2k + 20 |
//! | the mean curvature, tr H | [`hutch_plus_plus`], [`hutchinson`] | given: 30 to 100 | a third of that; 3 |
//! | how eigenvalues are distributed | [`spectral_density`] | probes × steps: 800 | steps: 80 |
//! | everything, for m ≤ 1000 or so | [`dense_hessian`] | m | m |
//! | is it a function at all? | [`check_determinism`] | 5 | 10 |
//!
//! A vector is m elements of the objective's type, a product costs about three gradients. Sums are
//! in double precision for either type. Random directions come from streams keyed by a seed, so that
//! the same question has the same answer to the bit.
//!
//! All take any [`HessianVector`](crate::objective::HessianVector): a formula, a network over all
//! its data, or [`Minibatch`](crate::objective::Minibatch) for the Hessian of a part. Where the
//! network has kinks (ReLU) H is that of the smooth pieces, without what the kinks contribute.

mod basis;
mod dense;
mod density;
mod determinism;
mod direction;
mod error;
mod lanczos;
mod operator;
mod quadrature;
mod ritz;
mod statistics;
mod symmetric;
mod thick_restart;
mod trace;

pub use dense::{DenseHessian, MAXIMUM_DENSE_PARAMETERS, dense_hessian};
pub use density::{DensityOptions, SpectralDensity, spectral_density};
pub use determinism::{Circumstance, Determinism, Difference, Quantity, check_determinism};
pub use error::CurvatureError;
pub use lanczos::{
    Eigenpair, Eigenpairs, Extremes, LanczosOptions, extreme_eigenpairs, largest_eigenpairs,
    smallest_eigenpairs,
};
pub use quadrature::Quadrature;
pub use statistics::Estimate;
pub use symmetric::SymmetricEigen;
pub(crate) use symmetric::symmetric_eigen;
pub use trace::{TraceEstimate, hutch_plus_plus, hutchinson};

/// What is left of a vector after a projection is taken for rounding if it is below this times ε
/// times the largest ‖Hv‖: a few roundings in Hv itself. If it is not, a random direction is only
/// found earlier or later.
const NOISE: f64 = 10.0;
