//! Why there is no loss surface.

use std::path::PathBuf;

use thalweg::network::NetworkError;
use thalweg::objective::ObjectiveError;
use thalweg::surface::SurfaceError;
use thalweg_data::DataError;

use crate::datasets::DatasetsError;
use crate::spec::ExperimentError;
use crate::store::StoreError;
use crate::trial::TrialError;

/// Why the loss surface of a trial is not to be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SurfaceFailure {
    /// A trial without an end.
    #[error(
        "the trial in {} has not ended, so that it has no final parameters; `thalweg run` on its \
         experiment continues it",
        path.display()
    )]
    Unfinished {
        /// Its folder.
        path: PathBuf,
    },
    /// A trial that diverged.
    #[error(
        "the trial in {} diverged at step {step}: around its last parameters the loss is not finite or \
         grows without bound, and there is nothing to see; take a trial with a smaller learning rate",
        path.display()
    )]
    Diverged {
        /// Its folder.
        path: PathBuf,
        /// When.
        step: u64,
    },
    /// Parameters that do not belong to the trial.
    #[error("{} does not fit the network of the trial: {reason}", path.display())]
    Parameters {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// Stopped on request.
    #[error("interrupted; nothing was stored, and the same command starts again")]
    Interrupted,
    /// Its `trial.toml` is no trial.
    #[error(transparent)]
    Experiment(#[from] ExperimentError),
    /// Files.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Data that cannot be loaded.
    #[error(transparent)]
    Data(#[from] DataError),
    /// Data that do not fit.
    #[error(transparent)]
    Datasets(#[from] DatasetsError),
    /// The network.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// The objective.
    #[error(transparent)]
    Objective(#[from] ObjectiveError),
    /// The path.
    #[error(transparent)]
    Trial(#[from] TrialError),
    /// The plane.
    #[error(transparent)]
    Surface(#[from] SurfaceError),
}
