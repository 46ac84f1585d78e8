//! Handing the implicit regularisation of one way of training over to another: what
//! `thalweg transfer` finds.
//!
//! The coefficients come from [`thalweg::modified::stochastic`]; here they meet the settings of
//! experiment files, and what can be measured on the user's own experiment.

mod doubt;
mod error;
mod measured;
mod remedy;
mod side;
mod subject;
mod text;
mod writing;

#[cfg(test)]
mod tests;

use thalweg::modified::stochastic::{BatchPenalty, Excess, StochasticCoefficients, Transfer};

pub use self::doubt::Doubt;
pub use self::error::{NoLoss, TransferError};
pub use self::measured::{Measured, Place};
pub use self::remedy::Remedy;
pub use self::side::{Role, Side};
pub use self::subject::Subject;
pub use self::text::text;
pub use self::writing::{Limits, retrained, save};

/// What a target needs to have the modified loss of an original.
#[derive(Clone, Debug, PartialEq)]
pub struct Transferred {
    /// How it was trained.
    pub original: Side,
    /// How it is to be trained, with no penalty of its own.
    pub target: Side,
    /// What the target lacks.
    pub missing: StochasticCoefficients,
    /// What it has too much of for any penalty that is nowhere negative.
    pub excess: Excess,
    /// The penalty with the signs it needs; `None` where its batches cannot be cut as it needs.
    pub penalty: Option<BatchPenalty>,
    /// A change of the target for which there is a penalty that is nowhere negative, where it is
    /// needed and found.
    pub remedy: Option<Remedy>,
}

impl Transferred {
    /// Compares both and solves for the penalty, on micro-batches of that size or one that is chosen
    /// ([`Transfer::micro_batch_size`]).
    ///
    /// # Errors
    /// If both train alike, or the size does not cut the target's batches.
    pub fn between(
        original: Side,
        target: Side,
        micro_batch_size: Option<usize>,
    ) -> Result<Self, TransferError> {
        if original.optimizer == target.optimizer {
            return Err(TransferError::Identical);
        }
        let transfer = Transfer {
            original: original.total(),
            target: target.implicit,
            epoch: target.epoch,
        };
        let batch = target.epoch.batch_size;
        if let Some(size) = micro_batch_size.filter(|size| *size >= batch) {
            return Err(TransferError::MicroBatchSize { size, batch });
        }
        let size = micro_batch_size
            .or_else(|| transfer.micro_batch_size(original.epoch.batch_size))
            .unwrap_or(1);
        let excess = transfer.excess().unwrap_or_default();
        let penalty = transfer.penalty(size).map(rounded);
        let is_possible = penalty.is_some_and(BatchPenalty::is_non_negative);
        Ok(Self {
            missing: transfer.missing(),
            remedy: (!is_possible)
                .then(|| Remedy::find(&original, &target))
                .flatten(),
            excess,
            penalty,
            original,
            target,
        })
    }

    /// The penalty if it is nowhere negative.
    #[must_use]
    pub fn usable(&self) -> Option<BatchPenalty> {
        self.penalty.filter(|penalty| penalty.is_non_negative())
    }

    /// How many steps of the target cover the same time as one of the original: h_e of the original
    /// over that of the target.
    #[must_use]
    pub fn steps_for_a_step(&self) -> f64 {
        self.original.effective_learning_rate / self.target.effective_learning_rate
    }

    /// The same in epochs.
    #[must_use]
    pub fn epochs_for_an_epoch(&self) -> f64 {
        self.original.epoch_time() / self.target.epoch_time()
    }

    /// Why there is no penalty, and what would help; empty where there is one.
    #[must_use]
    pub fn obstacle(&self) -> String {
        text::obstacle(self)
    }
}

/// Coefficients without the last digits, which are rounding: files are read by people.
fn rounded(penalty: BatchPenalty) -> BatchPenalty {
    let digits = |value: f64| format!("{value:.13e}").parse().unwrap_or(value);
    BatchPenalty {
        coefficient: digits(penalty.coefficient),
        whole_batch_coefficient: digits(penalty.whole_batch_coefficient),
        ..penalty
    }
}
