//! The epochs of minibatch training and what they make of a method.

use super::StochasticCoefficients;
use crate::optimizer::{Analysis, LastBatch, Memory, Sampling, steps_per_epoch};

/// How N examples are cut into the minibatches of an epoch.
///
/// A batch size of 0 counts as 1, one above N as N (which [`LastBatch::Drop`] leaves no step).
///
/// ```
/// use thalweg::modified::stochastic::Epoch;
/// use thalweg::optimizer::{Analysed, GradientDescent, LastBatch, Sampling};
///
/// let epoch = Epoch {
///     examples: 101,
///     batch_size: 1,
///     last_batch: LastBatch::Keep,
///     sampling: Sampling::Shuffled,
/// };
/// // Shuffled SGD: E + (h/4)‖∇E‖² + (h/4B)((N−B)/(N−1))Γ.
/// let analysis = GradientDescent::new(0.4)?.analysis();
/// let found = epoch.coefficients(&analysis).ok_or("none")?;
/// assert!((found.full_batch - 0.1).abs() < 1e-15);
/// assert!((found.gradient_variance - 0.1).abs() < 1e-15);
/// // Drawn with replacement it has no term of the variance, in a fixed order no modified loss.
/// let drawn = Epoch { sampling: Sampling::WithReplacement, ..epoch };
/// assert_eq!(drawn.coefficients(&analysis).map(|one| one.gradient_variance), Some(0.0));
/// let fixed = Epoch { sampling: Sampling::FixedOrder, ..epoch };
/// assert_eq!(fixed.coefficients(&analysis), None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Epoch {
    /// N.
    pub examples: usize,
    /// B.
    pub batch_size: usize,
    /// What becomes of the last batch where B does not divide N.
    pub last_batch: LastBatch,
    /// How the examples of a batch are drawn.
    pub sampling: Sampling,
}

impl Epoch {
    /// All examples in every step.
    #[must_use]
    pub fn full_batch(examples: usize) -> Self {
        Self {
            examples,
            batch_size: examples,
            last_batch: LastBatch::Keep,
            sampling: Sampling::FixedOrder,
        }
    }

    /// k, the steps of an epoch.
    #[must_use]
    pub fn steps(self) -> u64 {
        steps_per_epoch(self.examples, self.batch_size, self.last_batch)
    }

    /// c, c_v and γ of a method on these epochs; `None` if it has no modified loss of this form (see
    /// [the table](super)), in a fixed order of several batches or of some of the examples, and where
    /// an epoch has no steps.
    ///
    /// Costs no gradients.
    #[must_use]
    pub fn coefficients(self, analysis: &Analysis) -> Option<StochasticCoefficients> {
        let full_batch = analysis.implicit_coefficient?;
        let (rate, memory) = (analysis.effective_learning_rate?, analysis.memory?);
        let steps = self.steps();
        let quarter = rate / 4.0;
        let pairs = quarter * mean_share(memory, steps);
        let alone = match memory {
            Memory::None => full_batch - quarter,
            _ => 0.0,
        };
        let others = (self.examples.max(2) - 1) as f64;
        let (batch_variance, gradient_variance) = match (self.sampling, steps) {
            (_, 0) => return None,
            (Sampling::FixedOrder, 1) if self.sees_everything() => (0.0, 0.0),
            (Sampling::FixedOrder, _) => return None,
            (Sampling::Shuffled, 1) => (0.0, alone * self.mean_over_batches(without_replacement)),
            (Sampling::Shuffled, _) => (
                pairs + alone,
                pairs * (steps - 1) as f64 / others
                    + alone * self.mean_over_batches(without_replacement),
            ),
            (Sampling::WithReplacement, _) => {
                (alone, alone * self.mean_over_batches(with_replacement))
            }
        };
        Some(StochasticCoefficients {
            full_batch,
            batch_variance,
            gradient_variance,
        })
    }

    /// φ, the share of Γ in the mean of what a penalty on batches sees: E Σ_b w_b‖∇Ê_b‖² = ‖∇E‖² + φΓ
    /// over micro-batches of at most `micro_batch_size` examples with shares w_b of their batch, or over
    /// whole batches if that is `None` or no smaller.
    ///
    /// For equal parts of n it is (N−n)/((N−1)n), 1/n with replacement, and 0 for all N at once. `None`
    /// in a fixed order of several parts. Costs no gradients.
    #[must_use]
    pub fn share_of_variance(self, micro_batch_size: Option<usize>) -> Option<f64> {
        let of_part = match self.sampling {
            Sampling::WithReplacement => with_replacement,
            Sampling::Shuffled => without_replacement,
            Sampling::FixedOrder => {
                let is_whole = micro_batch_size.is_none_or(|size| size >= self.examples);
                return (is_whole && self.steps() == 1 && self.sees_everything()).then_some(0.0);
            }
        };
        let Some(part) = micro_batch_size.map(|size| size.max(1) as f64) else {
            return Some(self.mean_over_batches(of_part));
        };
        let in_parts = |examples: f64, batch: f64| {
            let (parts, rest) = ((batch / part).floor(), batch % part);
            let whole = parts * part / batch * of_part(examples, part);
            match rest {
                0.0 => whole,
                rest => whole + rest / batch * of_part(examples, rest),
            }
        };
        Some(self.mean_over_batches(in_parts))
    }

