//! Why nothing can be transferred.

use std::path::PathBuf;

use thalweg::Named;
use thalweg::curvature::CurvatureError;
use thalweg::network::NetworkError;
use thalweg::noise::NoiseError;
use thalweg::objective::ObjectiveError;
use thalweg::optimizer::OptimizerError;
use thalweg_data::DataError;

use super::Role;
use crate::datasets::DatasetsError;
use crate::spec::ExperimentError;
use crate::store::StoreError;
use crate::trial::TrialError;

/// Why nothing can be transferred.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TransferError {
    /// Settings or the experiment file are wrong.
    #[error("{0}")]
    Experiment(#[from] ExperimentError),
    /// An optimizer that is none.
    #[error(transparent)]
    Optimizer(#[from] OptimizerError),
    /// Nothing changes.
    #[error(
        "both settings are the same, so there is nothing to transfer; change the learning rate, the \
         batch size or the method after --to"
    )]
    Identical,
    /// Batches of more examples than there are.
    #[error(
        "the {} has batches of {size} examples, but there are only {examples}; give at most that, or \
         batch_size=all",
        role.name()
    )]
    BatchTooLarge {
        /// Whose.
        role: Role,
        /// The size.
        size: usize,
        /// The examples there are.
        examples: usize,
    },
    /// No modified loss to keep.
    #[error("the {} has no modified loss of the form E + c‖∇E‖² + γΓ: {reason}", role.name())]
    NoModifiedLoss {
        /// Whose.
        role: Role,
        /// Why.
        reason: NoLoss,
    },
    /// Micro-batches that are no parts.
    #[error(
        "micro-batches of {size} do not cut the target's batches of {batch}; give --micro-batch-size \
         a smaller size, or none to have one chosen"
    )]
    MicroBatchSize {
        /// The size asked for.
        size: usize,
        /// The target's batch size.
        batch: usize,
    },
    /// Trials that do not train alike.
    #[error(
        "the trials of the file differ in `{path}`, which is {}: one setting is transferred at a \
         time; fix it, as in --set {path}={}",
        values.join(", "),
        values.first().map_or("", String::as_str)
    )]
    Differ {
        /// The setting.
        path: String,
        /// Its values.
        values: Vec<String>,
    },
    /// A file in the way.
    #[error(
        "{path} exists already and was left alone; give another name, or --force to replace it"
    )]
    Exists {
        /// The file.
        path: PathBuf,
    },
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
    /// The first epoch cannot be trained.
    #[error(transparent)]
    Trial(#[from] TrialError),
    /// The curvature cannot be measured.
    #[error(transparent)]
    Curvature(#[from] CurvatureError),
    /// The gradients of examples cannot be measured.
    #[error(transparent)]
    Noise(#[from] NoiseError),
    /// A file that cannot be written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why there is no modified loss.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoLoss {
    /// The method has none.
    #[error(
        "`{method}` does not move along a multiple of the gradient at θ, so that its term of first \
         order is no multiple of ‖∇E‖². Methods that have one are gradient-descent, sgd, heavy-ball, \
         nesterov, n-step, heun and runge-kutta-4"
    )]
    Method {
        /// Its name.
        method: &'static str,
    },
    /// One order for all epochs.
    #[error(
        "batches in one fixed order have a term of second order that is no gradient. Take sampling = \
         \"shuffled\" or \"with-replacement\""
    )]
    FixedOrder,
    /// Decay beside the steps of a method that remembers or looks ahead.
    #[error(
        "decoupled weight decay beside `{method}` is a step of no loss. Take weight_decay.kind = \
         \"coupled\""
    )]
    DecoupledDecay {
        /// The method.
        method: &'static str,
    },
    /// Epochs without a step.
    #[error("its epochs have no steps, since their only batch is dropped")]
    NoSteps,
}
