//! What a penalty on the gradients of batches is in the mean over batches.

use super::{Epoch, StochasticCoefficients};

/// A penalty μ·Σ_b w_b ‖∇Ê_b‖² + μ′‖∇Ê‖² on the batch of each step, cut into micro-batches b of shares
/// w_b; without micro-batches μ‖∇Ê‖².
///
/// It is what [`MicroBatchPenalty`](crate::regularizer::MicroBatchPenalty) and
/// [`GradientPenalty`](crate::regularizer::GradientPenalty) compute, in multiples of squared norms.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct BatchPenalty {
    /// μ.
    pub coefficient: f64,
    /// b, the examples of a micro-batch; `None` is the batch as a whole.
    pub micro_batch_size: Option<usize>,
    /// μ′, 0 without micro-batches.
    pub whole_batch_coefficient: f64,
}

impl BatchPenalty {
    /// Whether it is nowhere negative, whatever the gradients: μ ≥ 0 and μ + μ′ ≥ 0.
    ///
    /// It is μ times the variance of the micro-batches' gradients about ∇Ê plus (μ + μ′)‖∇Ê‖².
    #[must_use]
    pub fn is_non_negative(self) -> bool {
        self.coefficient >= 0.0 && self.coefficient + self.whole_batch_coefficient >= 0.0
    }

    /// Whether it adds nothing at all.
    #[must_use]
    pub fn is_nil(self) -> bool {
        self.coefficient == 0.0 && self.whole_batch_coefficient == 0.0
    }

    /// c, c_v and γ that it adds to those of the method: μ + μ′, μ + μ′ and μφ(b) + μ′φ(B), where φ is
    /// [`Epoch::share_of_variance`]. (c_v is of the variance between whole batches; that within a
    /// fixed batch is no multiple of it.)
    ///
    /// To first order in coefficients that are themselves O(h), for every method with a modified
    /// loss. `None` in a fixed order of several batches or micro-batches. Costs no gradients.
    #[must_use]
    pub fn coefficients(self, epoch: Epoch) -> Option<StochasticCoefficients> {
        if self.is_nil() {
            return Some(StochasticCoefficients::default());
        }
        let both = self.coefficient + self.whole_batch_coefficient;
        let of_parts = epoch.share_of_variance(self.micro_batch_size)?;
        let of_whole = match self.whole_batch_coefficient {
            0.0 => 0.0,
            whole => whole * epoch.share_of_variance(None)?,
        };
        Some(StochasticCoefficients {
            full_batch: both,
            batch_variance: if epoch.steps() > 1 { both } else { 0.0 },
            gradient_variance: self.coefficient * of_parts + of_whole,
        })
    }
}
