//! Γ over all examples.

use thalweg_cpu::Element;

use super::estimate::{NoiseError, check_finite};
use crate::objective::{ExampleGradients, FiniteSum, PerExample};
use crate::vector::norm_squared;

/// The noise of the gradients of all examples at one θ: exact, nothing is estimated.
#[derive(Clone, Debug, PartialEq)]
pub struct GradientNoise {
    /// E.
    pub loss: f64,
    /// N.
    pub examples: usize,
    /// ‖∇E‖².
    pub gradient_norm_squared: f64,
    /// Γ = (1/N) Σⱼ ‖∇Eⱼ − ∇E‖², the trace of the covariance of the gradients of single examples.
    pub gradient_variance: f64,
    /// What it was computed from, also by tensor and by layer.
    pub by_example: ExampleGradients,
}

impl GradientNoise {
    /// Measures at `theta` in one pass over the data, and writes ∇E to `gradient`.
    ///
    /// Γ is (1/N) Σⱼ ‖∇Eⱼ‖² − ‖∇E‖², summed in double precision; where the examples agree so well
    /// that this is all rounding, it is 0 and never negative. Costs one gradient and, where all
    /// norms are factored, a few per cent more.
    ///
    /// # Errors
    /// Those of the objective; a gradient that is infinite or undefined.
    pub fn measure<T: Element, O: FiniteSum<T>>(
        objective: &mut O,
        theta: &[T],
        gradient: &mut [T],
    ) -> Result<Self, NoiseError> {
        let by_example = objective.example_gradients(theta, gradient, PerExample::SquareNorms)?;
        let square_norms = by_example.square_norms();
        check_finite(&square_norms)?;
        let gradient_norm_squared = norm_squared(gradient);
        Ok(Self {
            loss: by_example.loss,
            examples: square_norms.len(),
            gradient_norm_squared,
            gradient_variance: gradient_variance(&square_norms, gradient_norm_squared),
            by_example,
        })
    }

    /// The gradient noise scale tr Σ/‖∇E‖² = Γ/‖∇E‖²: roughly the batch size at which the noise of
    /// a minibatch's gradient equals the gradient (McCandlish et al. 2018, arXiv 1812.06162).
    ///
    /// # Errors
    /// Where ∇E = 0.
    pub fn noise_scale(&self) -> Result<f64, NoiseError> {
        ratio(self.gradient_variance, self.gradient_norm_squared)
    }

    /// What minibatches of `batch_size` B drawn without replacement add to ‖∇E‖² in the mean:
    /// ((N−B)/(N−1)) Γ/B (Smith et al. 2021). 0 for B = N.
    ///
    /// # Errors
    /// If B is 0 or above N.
    pub fn minibatch_variance(&self, batch_size: usize) -> Result<f64, NoiseError> {
        let quantity = "the variance of a minibatch's gradient";
        if batch_size == 0 || batch_size > self.examples {
            return Err(NoiseError::TooFew {
                quantity,
                what: "examples in a batch, of those there are",
                needed: batch_size.max(1),
                given: batch_size.min(self.examples),
            });
        }
        let (n, b) = (self.examples as f64, batch_size as f64);
        Ok(match batch_size == self.examples {
            true => 0.0,
            false => (n - b) / (n - 1.0) * self.gradient_variance / b,
        })
    }
}

/// Γ = (1/N) Σⱼ ‖∇Eⱼ‖² − ‖∇E‖² from the square norms of all examples and that of their mean. 0 where
/// rounding would make it negative; undefined numbers are passed on.
#[must_use]
pub fn gradient_variance(square_norms: &[f64], gradient_norm_squared: f64) -> f64 {
    let mean = square_norms.iter().sum::<f64>() / square_norms.len() as f64;
    let difference = mean - gradient_norm_squared;
    if difference < 0.0 { 0.0 } else { difference }
}

pub(super) fn ratio(variance: f64, gradient_norm_squared: f64) -> Result<f64, NoiseError> {
    if gradient_norm_squared > 0.0 {
        return Ok(variance / gradient_norm_squared);
    }
    Err(NoiseError::NoGradient {
        quantity: "the gradient noise scale",
        denominator: gradient_norm_squared,
    })
}