    fn sees_everything(self) -> bool {
        self.last_batch == LastBatch::Keep || self.examples.is_multiple_of(self.size())
    }

    fn size(self) -> usize {
        self.batch_size.max(1)
    }

    /// The mean of `of`(N, Bᵢ) over the batches of an epoch.
    fn mean_over_batches(self, of: impl Fn(f64, f64) -> f64) -> f64 {
        let (examples, size) = (self.examples, self.size());
        let (whole, rest) = ((examples / size) as f64, examples % size);
        let is_kept = rest > 0 && self.last_batch == LastBatch::Keep;
        let of = |batch: usize| of(examples as f64, batch as f64);
        match is_kept {
            true if whole > 0.0 => (whole * of(size) + of(rest)) / (whole + 1.0),
            true => of(rest),
            false => of(size),
        }
    }
}

/// φ = (N−B)/((N−1)B): E‖∇Ê − ∇E‖²/Γ for B different examples.
fn without_replacement(examples: f64, batch: f64) -> f64 {
    (examples - batch) / ((examples - 1.0).max(1.0) * batch)
}

/// 1/B: the same for examples drawn independently.
fn with_replacement(_examples: f64, batch: f64) -> f64 {
    1.0 / batch
}

/// The mean of [`Memory::share_taken_up`] over the pairs of different steps of an epoch of k:
/// 1 − (2/(k(k−1))) Σ_{d=1}^{k−1} (k−d)βᵈ for heavy ball, with β^{d+1} for Nesterov's method.
///
/// Where an epoch is shorter than 1/(1−β) steps the closed form of the sum is a difference of nearly
/// equal numbers, and the pairs are gone through by their distance.
fn mean_share(memory: Memory, steps: u64) -> f64 {
    let (momentum, of_left_over) = match memory {
        Memory::None => return 1.0,
        Memory::HeavyBall { momentum } => (momentum, 1.0),
        Memory::Nesterov { momentum } => (momentum, momentum),
    };
    let count = steps as f64;
    match steps {
        0 | 1 => 1.0,
        _ if count * (1.0 - momentum) < 1.0 => {
            let share = |d: u64| {
                (steps - d) as f64 * memory.share_taken_up(i32::try_from(d).unwrap_or(i32::MAX))
            };
            2.0 * (1..steps).map(share).sum::<f64>() / (count * (count - 1.0))
        }
        _ => 1.0 - of_left_over * left_over(momentum, count),
    }
}

/// (2/(k(k−1))) Σ_{d=1}^{k−1} (k−d)βᵈ = (2/(k(k−1))) (kβ/(1−β) − β(1−βᵏ)/(1−β)²) for k ≥ 2.
fn left_over(momentum: f64, steps: f64) -> f64 {
    let rest = 1.0 - momentum;
    let lost = -(steps * momentum.ln()).exp_m1();
    let sum = steps * momentum / rest - momentum * lost / (rest * rest);
    2.0 * sum / (steps * (steps - 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closed_form_is_the_mean_over_the_pairs_of_an_epoch() {
        for momentum in [0.0, 0.3, 0.9, 0.9999] {
            for memory in [
                Memory::HeavyBall { momentum },
                Memory::Nesterov { momentum },
            ] {
                for steps in [2_i32, 3, 10, 200, 20_000] {
                    let shares =
                        (1..steps).map(|d| f64::from(steps - d) * memory.share_taken_up(d));
                    let pairs = f64::from(steps) * f64::from(steps - 1) / 2.0;
                    let mean = shares.sum::<f64>() / pairs;
                    let closed = mean_share(memory, steps.unsigned_abs().into());
                    assert!((closed - mean).abs() < 1e-8 * mean, "{memory:?} {steps}");
                }
            }
        }
    }

    #[test]
    fn batches_that_do_not_divide_are_averaged_over() {
        let epoch = |examples, batch_size, last_batch| Epoch {
            examples,
            batch_size,
            last_batch,
            sampling: Sampling::Shuffled,
        };
        let mean = |epoch: Epoch| epoch.mean_over_batches(with_replacement);
        assert_eq!(mean(epoch(5, 2, LastBatch::Keep)), (0.5 + 0.5 + 1.0) / 3.0);
        assert_eq!(mean(epoch(5, 2, LastBatch::Drop)), 0.5);
        assert_eq!(mean(epoch(4, 2, LastBatch::Keep)), 0.5);
        assert_eq!(mean(epoch(3, 8, LastBatch::Keep)), 1.0 / 3.0);
        assert_eq!(mean(epoch(3, 0, LastBatch::Keep)), 1.0);
    }
}
