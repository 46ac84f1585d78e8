//! What can be wrong with a question about a flow.

use crate::objective::ObjectiveError;

/// Why a flow cannot be integrated. What happens on the way is an
/// [`Outcome`](super::Outcome), not an error.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum FlowError {
    /// A vector that is not as long as θ.
    #[error("{name} has {given} elements, but the field has dimension {wanted}")]
    Length {
        /// The argument.
        name: &'static str,
        /// The dimension of the field.
        wanted: usize,
        /// Its length.
        given: usize,
    },
    /// A setting outside its range.
    #[error("{name} is {value}; it must be {bound}")]
    Setting {
        /// The setting.
        name: &'static str,
        /// The value given.
        value: f64,
        /// What it must be.
        bound: &'static str,
    },
    /// Times that are negative, not finite or not in order.
    #[error("time {index} is {time}; times must be finite, not negative and in order")]
    Time {
        /// Its place among the times, counted from 0.
        index: usize,
        /// The time.
        time: f64,
    },
    /// A time asked of a step that does not contain it.
    #[error("time {time} is not within the step from {start} to {end}")]
    OutsideStep {
        /// The time.
        time: f64,
        /// Where the step begins.
        start: f64,
        /// Where it ends.
        end: f64,
    },
    /// A method without a second one to compare it with.
    #[error(
        "{method} has no embedded method, so its errors cannot be controlled; use a fixed step"
    )]
    NoErrorEstimate {
        /// Its name.
        method: &'static str,
    },
    /// The field refused the question.
    #[error(transparent)]
    Objective(#[from] ObjectiveError),
}

/// Checks that a setting is positive and finite.
pub(super) fn check_positive(name: &'static str, value: f64) -> Result<(), FlowError> {
    if value.is_finite() && value > 0.0 {
        return Ok(());
    }
    let bound = "positive and finite";
    Err(FlowError::Setting { name, value, bound })
}

/// Checks that a vector is as long as θ.
pub(super) fn check_length(
    name: &'static str,
    wanted: usize,
    given: usize,
) -> Result<(), FlowError> {
    if wanted == given {
        return Ok(());
    }
    Err(FlowError::Length {
        name,
        wanted,
        given,
    })
}
