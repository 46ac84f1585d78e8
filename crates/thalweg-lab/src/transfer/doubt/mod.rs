//! What is to be said against a transfer.

mod found;
mod words;

use std::fmt;

use thalweg::network::Activation;

use super::Role;

/// A reason to doubt that the target trains as the original does, with what can be done about it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Doubt {
    /// λ_max is near or above the largest stable curvature.
    NearTheEdge {
        /// Of which.
        role: Role,
        /// Where.
        place: &'static str,
        /// λ_max over the largest stable curvature.
        stability: f64,
    },
    /// An epoch is long against the curvature.
    LongEpoch {
        /// Of which.
        role: Role,
        /// Where.
        place: &'static str,
        /// k·h_e·λ_max.
        length: f64,
    },
    /// The original diverges within an epoch.
    Diverged,
    /// A network with kinks.
    NotSmooth {
        /// What makes them.
        activation: Activation,
    },
    /// Examples are drawn with replacement.
    WithReplacement {
        /// By which.
        role: Role,
    },
    /// The batch size does not divide the number of examples.
    UnequalBatches {
        /// Of which.
        role: Role,
        /// N.
        examples: usize,
        /// B.
        batch_size: usize,
    },
    /// An epoch is one step.
    OneBatchAnEpoch {
        /// Of which.
        role: Role,
    },
    /// The learning rate changes along the way.
    Scheduled,
    /// Gradients are clipped.
    Clipped {
        /// By which.
        role: Role,
        /// The norm from which on.
        norm: f64,
    },
    /// There is weight decay.
    WeightDecay {
        /// w.
        coefficient: f64,
        /// Whether a penalty leaves it out, in the original or since it is decoupled.
        is_outside: bool,
    },
    /// What is transferred is too little to be seen.
    Negligible {
        /// Of which measure of the gradient.
        term: &'static str,
        /// Its largest share of E.
        share: f64,
    },
}

impl Doubt {
    /// A name for it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::NearTheEdge { .. } => "near-the-edge",
            Self::LongEpoch { .. } => "long-epoch",
            Self::Diverged => "diverged",
            Self::NotSmooth { .. } => "not-smooth",
            Self::WithReplacement { .. } => "with-replacement",
            Self::UnequalBatches { .. } => "unequal-batches",
            Self::OneBatchAnEpoch { .. } => "one-batch-an-epoch",
            Self::Scheduled => "scheduled",
            Self::Clipped { .. } => "clipped",
            Self::WeightDecay { .. } => "weight-decay",
            Self::Negligible { .. } => "negligible",
        }
    }
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}. {}.", self.cause(), self.advice())
    }
}
