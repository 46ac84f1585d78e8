//! Unbiased estimates from one minibatch.

use thalweg_cpu::Element;

use super::estimate::{Estimate, NoiseError, check_finite};
use super::population::ratio;
use crate::objective::{FiniteSum, PerExample};
use crate::vector::norm_squared;

/// How the examples of a minibatch were drawn from the N there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Drawing {
    /// Each at most once, as when an epoch is shuffled.
    WithoutReplacement,
    /// Independently of each other.
    WithReplacement,
}

/// Estimates of the gradient noise of all N examples from a minibatch of B, with standard errors by
/// the jackknife.
///
/// With s² = (1/(B−1)) Σⱼ ‖∇Eⱼ − ∇Ê‖² over the minibatch, E\[s²\] is Γ for independent draws and
/// (N/(N−1)) Γ for draws without replacement; E‖∇Ê‖² exceeds ‖∇E‖² by Γ/B, or by (1 − B/N) E\[s²\]/B.
#[derive(Clone, Debug, PartialEq)]
pub struct MinibatchNoise {
    /// Ê, the mean loss of the minibatch.
    pub loss: f64,
    /// ‖∇Ê‖² of this minibatch: an estimate of ‖∇E‖² plus the variance of a minibatch's gradient,
    /// biased as one of ‖∇E‖².
    pub minibatch_norm_squared: f64,
    examples: usize,
    drawing: Drawing,
    square_norms: Vec<f64>,
    products: Vec<f64>,
}

impl MinibatchNoise {
    /// Measures on `batch`, and writes ∇Ê to `gradient`. Costs a gradient of the minibatch, and one
    /// forward derivative for the standard errors.
    ///
    /// # Errors
    /// Those of the objective; a gradient that is infinite or undefined.
    pub fn measure<T: Element, O: FiniteSum<T>>(
        objective: &mut O,
        batch: &[usize],
        drawing: Drawing,
        theta: &[T],
        gradient: &mut [T],
    ) -> Result<Self, NoiseError> {
        let wanted = PerExample::SquareNormsAndProducts;
        let seen = objective.minibatch_example_gradients(batch, theta, gradient, wanted)?;
        let square_norms = seen.square_norms();
        check_finite(&square_norms)?;
        Ok(Self {
            loss: seen.loss,
            minibatch_norm_squared: norm_squared(gradient),
            examples: objective.examples(),
            drawing,
            square_norms,
            products: seen.products.unwrap_or_default(),
        })
    }

    /// An unbiased estimate of Γ, the 1/N variance over all examples.
    ///
    /// # Errors
    /// For a minibatch of one example.
    pub fn gradient_variance(&self) -> Result<Estimate, NoiseError> {
        self.check_size("the variance of gradients")?;
        Ok(self.estimate(|moments| self.variance(moments)))
    }

    /// An unbiased estimate of ‖∇E‖² over all examples; it can be negative.
    ///
    /// # Errors
    /// For a minibatch of one example.
    pub fn gradient_norm_squared(&self) -> Result<Estimate, NoiseError> {
        self.check_size("an unbiased squared gradient norm")?;
        Ok(self.estimate(|moments| self.unbiased_norm(moments)))
    }

    /// The gradient noise scale Γ/‖∇E‖² from the two estimates above (their ratio is not itself
    /// unbiased).
    ///
    /// # Errors
    /// For a minibatch of one example, or if the estimate of ‖∇E‖² is not positive: a larger
    /// minibatch is needed then.
    pub fn noise_scale(&self) -> Result<Estimate, NoiseError> {
        self.check_size("the gradient noise scale")?;
        let whole = self.moments();
        ratio(self.variance(whole), self.unbiased_norm(whole))?;
        Ok(self.estimate(|moments| self.variance(moments) / self.unbiased_norm(moments)))
    }

    fn check_size(&self, quantity: &'static str) -> Result<(), NoiseError> {
        let given = self.square_norms.len();
        if given >= 2 {
            return Ok(());
        }
        Err(NoiseError::TooFew {
            quantity,
            what: "example in the minibatch",
            needed: 2,
            given,
        })
    }

    fn estimate(&self, of: impl Fn(Moments) -> f64) -> Estimate {
        let whole = self.moments();
        let left_out = |j: usize| of(whole.without(self.square_norms[j], self.products[j]));
        Estimate::with_jackknife(of(whole), left_out, self.square_norms.len())
    }

    fn moments(&self) -> Moments {
        Moments {
            count: self.square_norms.len() as f64,
            sum_of_squares: self.square_norms.iter().sum(),
            mean_norm_squared: self.minibatch_norm_squared,
        }
    }

    fn variance(&self, moments: Moments) -> f64 {
        let n = self.examples as f64;
        match self.drawing {
            Drawing::WithReplacement => moments.sample_variance(),
            Drawing::WithoutReplacement => moments.sample_variance() * (n - 1.0) / n,
        }
    }

    fn unbiased_norm(&self, moments: Moments) -> f64 {
        let share = match self.drawing {
            Drawing::WithReplacement => 0.0,
            Drawing::WithoutReplacement => moments.count / self.examples as f64,
        };
        moments.mean_norm_squared - (1.0 - share) * moments.sample_variance() / moments.count
    }
}

/// What estimates are computed from: B, Σ‖∇Eⱼ‖², ‖∇Ê‖².
#[derive(Clone, Copy)]
struct Moments {
    count: f64,
    sum_of_squares: f64,
    mean_norm_squared: f64,
}

impl Moments {
    /// s² = (Σ‖∇Eⱼ‖² − B‖∇Ê‖²)/(B−1).
    fn sample_variance(&self) -> f64 {
        (self.sum_of_squares - self.count * self.mean_norm_squared) / (self.count - 1.0)
    }

    /// The moments without an example of square norm `norm` and product `product` with the mean:
    /// ‖B∇Ê − ∇Eⱼ‖² = B²‖∇Ê‖² − 2B ∇Eⱼ·∇Ê + ‖∇Eⱼ‖².
    fn without(self, norm: f64, product: f64) -> Self {
        let (b, rest) = (self.count, self.count - 1.0);
        let sum_norm = b * b * self.mean_norm_squared - 2.0 * b * product + norm;
        Self {
            count: rest,
            sum_of_squares: self.sum_of_squares - norm,
            mean_norm_squared: sum_norm / (rest * rest),
        }
    }
}
