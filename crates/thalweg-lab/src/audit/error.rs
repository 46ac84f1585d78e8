//! Why nothing can be audited.

use std::path::PathBuf;

use thalweg::curvature::CurvatureError;
use thalweg::network::NetworkError;
use thalweg::noise::NoiseError;
use thalweg::objective::ObjectiveError;
use thalweg::optimizer::OptimizerError;
use thalweg::robustness::RobustnessError;
use thalweg_data::DataError;

use super::tensors::Misfit;
use crate::datasets::DatasetsError;
use crate::spec::ExperimentError;
use crate::store::StoreError;
use crate::trial::TrialError;

/// Why nothing can be audited.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AuditError {
    /// The experiment file is wrong.
    #[error("{0}")]
    Experiment(#[from] ExperimentError),
    /// A file that cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A trial without parameters.
    #[error(
        "{} has no {file}: {}", path.display(),
        match file == &BEST {
            true => "no test accuracy was measured on its way; take --at final",
            false => "the trial has not ended; end it with `thalweg run`, or give its parameters with \
                      --experiment and --checkpoint",
        }
    )]
    NoCheckpoint {
        /// The folder.
        path: PathBuf,
        /// The file that is missing.
        file: &'static str,
    },
    /// A file of parameters that is none.
    #[error("{} is no safetensors file that can be read: {reason}", path.display())]
    NotTensors {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// Tensors that are not those of the network.
    #[error("{} does not fit the network of the experiment: {misfit}", path.display())]
    Misfit {
        /// The file.
        path: PathBuf,
        /// Names and shapes of both.
        misfit: Misfit,
    },
    /// A parameter that is no number.
    #[error(
        "{}: the tensor {name} has the value {value}, so that nothing can be measured; a run that \
         diverged has its last useful parameters in best.safetensors (--at best)", path.display()
    )]
    NotFinite {
        /// The file.
        path: PathBuf,
        /// The tensor.
        name: String,
        /// The value.
        value: f64,
    },
    /// An experiment file that stands for trials which differ.
    #[error(
        "the trials of the file differ in `{setting}`, which is {}: an audit is of one; fix it, as in \
         --set {setting}={}",
        values.join(", "),
        values.first().map_or("", String::as_str)
    )]
    Differ {
        /// The setting.
        setting: String,
        /// Its values.
        values: Vec<String>,
    },
    /// Asked to stop.
    #[error("interrupted; nothing was stored, and the same command starts again")]
    Interrupted,
    /// Data that are missing or damaged.
    #[error(transparent)]
    Data(#[from] DataError),
    /// Data that do not fit.
    #[error(transparent)]
    Datasets(#[from] DatasetsError),
    /// A network that cannot be made.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// A network that does not fit its data.
    #[error(transparent)]
    Objective(#[from] ObjectiveError),
    /// What the trial would do next cannot be said.
    #[error(transparent)]
    Trial(#[from] TrialError),
    /// An optimizer that is none.
    #[error(transparent)]
    Optimizer(#[from] OptimizerError),
    /// The curvature cannot be measured.
    #[error(transparent)]
    Curvature(#[from] CurvatureError),
    /// The gradients of examples cannot be measured.
    #[error(transparent)]
    Noise(#[from] NoiseError),
    /// Noise in θ cannot be tried.
    #[error(transparent)]
    Robustness(#[from] RobustnessError),
    /// A file of results.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The parameters at the highest test accuracy.
pub(super) const BEST: &str = "best.safetensors";
/// The parameters at the end.
pub(super) const FINAL: &str = "checkpoint.safetensors";
