//! What would make a transfer possible.

use thalweg::modified::stochastic::{Epoch, Transfer};
use thalweg::optimizer::Optimizer;

use super::Side;
use crate::spec::OptimizerSpec;
use crate::trial::build_optimizer;

/// The nearest target, by a lower learning rate and then a larger batch, that a penalty which is
/// nowhere negative gives the original's modified loss.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Remedy {
    /// The learning rate at which to stay or which not to exceed.
    pub learning_rate: f64,
    /// The batch size from which on it goes, perhaps that of the target.
    pub batch_size: usize,
}

impl Remedy {
    pub(super) fn find(original: &Side, target: &Side) -> Option<Self> {
        let wanted = original.total();
        let (c_wanted, c_target) = (wanted.full_batch, target.implicit.full_batch);
        let rate = target.optimizer.learning_rate;
        // c of every method is a multiple of the learning rate.
        let learning_rate = match c_target > c_wanted {
            true => rounded_down(rate * c_wanted / c_target),
            false => rate,
        };
        if learning_rate <= 0.0 {
            return None;
        }
        let spec = OptimizerSpec {
            learning_rate,
            ..target.optimizer
        };
        let built: Box<dyn Optimizer<f64>> = build_optimizer(&spec, learning_rate).ok()?;
        let analysis = built.analysis();
        let is_possible = |batch_size: &usize| {
            let epoch = Epoch {
                batch_size: *batch_size,
                ..target.epoch
            };
            epoch.coefficients(&analysis).is_some_and(|implicit| {
                let transfer = Transfer {
                    original: wanted,
                    target: implicit,
                    epoch,
                };
                // Whether there is a penalty does not depend on the size of micro-batches.
                let penalty = transfer.penalty(1);
                penalty.is_some_and(|penalty| penalty.is_non_negative())
            })
        };
        let batch_size = (target.epoch.batch_size..=target.epoch.examples).find(is_possible)?;
        Some(Self {
            learning_rate,
            batch_size,
        })
    }
}

/// A short number that is at most `value`, and not less by more than a part in a thousand; `value` to
/// twelve digits where that is short itself.
fn rounded_down(value: f64) -> f64 {
    if !(value.is_finite() && value > 0.0) {
        return 0.0;
    }
    let digits = |count: usize| format!("{value:.count$e}").parse().unwrap_or(value);
    let short: f64 = digits(6);
    if (short - value).abs() <= 1e-12 * value {
        return short.min(value);
    }
    let unit = 10_f64.powi(value.log10().floor() as i32 - 3);
    let text = format!("{:.3e}", (value / unit).floor() * unit);
    text.parse().unwrap_or(value)
}
