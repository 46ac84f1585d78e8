//! What can be wrong with a wish to follow something.

use crate::flow::FlowError;
use crate::modified::TermsError;
use crate::objective::ObjectiveError;
use crate::regularizer::GradientPenaltyError;

/// Why nothing can be followed. That something diverges is an [`End`](super::End), not an error.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum FollowError {
    /// A learning rate that is none.
    #[error("the learning rate is {learning_rate}; it must be positive and finite")]
    LearningRate {
        /// The number given.
        learning_rate: f64,
    },
    /// Derivatives that the objective does not have.
    #[error("a modified flow with {terms} terms needs derivatives beyond Hessian-vector products")]
    HigherDerivatives {
        /// The number of terms.
        terms: usize,
    },
    /// A number of terms that no modified equation is offered with.
    #[error(transparent)]
    Terms(#[from] TermsError),
    /// A penalty that is none.
    #[error(transparent)]
    Penalty(#[from] GradientPenaltyError),
    /// A tolerance or length that an integrator refuses.
    #[error(transparent)]
    Flow(#[from] FlowError),
    /// The objective refused the question.
    #[error(transparent)]
    Objective(#[from] ObjectiveError),
}

pub(super) fn check_learning_rate(learning_rate: f64) -> Result<(), FollowError> {
    match learning_rate.is_finite() && learning_rate > 0.0 {
        true => Ok(()),
        false => Err(FollowError::LearningRate { learning_rate }),
    }
}
