//! Gradient noise: how much the gradients of single examples and of minibatches differ.
//!
//! With ∇Eⱼ the gradient of example j of N, everything here follows from square norms and inner
//! products of gradients, of which none has to be formed for a single example:
//!
//! | quantity | formula | where |
//! |---|---|---|
//! | Γ, the trace of the covariance of the ∇Eⱼ | (1/N) Σⱼ ‖∇Eⱼ − ∇E‖² | [`GradientNoise::gradient_variance`] |
//! | its estimate from one minibatch | s² = (1/(B−1)) Σⱼ ‖∇Eⱼ − ∇Ê‖², times (N−1)/N if drawn without replacement | [`MinibatchNoise::gradient_variance`] |
//! | the gradient noise scale | tr Σ/‖∇E‖² = Γ/‖∇E‖² | [`GradientNoise::noise_scale`], [`MinibatchNoise::noise_scale`] |
//! | the regulariser of shuffled SGD | (1/k) Σᵢ ‖∇Êᵢ‖² over the k minibatches of an epoch | [`EpochNoise::minibatch_norm_squared`] |
//! | Γ and ‖∇E‖² from the gradients of training itself | from ‖∇Êᵢ‖² and ∇Êᵢ·∇Êᵢ₊₁ | [`StreamedNoise`] |
//! | ‖∇E‖² from pairs of half batches | ∇Ê_a·∇Ê_b | [`EpochNoise::half_batch_product`] |
//!
//! Γ has 1/N and no correction (Smith et al. 2021, arXiv 2101.12176); losses are means, so a
//! gradient of an example is not divided by N. The expectation of ‖∇Ê‖² is ‖∇E‖² plus
//! [`GradientNoise::minibatch_variance`]: one minibatch overestimates ‖∇E‖², and does not estimate Γ.

mod epoch;
mod estimate;
mod minibatch;
mod population;
mod streamed;

pub use epoch::EpochNoise;
pub use estimate::{Estimate, NoiseError};
pub use minibatch::{Drawing, MinibatchNoise};
pub use population::{GradientNoise, gradient_variance};
pub use streamed::StreamedNoise;
