//! How much a network loses when its parameters are disturbed.
//!
//! Parameters θ are replaced by randomly disturbed ones, many draws at each of several strengths, and
//! test accuracy, test loss and the slope of the training loss are measured at each. Optima that
//! strong implicit regularisation finds lie on flatter ground and should lose less (Barrett and
//! Dherin 2021, arXiv 2009.11162, prediction 2.4 and figure 3).
//!
//! | noise σ | disturbed parameters |
//! |---|---|
//! | [`Multiplicative`](PerturbationNoise::Multiplicative) | θᵢ(1 + σηᵢ) |
//! | [`Additive`](PerturbationNoise::Additive) | θᵢ + σηᵢ |
//! | [`FilterNormalised`](PerturbationNoise::FilterNormalised) | θ_f + σ‖θ_f‖η_f/‖η_f‖, filter by filter |
//!
//! with ηᵢ ~ N(0, 1), independent. To second order in σ the mean loss is E + (σ²/2) Σᵢ θᵢ²Hᵢᵢ under
//! multiplicative noise and E + (σ²/2) tr H under additive noise: what a robust optimum has little of
//! is curvature, weighted by its parameters in the first case. Multiplicative and filter-normalised
//! noise are in units of the parameters themselves, so that networks of different widths and norms
//! can be compared; additive noise is not.

mod curve;
mod error;
mod filter;
mod measure;
mod noise;
mod perturbation;
mod spread;

pub use curve::{HalfAccuracy, RobustnessCurve, RobustnessPoint, Unperturbed};
pub use error::RobustnessError;
pub use filter::filters;
pub use measure::{Watch, robustness};
pub use noise::PerturbationNoise;
pub use perturbation::Perturbation;
pub use spread::Spread;
