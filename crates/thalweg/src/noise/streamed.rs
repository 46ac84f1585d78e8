//! Estimates from the gradients that training computes anyway.

use super::minibatch::Drawing;

/// What the gradients of successive minibatches of training say of ‖∇E‖² and Γ.
///
/// With A the mean of ‖∇Êᵢ‖² and D the mean of ∇Êᵢ·∇Êᵢ₊₁ over pairs of successive minibatches of an
/// epoch, at one θ and without replacement,
/// E\[A\] = ‖∇E‖² + ((N−B)/((N−1)B)) Γ and E\[D\] = ‖∇E‖² − Γ/(N−1), since different examples of an
/// epoch are drawn against each other; with replacement E\[A\] = ‖∇E‖² + Γ/B and E\[D\] = ‖∇E‖². Solving
/// for the two gives unbiased estimates, which can be negative. In training θ moves by a step between
/// the gradients of a pair, so that D is off by O(h), and A is a mean over the path of an epoch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StreamedNoise {
    /// N.
    pub examples: usize,
    /// B ≥ 1.
    pub batch_size: usize,
    /// How minibatches are drawn.
    pub drawing: Drawing,
    /// A, the mean of ‖∇Êᵢ‖².
    pub minibatch_norm_squared: f64,
    /// D, the mean of ∇Êᵢ·∇Êᵢ₊₁.
    pub successive_product: f64,
}

impl StreamedNoise {
    /// An estimate of Γ: (A − D)B(N−1)/N without replacement, (A − D)B with it.
    #[must_use]
    pub fn gradient_variance(&self) -> f64 {
        let (n, b) = (self.examples as f64, self.batch_size as f64);
        let difference = self.minibatch_norm_squared - self.successive_product;
        match self.drawing {
            Drawing::WithoutReplacement => difference * b * (n - 1.0) / n,
            Drawing::WithReplacement => difference * b,
        }
    }

    /// An estimate of ‖∇E‖²: D + (A − D)B/N without replacement, D with it.
    #[must_use]
    pub fn gradient_norm_squared(&self) -> f64 {
        let share = self.batch_size as f64 / self.examples as f64;
        let (norm, product) = (self.minibatch_norm_squared, self.successive_product);
        match self.drawing {
            Drawing::WithoutReplacement => product + (norm - product) * share,
            Drawing::WithReplacement => product,
        }
    }
}
