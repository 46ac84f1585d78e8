//! Errors at falling learning rates, and the order that they have.

use std::fmt;

use super::{Claim, Reason, Verdict};
use crate::flow::Outcome;

/// How far below the claimed order a slope may be.
const BELOW: f64 = 0.2;
/// How far above it: at learning rates whose errors are no rounding, terms of the next order still
/// steepen high orders.
const ABOVE: f64 = 0.4;
/// How much the last two slopes may differ.
const SETTLED: f64 = 0.2;

/// The distance between a method and a flow at falling learning rates.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Convergence {
    /// One for each learning rate, each half of the one before.
    pub points: Vec<Point>,
}

/// The distance at one learning rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// h.
    pub learning_rate: f64,
    /// ‖θ_method − θ_flow‖; NaN if there is none.
    pub error: f64,
    /// Errors up to here are rounding.
    pub floor: f64,
    /// Why there is no error, if there is none.
    pub trouble: Option<Trouble>,
}

/// Why method and flow cannot be compared at a learning rate.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Trouble {
    /// The method diverged.
    Diverged {
        /// h.
        learning_rate: f64,
    },
    /// The flow was not followed to its end.
    Flow {
        /// h.
        learning_rate: f64,
        /// How it ended.
        outcome: Outcome,
    },
}

impl Point {
    /// Whether the error says something of the order.
    #[must_use]
    pub fn is_usable(&self) -> bool {
        self.error.is_finite() && self.error > self.floor
    }
}

impl Convergence {
    /// log₂ of the factor by which the error fell at each halving; NaN where it is not known.
    #[must_use]
    pub fn slopes(&self) -> Vec<f64> {
        let pairs = self.points.windows(2);
        pairs
            .map(|pair| (pair[0].error / pair[1].error).log2())
            .collect()
    }

    /// The learning rates with usable errors that no rounding or trouble interrupts, up to the
    /// smallest.
    #[must_use]
    pub fn usable(&self) -> &[Point] {
        let is_rounding = |point: &Point| point.error <= point.floor;
        let rounding = self.points.iter().position(is_rounding);
        let above = &self.points[..rounding.unwrap_or(self.points.len())];
        let lost = above.iter().rposition(|point| !point.is_usable());
        &above[lost.map_or(0, |index| index + 1)..]
    }

    /// The slope of the last halving with usable errors; NaN if there is none.
    #[must_use]
    pub fn order(&self) -> f64 {
        self.last_slopes().map_or(f64::NAN, |[_, last]| last)
    }

    /// What these errors say of a claim.
    ///
    /// A claimed order p is confirmed if the last two halvings with errors above rounding have slopes
    /// within 0.2 of each other and the last is from p − 0.2 to p + 0.4, and refuted if it is less.
    /// Exactness is confirmed if all errors are rounding.
    #[must_use]
    pub fn verdict(&self, claim: Claim) -> Verdict {
        match claim {
            Claim::Exact => self.exactness(),
            Claim::Order(order) => self.has_order(order as f64),
        }
    }

    fn exactness(&self) -> Verdict {
        match self.points.iter().find_map(|point| point.trouble) {
            Some(trouble) => Verdict::Undecided(Reason::Lost(trouble)),
            None if self.points.iter().any(Point::is_usable) => Verdict::Refuted,
            None => Verdict::Confirmed,
        }
    }

    fn has_order(&self, claimed: f64) -> Verdict {
        let Some([before, last]) = self.last_slopes() else {
            return Verdict::Undecided(self.too_few());
        };
        if (before - last).abs() > SETTLED {
            return Verdict::Undecided(Reason::Unsettled { before, last });
        }
        if last < claimed - BELOW {
            Verdict::Refuted
        } else if last > claimed + ABOVE {
            Verdict::Undecided(Reason::Faster { order: last })
        } else {
            Verdict::Confirmed
        }
    }

    fn last_slopes(&self) -> Option<[f64; 2]> {
        let [.., first, second, third] = self.usable() else {
            return None;
        };
        let slope = |one: &Point, next: &Point| (one.error / next.error).log2();
        Some([slope(first, second), slope(second, third)])
    }

    fn too_few(&self) -> Reason {
        let usable = self.usable().len();
        let trouble = self.points.iter().rev().find_map(|point| point.trouble);
        match trouble {
            Some(trouble) => Reason::Lost(trouble),
            None => Reason::NoiseFloor { usable },
        }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Diverged { learning_rate } => write!(
                f,
                "the method diverged with h = {learning_rate}; begin with a smaller learning rate"
            ),
            Self::Flow {
                learning_rate,
                outcome,
            } => write!(f, "the flow with h = {learning_rate}: {outcome}"),
        }
    }
}
