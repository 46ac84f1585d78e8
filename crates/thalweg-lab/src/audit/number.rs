//! A number with what is known of its error.

use std::fmt;

use super::{Audited, Pass};

/// A number of an audit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Number {
    /// Which one.
    pub quantity: Audited,
    /// Its value, or why there is none.
    pub value: Result<f64, Undefined>,
    /// How well it is computed for the examples at hand.
    pub error: Option<ErrorBar>,
    /// Its standard error as an estimate for the population that the examples are a sample of, at this
    /// θ, where it was measured.
    pub sample_error: Option<f64>,
    /// Where it was measured; what follows from several passes is counted with the last of them.
    pub pass: Pass,
}

/// How well a number is computed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ErrorBar {
    /// In the unit of the number.
    pub size: f64,
    /// What it is.
    pub kind: ErrorKind,
}

/// What an error bar says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The number follows from settings alone.
    Exact,
    /// The number is a sum over all examples: an estimate of the rounding of double precision.
    Rounding,
    /// Within it of the number lies an eigenvalue: the residual ‖Hv − λv‖ of the Lanczos method. The
    /// error is of the order of its square over the gap to the next eigenvalue.
    Residual,
    /// The standard error over the minibatches of one epoch.
    Minibatches,
    /// The standard error over random draws.
    Draws,
}

impl ErrorKind {
    /// Its key in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Rounding => "rounding",
            Self::Residual => "residual",
            Self::Minibatches => "minibatches",
            Self::Draws => "draws",
        }
    }
}

/// Why there is no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Undefined {
    /// Each step sees all examples.
    NoMinibatches,
    /// Minibatches of one example have no halves.
    NoHalves,
    /// No loss of the form E + c‖∇E‖² is descended.
    NoModifiedLoss {
        /// The method.
        method: &'static str,
    },
    /// Minibatches come in one order.
    FixedOrder,
    /// Decoupled weight decay beside a method with memory.
    DecoupledDecay {
        /// The method.
        method: &'static str,
    },
    /// Stability is not decided by the Hessian alone.
    NoStability {
        /// The method.
        method: &'static str,
    },
    /// How fast it moves is no multiple of the gradient.
    NoRate {
        /// The method.
        method: &'static str,
    },
    /// ∇E = 0.
    NoGradient,
    /// A share of nothing.
    NoLoss,
    /// Targets are no labels.
    NoLabels,
    /// Training is in double precision.
    DoublePrecision,
    /// Left out to save time.
    NotMeasured,
    /// Test accuracy is below one half without noise.
    StartsBelowHalf,
    /// It stays above one half at every strength.
    StaysAboveHalf,
    /// Something in it is infinite.
    NotFinite,
}

impl Undefined {
    /// Its key in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NoMinibatches => "no_minibatches",
            Self::NoHalves => "no_halves",
            Self::NoModifiedLoss { .. } => "no_modified_loss",
            Self::FixedOrder => "fixed_order",
            Self::DecoupledDecay { .. } => "decoupled_decay",
            Self::NoStability { .. } => "no_stability",
            Self::NoRate { .. } => "no_rate",
            Self::NoGradient => "no_gradient",
            Self::NoLoss => "no_loss",
            Self::NoLabels => "no_labels",
            Self::DoublePrecision => "double_precision",
            Self::NotMeasured => "not_measured",
            Self::StartsBelowHalf => "starts_below_half",
            Self::StaysAboveHalf => "stays_above_half",
            Self::NotFinite => "not_finite",
        }
    }
}

impl fmt::Display for Undefined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoMinibatches => write!(f, "undefined: each step sees all examples"),
            Self::NoHalves => write!(f, "undefined: minibatches of one example have no halves"),
            Self::NoModifiedLoss { method } => {
                write!(f, "undefined: {method} descends no loss of this form")
            }
            Self::FixedOrder => {
                write!(
                    f,
                    "undefined: minibatches in one fixed order descend no one loss"
                )
            }
            Self::DecoupledDecay { method } => write!(
                f,
                "undefined: decoupled weight decay beside {method} descends no one loss"
            ),
            Self::NoStability { method } => write!(
                f,
                "undefined: the stability of {method} does not depend on λ_max alone"
            ),
            Self::NoRate { method } => {
                write!(
                    f,
                    "undefined: {method} moves by no multiple of the gradient"
                )
            }
            Self::NoGradient => write!(f, "undefined: ∇E = 0"),
            Self::NoLoss => write!(f, "undefined: Ẽ = 0"),
            Self::NoLabels => write!(f, "undefined: targets are no labels"),
            Self::DoublePrecision => write!(f, "not of interest: training is in float64"),
            Self::NotMeasured => write!(f, "not measured with this budget"),
            Self::StartsBelowHalf => write!(f, "none: below 50 % without noise"),
            Self::StaysAboveHalf => write!(f, "beyond the strongest noise that was tried"),
            Self::NotFinite => write!(f, "not finite"),
        }
    }
}

impl Number {
    /// The larger of its two error bars, if it has a value.
    #[must_use]
    pub fn largest_error(&self) -> Option<f64> {
        self.value.ok()?;
        let bar = self.error.map(|error| error.size);
        let errors = [bar, self.sample_error].into_iter().flatten();
        errors.reduce(f64::max)
    }

    /// Whether it cannot be told from 0: an error bar is at least as large as the value.
    #[must_use]
    pub fn is_noise(&self) -> bool {
        let value = self.value.unwrap_or(f64::NAN).abs();
        value > 0.0 && self.largest_error().is_some_and(|error| error >= value)
    }
}
