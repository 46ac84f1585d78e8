//! What is to be made of the numbers, sentence by sentence.

mod found;
mod words;

use thalweg::network::Activation;

pub(super) use self::words::rounded;
use super::{Audited, Change, Regime, Scenario, Terms, Undefined};

/// What a remark is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    /// Whether the theory can be trusted here.
    Regime,
    /// What the steps add to the loss.
    Penalty,
    /// What other settings would do.
    Change,
    /// How much noise in θ is survived.
    Robustness,
    /// Which numbers are noise.
    Noise,
}

impl Topic {
    /// All of them in order, each with its key in JSON and its heading.
    pub const ALL: [(Self, &'static str, &'static str); 5] = [
        (Self::Regime, "regime", "Does the theory hold here?"),
        (
            Self::Penalty,
            "penalty",
            "What do the steps add to the loss?",
        ),
        (
            Self::Change,
            "change",
            "What would another h or B do at this θ?",
        ),
        (
            Self::Robustness,
            "robustness",
            "How much noise in θ does it survive?",
        ),
        (Self::Noise, "noise", "Which numbers are noise?"),
    ];
}

/// A sentence about an audit.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Remark {
    /// Where the theory stands.
    Regime {
        /// There.
        regime: Regime,
        /// What decides it.
        scenario: Scenario,
        /// k.
        steps: u64,
        /// The method.
        method: &'static str,
    },
    /// A network with kinks.
    NotSmooth {
        /// What makes them.
        activation: Activation,
    },
    /// Training diverged.
    Diverged,
    /// Gradients were clipped.
    Clipped,
    /// The loss did not go down at last.
    Unsteady {
        /// How often it rose.
        rises: usize,
        /// Of how many times.
        pairs: usize,
    },
    /// The learning rate is one of a schedule.
    Scheduled {
        /// That of the step that follows.
        rate: f64,
        /// That of the file.
        base: f64,
    },
    /// A schedule, and no step to know its rate by.
    UnknownStep,
    /// Weight decay.
    WeightDecay {
        /// w.
        coefficient: f64,
    },
    /// Examples are drawn with replacement.
    WithReplacement,
    /// λ_max is not known to the tolerance.
    NotConverged {
        /// ‖Hv − λv‖ over λ.
        residual: f64,
    },
    /// Tensors passed over.
    Unused {
        /// Their names.
        names: Vec<String>,
    },
    /// How much of what is descended is implicit penalty.
    Penalty {
        /// The terms.
        terms: Terms,
        /// Whether there are minibatches, which add a term of their own.
        has_minibatches: bool,
    },
    /// There is no modified loss to speak of.
    NoModifiedLoss {
        /// Why.
        why: Undefined,
    },
    /// What is added on purpose beside it.
    Explicit {
        /// Its share of E.
        share: f64,
        /// How many times the implicit penalty it is, if there is one.
        times: Option<f64>,
    },
    /// Batches against the gradient noise scale.
    NoiseScale {
        /// tr Σ/‖∇E‖².
        scale: f64,
        /// B.
        batch_size: usize,
        /// N.
        examples: usize,
    },
    /// Another setting.
    Change {
        /// The present one.
        from: Scenario,
        /// The other.
        to: Scenario,
    },
    /// Batches that cannot be changed one way.
    NoChange {
        /// Which change there is not.
        change: Change,
    },
    /// Nothing is said of other settings.
    NothingSaid,
    /// The strength of noise that leaves half of the test accuracy.
    HalfAccuracy {
        /// It.
        strength: f64,
        /// Its standard error over draws.
        error: f64,
        /// Draws at each strength.
        draws: usize,
    },
    /// There is no such strength.
    NoHalfAccuracy {
        /// Why.
        why: Undefined,
        /// The strongest noise that was tried.
        strongest: f64,
    },
    /// A number that cannot be told from 0.
    Noise {
        /// Which.
        quantity: Audited,
        /// Its value.
        value: f64,
        /// Its larger error bar.
        error: f64,
        /// Whether that is of the examples as a sample.
        is_of_sample: bool,
    },
    /// ‖∇E‖² is at the rounding floor of training.
    BelowFloor {
        /// ‖∇E‖².
        norm: f64,
        /// The floor.
        floor: f64,
    },
    /// ‖∇E‖² is as large as the scatter of examples alone makes it.
    GradientOfSampling {
        /// ‖∇E‖².
        norm: f64,
        /// Γ/N.
        scatter: f64,
    },
    /// No number is noise.
    NoNoise,
}

impl Remark {
    /// What it is about.
    #[must_use]
    pub fn topic(&self) -> Topic {
        match self {
            Self::Regime { .. }
            | Self::NotSmooth { .. }
            | Self::Diverged
            | Self::Clipped
            | Self::Unsteady { .. }
            | Self::Scheduled { .. }
            | Self::UnknownStep
            | Self::WithReplacement
            | Self::NotConverged { .. }
            | Self::Unused { .. } => Topic::Regime,
            Self::Penalty { .. }
            | Self::WeightDecay { .. }
            | Self::NoModifiedLoss { .. }
            | Self::Explicit { .. }
            | Self::NoiseScale { .. } => Topic::Penalty,
            Self::Change { .. } | Self::NoChange { .. } | Self::NothingSaid => Topic::Change,
            Self::HalfAccuracy { .. } | Self::NoHalfAccuracy { .. } => Topic::Robustness,
            Self::Noise { .. }
            | Self::BelowFloor { .. }
            | Self::GradientOfSampling { .. }
            | Self::NoNoise => Topic::Noise,
        }
    }

    /// Its key in JSON.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Regime { .. } => "regime",
            Self::NotSmooth { .. } => "not_smooth",
            Self::Diverged => "diverged",
            Self::Clipped => "clipped",
            Self::Unsteady { .. } => "unsteady",
            Self::Scheduled { .. } => "scheduled",
            Self::UnknownStep => "unknown_step",
            Self::WeightDecay { .. } => "weight_decay",
            Self::WithReplacement => "with_replacement",
            Self::NotConverged { .. } => "not_converged",
            Self::Unused { .. } => "unused",
            Self::Penalty { .. } => "penalty",
            Self::NoModifiedLoss { .. } => "no_modified_loss",
            Self::Explicit { .. } => "explicit",
            Self::NoiseScale { .. } => "noise_scale",
            Self::Change { .. } => "change",
            Self::NoChange { .. } => "no_change",
            Self::NothingSaid => "nothing_said",
            Self::HalfAccuracy { .. } => "half_accuracy",
            Self::NoHalfAccuracy { .. } => "no_half_accuracy",
            Self::Noise { .. } => "noise",
            Self::BelowFloor { .. } => "below_floor",
            Self::GradientOfSampling { .. } => "gradient_of_sampling",
            Self::NoNoise => "no_noise",
        }
    }

    /// Whether it says that something is not to be trusted.
    #[must_use]
    pub fn is_caution(&self) -> bool {
        match self {
            Self::Regime { regime, .. } => *regime != Regime::Inside,
            Self::NotSmooth { .. }
            | Self::Diverged
            | Self::Clipped
            | Self::Unsteady { .. }
            | Self::UnknownStep
            | Self::WithReplacement
            | Self::NotConverged { .. }
            | Self::Noise { .. }
            | Self::BelowFloor { .. }
            | Self::GradientOfSampling { .. } => true,
            _ => false,
        }
    }
}
