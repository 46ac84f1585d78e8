//! What can be wrong with a question about curvature.

use crate::objective::ObjectiveError;

/// Why curvature cannot be measured.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CurvatureError {
    /// k = 0.
    #[error("0 eigenvalues were asked for; ask for at least one")]
    NoEigenvalues,
    /// k > m.
    #[error(
        "{wanted} eigenvalues were asked for, but {parameters} parameters have no more than that"
    )]
    TooManyEigenvalues {
        /// k.
        wanted: usize,
        /// m.
        parameters: usize,
    },
    /// m = 0.
    #[error("an objective without parameters has no Hessian")]
    NoParameters,
    /// NaN or infinity in Hv, at this θ or because the objective overflows.
    #[error(
        "element {index} of Hessian-vector product {product} is {value}; the loss overflows or is \
         undefined near this theta"
    )]
    NonFiniteProduct {
        /// Which product, counted from 1.
        product: usize,
        /// The first element that is not finite.
        index: usize,
        /// NaN, ∞ or −∞.
        value: f64,
    },
    /// Hv whose elements are finite, but whose norm is not.
    #[error("the norm of Hessian-vector product {product} is beyond double precision")]
    Overflow {
        /// Which product, counted from 1.
        product: usize,
    },
    /// Start vectors that point nowhere.
    #[error("start vector {vector} is zero or cancels those before it; it must have a direction")]
    ZeroStart {
        /// Which start vector, counted from 0.
        vector: usize,
    },
    /// NaN or infinity in a start vector.
    #[error("element {index} of start vector {vector} is {value}; it must be finite")]
    NonFiniteStart {
        /// Which start vector, counted from 0.
        vector: usize,
        /// The first element that is not finite.
        index: usize,
        /// NaN, ∞ or −∞.
        value: f64,
    },
    /// Less than an estimate needs.
    #[error("{given} {what} given, but at least {needed} are needed")]
    TooFew {
        /// `Hessian-vector products`, `probes` or `steps`.
        what: &'static str,
        /// The number given.
        given: usize,
        /// The least that serves.
        needed: usize,
    },
    /// A tolerance or width that is not a positive number.
    #[error("{name} is {value}; it must be positive and finite")]
    NotPositive {
        /// The argument.
        name: &'static str,
        /// The value given.
        value: f64,
    },
    /// A Hessian too large to be written down.
    #[error(
        "a dense Hessian of {parameters} parameters would take {gibibytes:.1} GiB; the limit is \
         {limit} parameters. Use Lanczos, Hutch++ or the spectral density instead"
    )]
    TooLarge {
        /// m.
        parameters: usize,
        /// The largest m.
        limit: usize,
        /// 8m² bytes in GiB.
        gibibytes: f64,
    },
    /// A small symmetric eigenproblem on which the QR iteration did not end.
    #[error("the QR iteration on a symmetric matrix of size {size} did not converge")]
    Unsolved {
        /// Its number of rows.
        size: usize,
    },
    /// The objective refused the question.
    #[error(transparent)]
    Objective(#[from] ObjectiveError),
}

/// Checks that a tolerance or width is positive and finite.
pub(super) fn check_positive(name: &'static str, value: f64) -> Result<(), CurvatureError> {
    if value.is_finite() && value > 0.0 {
        return Ok(());
    }
    Err(CurvatureError::NotPositive { name, value })
}

/// Checks that there is as much as an estimate needs.
pub(super) fn check_enough(
    what: &'static str,
    given: usize,
    needed: usize,
) -> Result<(), CurvatureError> {
    if given >= needed {
        return Ok(());
    }
    Err(CurvatureError::TooFew {
        what,
        given,
        needed,
    })
}
