//! Running one trial: from a resolved spec to stored measurements and an outcome.

mod clipping;
mod decay;
mod descent;
#[cfg(test)]
mod descent_tests;
mod first_epoch;
mod limits;
mod measuring;
mod optimizer;
mod penalty;
mod rate;
mod robustness;
mod standing;
mod step_warnings;
mod streaming;
mod training;
mod warnings;

use std::sync::atomic::{AtomicBool, Ordering};

use thalweg::Threads;
use thalweg::network::{Mlp, NetworkError};
use thalweg::objective::ObjectiveError;
use thalweg::robustness::RobustnessError;

pub(crate) use self::decay::analysis as with_weight_decay;
pub(crate) use self::first_epoch::first_epoch;
pub(crate) use self::optimizer::build as build_optimizer;
pub(crate) use self::standing::Standing;
use self::training::Training;
use crate::datasets::{Datasets, DatasetsError, Splits};
use crate::plan::PlannedTrial;
use crate::record::{Measurement, Outcome};
use crate::spec::Precision;
use crate::store::{Claim, ClaimedTrial, LostSnapshot, Stopped, Storable, StoreError, TrialFolder};

/// What came of asking for a trial to be run.
#[derive(Debug)]
pub enum Ended {
    /// It has an outcome, made now or earlier.
    Finished(Box<Outcome>),
    /// It was interrupted and can be continued.
    Interrupted,
    /// Another process is running it.
    Busy,
}

/// Why a trial could not be run to an outcome. What it had stored stays, and it can be continued.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrialError {
    /// Files.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Data.
    #[error(transparent)]
    Data(#[from] DatasetsError),
    /// The network.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// The objective.
    #[error(transparent)]
    Objective(#[from] ObjectiveError),
    /// A batch that is larger than the data, and dropped because it is not full.
    #[error(
        "no batch of {batch_size} examples is full with {examples} training examples, and \
         `optimizer.last_batch` drops the others: there is no step to take"
    )]
    NoBatch {
        /// B.
        batch_size: usize,
        /// N.
        examples: usize,
    },
    /// The optimizer.
    #[error(transparent)]
    Optimizer(#[from] thalweg::optimizer::OptimizerError),
    /// Noise in the parameters.
    #[error(transparent)]
    Robustness(#[from] RobustnessError),
}

/// What a running trial needs from outside.
#[derive(Clone, Copy, Debug)]
pub struct Surroundings<'a> {
    /// The data, loaded for the experiment.
    pub datasets: &'a Datasets,
    /// The threads the trial may use.
    pub threads: &'a Threads,
    /// Set to have the trial stop between two steps, so that it can be continued.
    pub interrupt: &'a AtomicBool,
}

impl Surroundings<'_> {
    fn is_interrupted(&self) -> bool {
        self.interrupt.load(Ordering::Relaxed)
    }
}

/// What a running trial tells.
#[derive(Debug)]
pub enum Event {
    /// It has taken `step` steps of at most `most`.
    Advanced {
        /// Steps taken.
        step: u64,
        /// The most steps there can be.
        most: u64,
    },
    /// It starts from its beginning, although something was saved.
    Restarted(LostSnapshot),
    /// It begins, or goes on with the measurements that it kept.
    Began(Vec<Measurement>),
    /// It has measured and stored that.
    Measured(Measurement),
}

/// Runs a trial in its folder, from its start or from where it was interrupted, and tells `tell`
/// how it gets on.
///
/// The same trial writes the same bytes, wall-clock seconds aside, whatever the number of threads
/// and however often it was interrupted.
///
/// # Errors
/// If its files cannot be written or it does not fit its data.
pub fn run(
    trial: &PlannedTrial,
    folder: &TrialFolder,
    surroundings: Surroundings<'_>,
    tell: &mut dyn FnMut(Event),
) -> Result<Ended, TrialError> {
    if surroundings.is_interrupted() {
        return Ok(Ended::Interrupted);
    }
    let claimed = match folder.claim(&trial.spec.to_toml())? {
        Claim::Finished(outcome) => return Ok(Ended::Finished(outcome)),
        Claim::Busy => return Ok(Ended::Busy),
        Claim::Ours(claimed) => claimed,
    };
    let ended = in_precision(trial, &claimed, surroundings, tell);
    let why = match &ended {
        Ok(Ended::Interrupted) => Some(Stopped::Interrupted),
        Ok(_) => None,
        Err(error) => Some(Stopped::Failed {
            message: error.to_string(),
        }),
    };
    if let Some(why) = why {
        // Only for onlookers; a disk that refuses this has already said so.
        let _ = claimed.stop(&why);
    }
    ended
}

fn in_precision(
    trial: &PlannedTrial,
    claimed: &ClaimedTrial,
    surroundings: Surroundings<'_>,
    tell: &mut dyn FnMut(Event),
) -> Result<Ended, TrialError> {
    let data = &trial.spec.data;
    match trial.spec.precision {
        Precision::F32 => {
            let splits = surroundings.datasets.single(data)?;
            train(trial, claimed, &splits, surroundings, tell)
        }
        Precision::F64 => {
            let splits = surroundings.datasets.double(data)?;
            train(trial, claimed, &splits, surroundings, tell)
        }
    }
}

fn train<T: Storable>(
    trial: &PlannedTrial,
    claimed: &ClaimedTrial,
    splits: &Splits<T>,
    surroundings: Surroundings<'_>,
    tell: &mut dyn FnMut(Event),
) -> Result<Ended, TrialError> {
    let spec = &trial.spec.network;
    let data = &splits.training;
    let widths = &spec.hidden_widths;
    let network = Mlp::new(data.features(), widths, data.outputs(), spec.activation)?;
    let mut training = Training::new(&trial.spec, network, splits, surroundings.threads)?;
    if let Some(lost) = training.resume(claimed)? {
        tell(Event::Restarted(lost));
    }
    tell(Event::Began(claimed.measurements()?));
    let ended = loop {
        if let Some(measurement) = training.record()? {
            tell(Event::Measured(measurement));
        }
        if let Some(termination) = training.termination() {
            break termination;
        }
        if surroundings.is_interrupted() {
            training.save(claimed)?;
            return Ok(Ended::Interrupted);
        }
        training.save_now_and_then(claimed)?;
        training.advance()?;
        let (step, most) = (training.step(), training.most_steps());
        tell(Event::Advanced { step, most });
    };
    let is_interrupted = || surroundings.is_interrupted();
    match training.finish(claimed, ended, &is_interrupted) {
        Err(TrialError::Robustness(RobustnessError::Stopped)) => {
            training.save(claimed)?;
            Ok(Ended::Interrupted)
        }
        outcome => Ok(Ended::Finished(Box::new(outcome?))),
    }
}
