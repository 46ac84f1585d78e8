//! What can be wrong with a problem of the catalogue.

use crate::curvature::CurvatureError;
use crate::objective::ObjectiveError;

/// Why a problem cannot be made or solved.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ProblemError {
    /// A number of something that is too small.
    #[error("{what} is {given}; it must be at least {least}")]
    TooSmall {
        /// What.
        what: &'static str,
        /// The number given.
        given: usize,
        /// The smallest that serves.
        least: usize,
    },
    /// Arrays that do not fit together.
    #[error("{what} has {given} elements; {wanted} are wanted")]
    Elements {
        /// The array.
        what: &'static str,
        /// How many it must have.
        wanted: usize,
        /// How many it has.
        given: usize,
    },
    /// A matrix that must be symmetric and is not.
    #[error("entry ({row}, {column}) is {entry}, but its mirror image is {mirrored}")]
    NotSymmetric {
        /// The row, counted from 0.
        row: usize,
        /// The column, counted from 0.
        column: usize,
        /// The entry there.
        entry: f64,
        /// The entry at (column, row).
        mirrored: f64,
    },
    /// A number that must be finite and not negative.
    #[error("{name} is {value}; it must be finite and not negative")]
    Negative {
        /// The argument.
        name: &'static str,
        /// The value given.
        value: f64,
    },
    /// A singular value decomposition that did not converge.
    #[error("the singular value decomposition of a {rows} × {columns} matrix did not converge")]
    Undecomposed {
        /// Its rows.
        rows: usize,
        /// Its columns.
        columns: usize,
    },
    /// Newton's iteration found no minimum: with no ridge, separable data have none.
    #[error(
        "Newton's method found no minimum (last gradient norm {gradient_norm}); linearly separable \
         data have none without a ridge"
    )]
    NoOptimum {
        /// ‖∇E‖ where it ended.
        gradient_norm: f64,
    },
    /// An eigenproblem failed.
    #[error(transparent)]
    Curvature(#[from] CurvatureError),
    /// The objective refused.
    #[error(transparent)]
    Objective(#[from] ObjectiveError),
}

/// Checks that there are at least so many of something.
pub(super) fn check_least(
    what: &'static str,
    given: usize,
    least: usize,
) -> Result<(), ProblemError> {
    if given >= least {
        return Ok(());
    }
    Err(ProblemError::TooSmall { what, given, least })
}

/// Checks that an array has the number of elements wanted.
pub(super) fn check_elements(
    what: &'static str,
    given: usize,
    wanted: usize,
) -> Result<(), ProblemError> {
    if given == wanted {
        return Ok(());
    }
    Err(ProblemError::Elements {
        what,
        wanted,
        given,
    })
}
