//! The penalty with which one way of training has the modified loss of another.
//!
//! The original descends E + c₁‖∇E‖² + γ₁Γ in the mean, the target by itself E + c₂‖∇E‖² + γ₂Γ, so that
//! Δc = c₁ − c₂ and Δγ = γ₁ − γ₂ are to be added. A penalty μ on micro-batches of b examples and μ′ on
//! the whole batch of B adds (μ + μ′)‖∇E‖² + (μφ(b) + μ′φ(B))Γ ([`BatchPenalty`]). Two equations for two
//! unknowns:
//!
//! - μ = (Δγ − φ(B)Δc)/(φ(b) − φ(B)),
//! - μ′ = Δc − μ.
//!
//! Any b with φ(b) > φ(B) gives the same mean. The penalty is nowhere negative if and only if μ ≥ 0 and
//! μ + μ′ ≥ 0, that is, whatever b is, if and only if
//!
//! - Δc ≥ 0: the term of the full batch is no stronger in the target than in the original, and
//! - Δγ ≥ φ(B)Δc: the variance that comes with penalising a batch's own gradient is not too much.
//!
//! μ′ alone may be negative, down to −μ: then only the variance within batches is penalised. For
//! shuffled SGD on equal batches, c = h/4 and γ = (h/4)φ, and with b = B₁ the solution is μ = h₁/4,
//! μ′ = −h₂/4: the target's own implicit term taken away and the original's put in its place. It is
//! nowhere negative if h₂ ≤ h₁, B₂ ≥ B₁.
//!
//! Equal modified losses give the same mean path in the time Σ h_e of the steps, to the order to which
//! modified losses describe it.

use super::{BatchPenalty, Epoch, StochasticCoefficients};

/// Differences of this part of what is subtracted are rounding.
const ROUNDING: f64 = 1e-13;

/// What an original way of training has to hand over to a target.
///
/// ```
/// use thalweg::modified::stochastic::{Epoch, Transfer};
/// use thalweg::optimizer::{Analysed, GradientDescent, LastBatch, Sampling};
///
/// let small = Epoch {
///     examples: 1000,
///     batch_size: 10,
///     last_batch: LastBatch::Keep,
///     sampling: Sampling::Shuffled,
/// };
/// let large = Epoch { batch_size: 100, ..small };
/// let (fast, slow) = (GradientDescent::new(0.4)?, GradientDescent::new(0.1)?);
/// let original = small.coefficients(&fast.analysis()).ok_or("none")?;
/// let target = large.coefficients(&slow.analysis()).ok_or("none")?;
/// let transfer = Transfer { original, target, epoch: large };
/// // h₁/4 on micro-batches of 10 in place of the target's own h₂/4.
/// let penalty = transfer.penalty(10).ok_or("none")?;
/// assert!((penalty.coefficient - 0.1).abs() < 1e-15);
/// assert!((penalty.whole_batch_coefficient + 0.025).abs() < 1e-15);
/// assert!(penalty.is_non_negative());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Transfer {
    /// c₁ and γ₁, of its method and its penalty together.
    pub original: StochasticCoefficients,
    /// c₂ and γ₂, of its method alone.
    pub target: StochasticCoefficients,
    /// The target's epochs.
    pub epoch: Epoch,
}

/// By how much the target regularises too strongly for any penalty that is nowhere negative to help;
/// 0 where it does not.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Excess {
    /// −Δc, of ‖∇E‖².
    pub full_batch: f64,
    /// φ(B)Δc − Δγ, of Γ: what the target has once ‖∇E‖² is as in the original.
    pub gradient_variance: f64,
}

impl Excess {
    /// Whether there is none.
    #[must_use]
    pub fn is_none(self) -> bool {
        self == Self::default()
    }
}

impl Transfer {
    /// Δc and Δγ (and that of c_v): what the target lacks; 0 where the difference is rounding.
    #[must_use]
    pub fn missing(&self) -> StochasticCoefficients {
        let (one, other) = (self.original, self.target);
        StochasticCoefficients {
            full_batch: difference(one.full_batch, other.full_batch),
            batch_variance: difference(one.batch_variance, other.batch_variance),
            gradient_variance: difference(one.gradient_variance, other.gradient_variance),
        }
    }

    /// Why no penalty that is nowhere negative does it, if so. `None` where the target's batches have
    /// no share of the variance (a fixed order of several batches).
    #[must_use]
    pub fn excess(&self) -> Option<Excess> {
        let full_batch = -self.missing().full_batch.min(0.0);
        let gradient_variance = -self.surplus()?.min(0.0);
        // −0 would print as a sign without a number.
        Some(Excess {
            full_batch: full_batch + 0.0,
            gradient_variance: gradient_variance + 0.0,
        })
    }

    /// The penalty, with the signs that it needs: Δc on the batch itself where that alone suffices,
    /// else μ on micro-batches of b = `micro_batch_size` and μ′ on the batch.
    ///
    /// `None` where micro-batches are needed and b does not cut the batches. Costs no gradients.
    #[must_use]
    pub fn penalty(&self, micro_batch_size: usize) -> Option<BatchPenalty> {
        let full_batch = self.missing().full_batch;
        let surplus = self.surplus()?;
        if surplus == 0.0 {
            return Some(BatchPenalty {
                coefficient: full_batch,
                ..BatchPenalty::default()
            });
        }
        let of_parts = self.epoch.share_of_variance(Some(micro_batch_size))?;
        let cut = difference(of_parts, self.epoch.share_of_variance(None)?);
        if cut <= 0.0 {
            return None;
        }
        let coefficient = surplus / cut;
        Some(BatchPenalty {
            coefficient,
            micro_batch_size: Some(micro_batch_size),
            whole_batch_coefficient: difference(full_batch, coefficient),
        })
    }

    /// A size for micro-batches, since any gives the same mean: that of the original's batches if it
    /// cuts those of the target, since μ is then the original's own coefficient for shuffled SGD; else
    /// the largest divisor of the target's, for the fewest parts. `None` for batches of one example.
    #[must_use]
    pub fn micro_batch_size(&self, original_batch_size: usize) -> Option<usize> {
        let size = self.epoch.batch_size.clamp(1, self.epoch.examples.max(1));
        if (1..size).contains(&original_batch_size) {
            return Some(original_batch_size);
        }
        let least = (2..=size).find(|divisor| size.is_multiple_of(*divisor))?;
        Some(size / least)
    }

    /// Δγ − φ(B)Δc, what Γ still lacks once Δc‖∇Ê‖² has been added to each batch.
    fn surplus(&self) -> Option<f64> {
        let share = self.epoch.share_of_variance(None)?;
        let (one, other) = (self.original, self.target);
        let full_batch = share * self.missing().full_batch;
        let surplus = self.missing().gradient_variance - full_batch;
        let sizes = [one.gradient_variance, other.gradient_variance];
        let shares = [share * one.full_batch, share * other.full_batch];
        let size: f64 = sizes.iter().chain(&shares).map(|size| size.abs()).sum();
        Some(unless_rounding(surplus, size))
    }
}

fn difference(one: f64, other: f64) -> f64 {
    unless_rounding(one - other, one.abs() + other.abs())
}

fn unless_rounding(value: f64, size: f64) -> f64 {
    if value.abs() <= ROUNDING * size {
        0.0
    } else {
        value
    }
}
