//! A whole run as it stands on the disk.

use std::path::Path;

use super::{ExperimentIdentity, RunFolder, StoreError};
use crate::claim::Verdict;
use crate::plan::{Plan, PlannedTrial};
use crate::record::{Measurement, Outcome, Robustness};
use crate::spec::{Experiment, Override};

/// An experiment with everything that has come of it so far.
#[derive(Clone, Debug)]
pub struct StoredRun {
    /// Which experiment made the folder.
    pub identity: ExperimentIdentity,
    /// The experiment.
    pub experiment: Experiment,
    /// Its trials in the order of the plan, unfinished ones included.
    pub trials: Vec<StoredTrial>,
    /// The rulings on its claims; none if they have not been made.
    pub verdicts: Vec<Verdict>,
}

/// A planned trial and what is stored of it.
#[derive(Clone, Debug)]
pub struct StoredTrial {
    /// The trial.
    pub planned: PlannedTrial,
    /// How it ended; `None` as long as it has not.
    pub outcome: Option<Outcome>,
    /// Its measurements so far, in order.
    pub path: Vec<Measurement>,
    /// What noise in its parameters did to it, if that was measured.
    pub robustness: Option<Robustness>,
}

impl StoredRun {
    /// Reads everything that is in `folder`, and nothing else.
    ///
    /// # Errors
    /// If it is no run folder, a file in it is damaged, or its experiment file states another
    /// experiment than the one that made it.
    pub fn read(folder: &Path) -> Result<Self, StoreError> {
        let (folder, identity, experiment, plan) = planned(folder)?;
        let trials = plan.trials.into_iter();
        let trials = trials.map(|planned| StoredTrial::read(&folder, planned));
        Ok(Self {
            trials: trials.collect::<Result<_, _>>()?,
            verdicts: folder.verdicts()?,
            identity,
            experiment,
        })
    }
}

impl StoredRun {
    /// The plan of the experiment in `folder`, without anything that has come of it.
    pub(crate) fn plan(folder: &Path) -> Result<(RunFolder, ExperimentIdentity, Plan), StoreError> {
        let (folder, identity, _, plan) = planned(folder)?;
        Ok((folder, identity, plan))
    }
}

/// What a run folder says of its experiment, agreeing with itself.
fn planned(folder: &Path) -> Result<(RunFolder, ExperimentIdentity, Experiment, Plan), StoreError> {
    let folder = RunFolder::read(folder)?;
    let identity = folder.identity()?;
    let experiment = read_experiment(&folder, &identity)?;
    let plan = Plan::new(&experiment);
    if plan.id != identity.id {
        return Err(StoreError::ChangedSpec {
            path: folder.spec_path(),
            found: plan.id,
            expected: identity.id,
            version: identity.version,
        });
    }
    Ok((folder, identity, experiment, plan))
}

impl StoredTrial {
    fn read(folder: &RunFolder, planned: PlannedTrial) -> Result<Self, StoreError> {
        let trial = folder.trial(&planned.id);
        Ok(Self {
            planned,
            outcome: trial.outcome()?,
            path: trial.measurements()?,
            robustness: trial.robustness()?,
        })
    }
}

fn read_experiment(
    folder: &RunFolder,
    identity: &ExperimentIdentity,
) -> Result<Experiment, StoreError> {
    let overrides = identity.overrides.iter();
    let overrides: Vec<Override> = overrides
        .map(|text| Override::parse(text))
        .collect::<Result<_, _>>()?;
    let origin = folder.spec_path().display().to_string();
    let mut experiment = Experiment::parse(&origin, &folder.spec()?, &overrides)?;
    // A file without a title is headed by its name, which was another one then.
    experiment.title.clone_from(&identity.title);
    Ok(experiment)
}
