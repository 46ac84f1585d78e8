//! What a program that measures says against its own measurements.

use serde::{Deserialize, Serialize};

/// The kinds of warning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum WarningKind {
    /// The run diverged: its rate is beyond what its curvature allows.
    Diverged,
    /// The best test accuracy was the last one measured: the run ended before its best point.
    StillImproving,
    /// The run was ended by its budget before every training example was classified correctly.
    NotInterpolating,
    /// ‖∇E‖² is so small in single precision that rounding is part of it.
    SinglePrecisionFloor,
    /// A quantity was asked for that exists only for optimizers with a modified loss E + c‖∇E‖².
    NoModifiedLoss,
    /// A quantity or a regulariser was asked for that is one of minibatches, where there are none.
    NoMinibatches,
    /// The last measured curvature is at the optimizer's edge of stability or beyond.
    EdgeOfStability,
    /// An epoch is a single batch: batches have no variance among each other.
    OneBatch,
    /// The batch size does not divide the number of examples.
    UnevenBatches,
    /// The trial ended before its learning rate had risen to the full one.
    UnfinishedWarmUp,
    /// Some steps followed gradients scaled down to a norm.
    ClippedGradients,
    /// Test accuracy does not fall to one half within the strengths of noise that were measured.
    NoHalfAccuracyStrength,
    /// A kind that only a later version of the program knows.
    #[serde(other)]
    Other,
}

impl WarningKind {
    /// What it says, as a heading.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Diverged => "Diverged",
            Self::StillImproving => "Still improving at the end",
            Self::NotInterpolating => "Ended before 100 % training accuracy",
            Self::SinglePrecisionFloor => "Gradient at the floor of single precision",
            Self::NoModifiedLoss => "No modified loss of the form asked for",
            Self::NoMinibatches => "No minibatches",
            Self::EdgeOfStability => "At the edge of stability",
            Self::OneBatch => "One batch an epoch",
            Self::UnevenBatches => "Batches that are not equal",
            Self::UnfinishedWarmUp => "Ended within its warm-up",
            Self::ClippedGradients => "Clipped gradients",
            Self::NoHalfAccuracyStrength => "No half-accuracy strength within the noise measured",
            Self::Other => "A warning of a later version",
        }
    }

    /// What to make of it and what to do.
    #[must_use]
    pub fn advice(self) -> &'static str {
        match self {
            Self::Diverged => "lower the learning rate or the penalty, or start smaller",
            Self::StillImproving => {
                "its best point may lie beyond the end: give it more steps before comparing it"
            }
            Self::NotInterpolating => {
                "claims about interpolating solutions leave it out: give it more steps"
            }
            Self::SinglePrecisionFloor => "measure again with precision = \"f64\"",
            Self::NoModifiedLoss => {
                "measure `gradient_norm_squared` or `r_ig`, which every optimizer has"
            }
            Self::NoMinibatches => {
                "set optimizer.batch_size; a penalty of the full batch can be cut by \
                 regularizer.micro_batch_size, and `gradient_variance` needs no batches"
            }
            Self::EdgeOfStability => {
                "the modified loss says little there: compare with a smaller learning rate"
            }
            Self::OneBatch => {
                "take a smaller `optimizer.batch_size` if the effect of minibatches is the question"
            }
            Self::UnevenBatches => {
                "take an `optimizer.batch_size` that divides the number of examples to compare with \
                 theory"
            }
            Self::UnfinishedWarmUp => "shorten `schedule.warm_up`, or give the trial more steps",
            Self::ClippedGradients => {
                "raise `optimizer.clip_norm` to compare with theory, or leave those steps out"
            }
            Self::NoHalfAccuracyStrength => {
                "extend `robustness.strengths`: claims about `half_accuracy_strength` leave it out"
            }
            Self::Other => "read it with the version of the program that wrote it",
        }
    }
}

/// A warning about one trial.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// Its kind.
    pub kind: WarningKind,
    /// What was seen, with values.
    pub message: String,
}
