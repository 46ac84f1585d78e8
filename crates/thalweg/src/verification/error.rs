//! Why nothing could be measured.

use crate::curvature::CurvatureError;
use crate::flow::FlowError;
use crate::modified::{GameError, MethodSettingError, TermsError};
use crate::objective::ObjectiveError;
use crate::objective::problem::ProblemError;
use crate::optimizer::OptimizerError;

/// Why a comparison cannot be made. That a method diverges is no error, but part of what is measured.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum VerificationError {
    /// A learning rate that is none, or a number of halvings or steps that decides nothing.
    #[error("{name} is {value}; it must be {bound}")]
    Setting {
        /// The setting.
        name: &'static str,
        /// The value given.
        value: f64,
        /// What it must be.
        bound: &'static str,
    },
    /// A method that is not one of the pair's.
    #[error("{method} is not a method of {pair}")]
    Method {
        /// The method.
        method: &'static str,
        /// What was to be compared.
        pair: &'static str,
    },
    /// More terms than the method has flows.
    #[error("{method} is compared with 1 to {most} terms, not {terms}")]
    Terms {
        /// The method.
        method: &'static str,
        /// The most.
        most: usize,
        /// The number given.
        terms: usize,
    },
    /// The flow refused.
    #[error(transparent)]
    Flow(#[from] FlowError),
    /// The objective refused.
    #[error(transparent)]
    Objective(#[from] ObjectiveError),
    /// The optimizer refused a setting.
    #[error(transparent)]
    Optimizer(#[from] OptimizerError),
    /// The modified field refused a setting.
    #[error(transparent)]
    MethodSetting(#[from] MethodSettingError),
    /// The modified field refused a number of terms.
    #[error(transparent)]
    ModifiedField(#[from] TermsError),
    /// The game could not be made.
    #[error(transparent)]
    Game(#[from] GameError),
    /// The problem could not be made.
    #[error(transparent)]
    Problem(#[from] ProblemError),
    /// The curvature could not be measured.
    #[error(transparent)]
    Curvature(#[from] CurvatureError),
}
