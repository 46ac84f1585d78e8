//! How it ended, and what it cost.

use std::fmt;

use super::Dynamics;
use crate::flow::{Outcome, Tolerance, Work};

/// What has been followed.
#[derive(Clone, Debug, PartialEq)]
pub struct Followed {
    /// The number of steps made: fewer than wished if the observer or all dynamics ended earlier.
    pub steps: u64,
    /// Each of the dynamics, in the order in which they were listed.
    pub paths: Vec<Travelled>,
    /// What the losses and ‖∇E‖² of flows, and the choice of tolerances, have cost. Those of descents
    /// are by-products of their steps.
    pub measuring: Work,
}

/// One of the dynamics after it has been followed.
#[derive(Clone, Debug, PartialEq)]
pub struct Travelled {
    /// Which.
    pub dynamics: Dynamics,
    /// How it ended.
    pub end: End,
    /// The last θ that is finite.
    pub theta: Vec<f64>,
    /// What moving has cost.
    pub work: Work,
    /// How it was integrated at last; `None` for descents.
    pub integrator: Option<IntegratorName>,
    /// The error that a step of the first integrator was allowed; `None` for descents.
    pub tolerance: Option<Tolerance>,
    /// Whether rounding did not allow the tolerance that distances ask for, so that small ones may
    /// be rounding.
    pub is_at_rounding: bool,
    /// When it was found stiff, and the stabilised method took over.
    pub stiff_since: Option<f64>,
}

/// How the following of one of the dynamics ended.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum End {
    /// With the others.
    Followed,
    /// At a θ, loss or gradient that is not finite.
    Diverged {
        /// The step of gradient descent at which that was found.
        step: u64,
    },
    /// Where the integrator could not go on.
    Left(
        /// Why, with times from the start.
        Outcome,
    ),
}

/// An integrator that flows are followed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IntegratorName {
    /// The pair of orders 5(4).
    DormandPrince5,
    /// The pair of orders 8(7).
    Verner8,
    /// Runge–Kutta–Chebyshev, stabilised, of order 2.
    Chebyshev,
}

impl End {
    /// Whether it was followed as long as was wished.
    #[must_use]
    pub fn is_followed(&self) -> bool {
        *self == Self::Followed
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Followed => write!(f, "followed to the end"),
            Self::Diverged { step } => write!(
                f,
                "diverged: not finite at step {step}; a smaller learning rate or penalty may help"
            ),
            Self::Left(outcome) => outcome.fmt(f),
        }
    }
}

impl fmt::Display for IntegratorName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::DormandPrince5 => "Dormand-Prince 5(4)",
            Self::Verner8 => "Verner 8(7)",
            Self::Chebyshev => "Runge-Kutta-Chebyshev",
        })
    }
}

/// The outcome with its times later by `begin`.
pub(super) fn later(outcome: Outcome, begin: f64) -> Outcome {
    match outcome {
        Outcome::Stopped { time } => Outcome::Stopped { time: begin + time },
        Outcome::StepLimit { time, steps } => Outcome::StepLimit {
            time: begin + time,
            steps,
        },
        Outcome::LooksStiff { time, since } => Outcome::LooksStiff {
            time: begin + time,
            since: begin + since,
        },
        Outcome::NonFinite { time } => Outcome::NonFinite { time: begin + time },
        Outcome::StepTooSmall { time, step } => Outcome::StepTooSmall {
            time: begin + time,
            step,
        },
        Outcome::ReachedEnd => outcome,
    }
}
