//! Why a command did not succeed, and its exit code.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use thalweg::ThreadsError;
use thalweg_data::DataError;
use thalweg_lab::audit::AuditError;
use thalweg_lab::comparison::SubjectError;
use thalweg_lab::reproduction::{ScaleError, UnknownReproduction};
use thalweg_lab::spec::ExperimentError;
use thalweg_lab::store::StoreError;
use thalweg_lab::study::StudyError;
use thalweg_lab::study::verify::RequestError;
use thalweg_lab::surface::SurfaceFailure;
use thalweg_lab::transfer::TransferError;
use thalweg_report::ReportError;

use crate::command::data::DataCommandError;

/// Exit code of a command or file that is wrong.
const WRONG: u8 = 2;
/// Exit code of a run that failed.
const FAILED: u8 = 1;
/// Exit code of an interrupted run, as shells give it for Ctrl-C.
const INTERRUPTED: u8 = 130;

/// Why a command did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The experiment file is wrong.
    #[error("{}", .0.render(crate::console::is_coloured()))]
    Experiment(#[from] ExperimentError),
    /// The file that states the experiment cannot be read.
    #[error("cannot read {path}: {source}; give the path of an experiment file")]
    Spec {
        /// The path given.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// No published result of that name.
    #[error(transparent)]
    Reproduction(#[from] UnknownReproduction),
    /// A published result without an experiment of that scale.
    #[error(transparent)]
    Scale(#[from] ScaleError),
    /// Nothing to follow.
    #[error(transparent)]
    Subject(SubjectError),
    /// A setting of a flow that is none.
    #[error("{0}")]
    FlowSetting(String),
    /// Nothing that can be transferred.
    #[error(transparent)]
    Transfer(TransferError),
    /// Nothing that can be audited.
    #[error(transparent)]
    Audit(AuditError),
    /// No penalty that is nowhere negative.
    #[error("no penalty that is nowhere negative makes up for the change: {0}")]
    NoTransfer(String),
    /// A study, which has no trials.
    #[error(
        "{} holds the results of a study, which has no trials to watch; `thalweg report` shows it",
        .0.display()
    )]
    NothingToWatch(PathBuf),
    /// Options that a study has no use for.
    #[error(
        "{} for `{study}`: it is a study, which is computed as published and trains nothing, so that \
         there is nothing to set, share out or load; it takes --out and --quiet",
        said(options)
    )]
    StudyOptions {
        /// The name of the study.
        study: String,
        /// The options given.
        options: Vec<&'static str>,
    },
    /// Options that every published result cannot have at once.
    #[error(
        "{} for `all`: the published results are different experiments, and one setting does not fit \
         them all; name one of them",
        said(options)
    )]
    OptionsOfOne {
        /// The options given.
        options: Vec<&'static str>,
    },
    /// Published results that could not be checked.
    #[error("{} of the published results could not be checked: {}; what is above says why",
        failed.len(), failed.join(", "))]
    Reproductions {
        /// Their names.
        failed: Vec<String>,
    },
    /// A study without findings.
    #[error(transparent)]
    Study(#[from] StudyError),
    /// A loss surface that is not to be had.
    #[error(transparent)]
    Surface(SurfaceFailure),
    /// What to verify is wrong.
    #[error(transparent)]
    Verification(#[from] RequestError),
    /// Statements that were not confirmed.
    #[error("{failed} of {all} statements are not confirmed; what is above says which, and why")]
    NotConfirmed {
        /// How many.
        failed: usize,
        /// Of how many.
        all: usize,
    },
    /// Data that are missing, damaged or unknown.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The run folder.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Event files.
    #[error(transparent)]
    Board(#[from] thalweg_lab::tensorboard::BoardError),
    /// The report.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// A study where a run is needed.
    #[error(
        "{} holds the results of a study; only the runs of experiments are compared with each other",
        path.display()
    )]
    NotComparable {
        /// The folder.
        path: PathBuf,
    },
    /// An optimizer that is none.
    #[error(transparent)]
    Optimizer(#[from] thalweg::optimizer::OptimizerError),
    /// Threads.
    #[error(transparent)]
    Threads(#[from] ThreadsError),
    /// Output that cannot be written.
    #[error("cannot write the output: {0}")]
    Output(#[from] io::Error),
    /// Trials without an outcome.
    #[error(
        "{failed} of {all} trials could not be run to an end; what is above says why. The same \
         command tries them again and leaves the finished ones alone"
    )]
    Trials {
        /// How many.
        failed: usize,
        /// Of how many.
        all: usize,
    },
    /// Stopped on request.
    #[error("interrupted; the same command continues where it stopped")]
    Interrupted,
}

/// That options mean nothing.
fn said(options: &[&str]) -> String {
    match options {
        [one] => format!("{one} means nothing"),
        many => format!("{} mean nothing", many.join(", ")),
    }
}

impl From<SubjectError> for Failure {
    fn from(error: SubjectError) -> Self {
        match error {
            SubjectError::Experiment(error) => Self::Experiment(error),
            SubjectError::Data(error) => Self::Data(error),
            error => Self::Subject(error),
        }
    }
}

impl From<SurfaceFailure> for Failure {
    fn from(error: SurfaceFailure) -> Self {
        match error {
            SurfaceFailure::Experiment(error) => Self::Experiment(error),
            SurfaceFailure::Data(error) => Self::Data(error),
            SurfaceFailure::Store(error) => Self::Store(error),
            error => Self::Surface(error),
        }
    }
}

impl From<TransferError> for Failure {
    fn from(error: TransferError) -> Self {
        match error {
            TransferError::Experiment(error) => Self::Experiment(error),
            TransferError::Data(error) => Self::Data(error),
            TransferError::Store(error) => Self::Store(error),
            error => Self::Transfer(error),
        }
    }
}

impl From<AuditError> for Failure {
    fn from(error: AuditError) -> Self {
        match error {
            AuditError::Experiment(error) => Self::Experiment(error),
            AuditError::Data(error) => Self::Data(error),
            AuditError::Store(error) => Self::Store(error),
            error => Self::Audit(error),
        }
    }
}

impl From<DataCommandError> for Failure {
    fn from(error: DataCommandError) -> Self {
        match error {
            DataCommandError::Data(error) => Self::Data(error),
            DataCommandError::Output(error) => Self::Output(error),
        }
    }
}

impl Failure {
    /// The code that the process ends with.
    pub fn exit_code(&self) -> ExitCode {
        let code = match self {
            Self::Experiment(_)
            | Self::Spec { .. }
            | Self::Reproduction(_)
            | Self::Scale(_)
            | Self::Verification(_)
            | Self::Subject(_)
            | Self::FlowSetting(_)
            | Self::Audit(
                AuditError::Read { .. }
                | AuditError::NoCheckpoint { .. }
                | AuditError::NotTensors { .. }
                | AuditError::Misfit { .. }
                | AuditError::NotFinite { .. }
                | AuditError::Differ { .. },
            )
            | Self::Transfer(
                TransferError::Identical
                | TransferError::BatchTooLarge { .. }
                | TransferError::NoModifiedLoss { .. }
                | TransferError::MicroBatchSize { .. }
                | TransferError::Differ { .. }
                | TransferError::Exists { .. },
            )
            | Self::NotComparable { .. }
            | Self::Surface(SurfaceFailure::Unfinished { .. } | SurfaceFailure::Diverged { .. })
            | Self::Report(ReportError::NothingInCommon { .. })
            | Self::NothingToWatch(_)
            | Self::StudyOptions { .. }
            | Self::OptionsOfOne { .. } => WRONG,
            Self::Data(DataError::UnknownDataset { .. } | DataError::BadMirror { .. }) => WRONG,
            Self::Store(
                StoreError::OtherExperiment { .. }
                | StoreError::OtherStudy { .. }
                | StoreError::OtherKind { .. }
                | StoreError::NotARunFolder { .. }
                | StoreError::NoRun { .. }
                | StoreError::NoTrial { .. },
            ) => WRONG,
            Self::Interrupted
            | Self::Study(StudyError::Interrupted)
            | Self::Audit(AuditError::Interrupted)
            | Self::Surface(SurfaceFailure::Interrupted) => INTERRUPTED,
            _ => FAILED,
        };
        code.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interrupted_study_ends_as_an_interrupted_run_does() {
        let code = |failure: Failure| format!("{:?}", failure.exit_code());
        let study = Failure::Study(StudyError::Interrupted);
        assert!(study.to_string().contains("starts again"));
        assert_eq!(code(study), code(Failure::Interrupted));
        assert_ne!(
            code(Failure::Interrupted),
            format!("{:?}", ExitCode::FAILURE)
        );
    }
}
