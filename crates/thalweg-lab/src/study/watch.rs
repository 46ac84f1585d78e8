//! What a study is given besides its task: who is told how it gets on, and who may stop it.

use std::sync::atomic::{AtomicBool, Ordering};

use thalweg::curvature::CurvatureError;
use thalweg::flow::FlowError;
use thalweg::follow::FollowError;
use thalweg::modified::{GameError, MethodSettingError};
use thalweg::network::NetworkError;
use thalweg::objective::ObjectiveError;
use thalweg::optimizer::OptimizerError;
use thalweg::regularizer::GradientPenaltyError;
use thalweg::verification::VerificationError;
use thalweg_data::DataError;

/// How far a study is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress<'a> {
    /// The parts done.
    pub done: u64,
    /// Of how many.
    pub most: u64,
    /// The part that comes next, in a few words.
    pub doing: &'a str,
}

/// Who watches a study.
pub struct Watch<'a> {
    tell: &'a mut dyn FnMut(Progress<'_>),
    interrupt: &'a AtomicBool,
}

impl std::fmt::Debug for Watch<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watch")
            .field("interrupt", self.interrupt)
            .finish_non_exhaustive()
    }
}

impl<'a> Watch<'a> {
    /// `tell` hears of progress; the study stops soon after `interrupt` is set.
    pub fn new(tell: &'a mut dyn FnMut(Progress<'_>), interrupt: &'a AtomicBool) -> Self {
        Self { tell, interrupt }
    }

    /// To be called before each part: says how far the study is, and whether to go on.
    ///
    /// # Errors
    /// [`StudyError::Interrupted`] if it is to stop.
    pub fn advanced(&mut self, done: u64, most: u64, doing: &str) -> Result<(), StudyError> {
        (self.tell)(Progress { done, most, doing });
        self.go_on()
    }

    /// To be called within long parts: whether to go on.
    ///
    /// # Errors
    /// [`StudyError::Interrupted`] if it is to stop.
    pub fn go_on(&self) -> Result<(), StudyError> {
        match self.interrupt.load(Ordering::Relaxed) {
            true => Err(StudyError::Interrupted),
            false => Ok(()),
        }
    }
}

/// Why a study has no findings. Paths that diverge and claims that fail are findings.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StudyError {
    /// It was asked to stop. A study is not continued: it starts again.
    #[error("interrupted; nothing was stored, and the same command starts again")]
    Interrupted,
    /// An objective could not be made or asked.
    #[error(transparent)]
    Objective(#[from] ObjectiveError),
    /// A Hessian could not be measured.
    #[error(transparent)]
    Curvature(#[from] CurvatureError),
    /// Nothing can be followed.
    #[error(transparent)]
    Follow(#[from] FollowError),
    /// A penalty is none.
    #[error(transparent)]
    Penalty(#[from] GradientPenaltyError),
    /// A learning rate is none.
    #[error(transparent)]
    Optimizer(#[from] OptimizerError),
    /// A flow could not be set up.
    #[error(transparent)]
    Flow(#[from] FlowError),
    /// A modified field is not defined for a setting.
    #[error(transparent)]
    Modified(#[from] MethodSettingError),
    /// A game could not be made.
    #[error(transparent)]
    Game(#[from] GameError),
    /// A network could not be made.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// The embedded data could not be read.
    #[error(transparent)]
    Data(#[from] DataError),
    /// A method and a flow could not be compared.
    #[error(transparent)]
    Verification(#[from] VerificationError),
}
