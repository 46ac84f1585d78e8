//! How an integration ended, and what it cost.

use std::fmt;

use super::Work;

/// How an integration ended. Its text says what to do about it.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Outcome {
    /// At the end of the interval.
    ReachedEnd,
    /// Where the observer wished it to.
    Stopped {
        /// When.
        time: f64,
    },
    /// After as many steps as were allowed.
    StepLimit {
        /// When.
        time: f64,
        /// The limit.
        steps: u64,
    },
    /// At steps that stability, not accuracy, kept short: either it was to stop there, or the limit
    /// of steps was reached.
    LooksStiff {
        /// When it ended.
        time: f64,
        /// When it was noticed.
        since: f64,
    },
    /// At a θ or velocity that is infinite or not a number.
    NonFinite {
        /// The last time at which all was finite.
        time: f64,
    },
    /// At steps too short to move the time.
    StepTooSmall {
        /// When.
        time: f64,
        /// The last step tried.
        step: f64,
    },
}

impl Outcome {
    /// Whether the whole interval has been covered.
    #[must_use]
    pub fn reached_end(&self) -> bool {
        *self == Self::ReachedEnd
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ReachedEnd => write!(f, "reached the end"),
            Self::Stopped { time } => write!(f, "stopped by the observer at time {time}"),
            Self::StepLimit { time, steps } => write!(
                f,
                "{steps} steps were not enough and ended at time {time}; allow more steps, or a \
                 larger tolerance"
            ),
            Self::LooksStiff { time, since } => write!(
                f,
                "the flow looks stiff since time {since} (stability, not accuracy, keeps the steps \
                 short) and was left at time {time}; use the stabilised method, \
                 Runge-Kutta-Chebyshev"
            ),
            Self::NonFinite { time } => write!(
                f,
                "theta or the field is not finite after time {time}; the flow escapes to infinity, \
                 or a fixed step is too long: shorten it, or use error control"
            ),
            Self::StepTooSmall { time, step } => write!(
                f,
                "the step shrank to {step} at time {time}; the field is not smooth there (ReLU?), \
                 the flow escapes to infinity, or the tolerance is below rounding"
            ),
        }
    }
}

/// How an integration ended, and what it cost.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Integration {
    /// How it ended.
    pub outcome: Outcome,
    /// When it ended; the times of an integration begin at 0.
    pub time: f64,
    /// Steps made.
    pub accepted: u64,
    /// Steps tried and given up because their error was too large.
    pub rejected: u64,
    /// What the field was asked: the difference of [`Field::work`](super::Field::work).
    pub work: Work,
    /// When stability, not accuracy, began to keep steps short, if it did and if the method can tell.
    pub stiff_since: Option<f64>,
}
