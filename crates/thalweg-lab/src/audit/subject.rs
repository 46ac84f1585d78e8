//! What is audited: parameters, and the training that they come from or go into.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use thalweg::network::{Mlp, Network};
use thalweg::objective::{Examples, Supervised};
use thalweg::{Element, Named, Threads};

use super::error::{BEST, FINAL};
use super::last_steps::LastSteps;
use super::{AuditError, tensors};
use crate::datasets::{Datasets, Splits};
use crate::record::{Measurement, Outcome};
use crate::spec::{Experiment, Override, TrialSpec};
use crate::store::read_given_trial;
use crate::trial::Standing;

/// Which parameters of a trial.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Which {
    /// Those at its end.
    #[default]
    Final,
    /// Those at its highest test accuracy.
    Best,
}

impl Named for Which {
    const NAMES: &'static [(&'static str, Self)] = &[("final", Self::Final), ("best", Self::Best)];
}

/// Parameters θ with the experiment that says how they are trained, and its data.
#[derive(Debug)]
pub struct Subject {
    /// Where θ was read from.
    pub checkpoint: PathBuf,
    /// How it is trained.
    pub spec: TrialSpec,
    /// Steps taken to θ, where that is known.
    pub step: Option<u64>,
    /// Tensors of the file that are none of the network's.
    pub unused: Vec<String>,
    /// How training went at last, where that is known.
    pub last_steps: Option<LastSteps>,
    pub(super) theta: Vec<f64>,
    network: Mlp,
    datasets: Datasets,
}

impl Subject {
    /// A trial that has ended, in its folder `trials/<id>` of a run folder; datasets fetched earlier
    /// are in `cache`.
    ///
    /// # Errors
    /// If it is no such folder, the trial has no such parameters, or its data cannot be had.
    pub fn of_trial(folder: &Path, which: Which, cache: &Path) -> Result<Self, AuditError> {
        let (file, text) = read_given_trial(folder)?;
        let experiment = Experiment::parse(&file.display().to_string(), &text, &[])?;
        let name = match which {
            Which::Final => FINAL,
            Which::Best => BEST,
        };
        let checkpoint = folder.join(name);
        if !checkpoint.is_file() {
            return Err(AuditError::NoCheckpoint {
                path: folder.to_owned(),
                file: name,
            });
        }
        let mut subject = Self::new(&experiment, &checkpoint, cache)?;
        subject.last_steps = last_steps(folder)?;
        Ok(subject)
    }

    /// A file of parameters, to be trained as an experiment file says under overrides; `origin` is what
    /// messages call that. Of a file that stands for several trials, those may differ in seed, probes
    /// and limits only: the first counts.
    ///
    /// # Errors
    /// If the experiment is wrong or stands for trials that differ, its data cannot be had, or the
    /// parameters are not of its network.
    pub fn of_checkpoint(
        (origin, text): (&str, &str),
        overrides: &[Override],
        checkpoint: &Path,
        cache: &Path,
    ) -> Result<Self, AuditError> {
        let experiment = Experiment::parse(origin, text, overrides)?;
        check_alike(&experiment)?;
        Self::new(&experiment, checkpoint, cache)
    }

    /// The first trial of an experiment at the parameters of a file.
    fn new(experiment: &Experiment, checkpoint: &Path, cache: &Path) -> Result<Self, AuditError> {
        let datasets = Datasets::load(experiment, cache)?;
        experiment.check_against_data(|data| datasets.size(data))?;
        let mut trials = experiment.sweeps.iter().flat_map(|sweep| &sweep.trials);
        let spec = trials.next().expect("an experiment has trials").clone();
        let data = datasets.double(&spec.data)?.training;
        let (widths, activation) = (&spec.network.hidden_widths, spec.network.activation);
        let network = Mlp::new(data.features(), widths, data.outputs(), activation)?;
        let loaded = tensors::load(checkpoint, &network.parameters())?;
        Ok(Self {
            checkpoint: checkpoint.to_owned(),
            spec,
            step: loaded.step,
            unused: loaded.unused,
            last_steps: None,
            theta: loaded.theta,
            network,
            datasets,
        })
    }

    /// Says at which step θ is, where the file does not.
    #[must_use]
    pub fn at_step(mut self, step: Option<u64>) -> Self {
        self.step = step.or(self.step);
        self
    }

    /// The data in double precision.
    pub(super) fn double(&self) -> Result<Splits<f64>, AuditError> {
        Ok(self.datasets.double(&self.spec.data)?)
    }

    /// The data in single precision.
    pub(super) fn single(&self) -> Result<Splits<f32>, AuditError> {
        Ok(self.datasets.single(&self.spec.data)?)
    }

    /// The mean loss of the network over examples.
    pub(super) fn objective<T: Element>(
        &self,
        examples: &Arc<Examples<T>>,
        threads: &Threads,
    ) -> Result<Supervised<T>, AuditError> {
        let network = Box::new(self.network.clone());
        let (loss, examples) = (self.spec.loss, examples.clone());
        Ok(Supervised::new(network, loss, examples, threads.clone())?)
    }

    /// What theory says of the step that follows.
    pub(super) fn standing(&self, examples: usize) -> Result<Standing, AuditError> {
        let sizes = (examples, self.theta.len());
        Ok(Standing::of(&self.spec, self.step, sizes)?)
    }
}

fn read(path: &Path) -> Result<String, AuditError> {
    std::fs::read_to_string(path).map_err(|source| AuditError::Read {
        path: path.to_owned(),
        source,
    })
}

/// How a trial ended.
fn last_steps(folder: &Path) -> Result<Option<LastSteps>, AuditError> {
    let text = read(&folder.join("outcome.json"));
    let outcome = text.ok().and_then(|text| serde_json::from_str(&text).ok());
    let Some(outcome): Option<Outcome> = outcome else {
        return Ok(None);
    };
    let log = read(&folder.join("metrics.jsonl")).unwrap_or_default();
    let lines = log.lines().map(serde_json::from_str);
    let path: Vec<Measurement> = lines.filter_map(Result::ok).collect();
    Ok(Some(LastSteps::of(&outcome, &path)))
}

/// All trials must be trained alike, seed, probes and limits aside.
fn check_alike(experiment: &Experiment) -> Result<(), AuditError> {
    let trials = || experiment.sweeps.iter().flat_map(|sweep| &sweep.trials);
    let Some(first) = trials().next() else {
        return Ok(());
    };
    let matters = |path: &str| !path.starts_with("stop.");
    for (setting, value) in first.settings() {
        let differs = |trial: &TrialSpec| trial.setting(setting).as_ref() != Some(&value);
        if !matters(setting) || !trials().any(differs) {
            continue;
        }
        let mut values: Vec<String> = Vec::new();
        for trial in trials() {
            let value = trial
                .setting(setting)
                .map_or_else(String::new, |one| one.to_string());
            if !values.contains(&value) {
                values.push(value);
            }
        }
        let setting = setting.to_owned();
        return Err(AuditError::Differ { setting, values });
    }
    Ok(())
}
