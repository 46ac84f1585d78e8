//! What is claimed of an error, and what was found.

use std::fmt;

use super::Trouble;

/// How the difference between a method and a flow is claimed to fall with the learning rate h.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// As h to this power.
    Order(usize),
    /// There is none: it is rounding at every h.
    Exact,
}

/// What is claimed of a method and one flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claims {
    /// Of one step or epoch, where anything is claimed of one: methods with memory are only said to
    /// follow their fields after a transient.
    pub one_step: Option<Claim>,
    /// Of steps over a fixed time, where anything is claimed of that: means over chance are of one epoch.
    pub fixed_time: Option<Claim>,
}

/// What a measurement says of a claim.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Verdict {
    /// The error falls as claimed.
    Confirmed,
    /// It falls more slowly.
    Refuted,
    /// It cannot be told, for this reason.
    Undecided(Reason),
}

/// Why a claim cannot be decided. Its text says what to do about it.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Reason {
    /// Fewer than two halvings have errors above rounding.
    NoiseFloor {
        /// How many errors are above it.
        usable: usize,
    },
    /// The last learning rates give no error.
    Lost(Trouble),
    /// The last two slopes differ by too much to be one order.
    Unsettled {
        /// The slope of the last halving but one.
        before: f64,
        /// That of the last.
        last: f64,
    },
    /// The error falls faster than claimed: what the claim is about is not seen here.
    Faster {
        /// The order measured.
        order: f64,
    },
}

impl Verdict {
    /// `confirmed`, `refuted` or `undecided`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Refuted => "refuted",
            Self::Undecided(_) => "undecided",
        }
    }
}

impl fmt::Display for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Order(order) => write!(f, "{order}"),
            Self::Exact => f.write_str("exact"),
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        match self {
            Self::Undecided(reason) => write!(f, ": {reason}"),
            _ => Ok(()),
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoiseFloor { usable } => write!(
                f,
                "{usable} of the errors are above rounding, and three are needed; begin with a \
                 larger learning rate, or halve it more often"
            ),
            Self::Lost(trouble) => write!(f, "{trouble}"),
            Self::Unsettled { before, last } => write!(
                f,
                "the last two slopes are {before:.2} and {last:.2}, no single order; halve more \
                 often, or begin with a smaller learning rate"
            ),
            Self::Faster { order } => write!(
                f,
                "the error falls as h^{order:.2}, faster than claimed, so that the leading term is \
                 not seen here; take another start"
            ),
        }
    }
}
