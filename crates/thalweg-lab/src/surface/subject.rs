//! The stored trial whose loss surface is looked at.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use thalweg::Threads;
use thalweg::network::{Mlp, Network};
use thalweg::objective::{Examples, Supervised, Targets};

use super::SurfaceFailure;
use crate::datasets::{Datasets, Splits};
use crate::record::Termination;
use crate::spec::{Experiment, TrialSpec};
use crate::store::{Checkpoint, Storable, TrialFolder, read_given_trial};

/// A trial that has ended well, with its data.
#[derive(Debug)]
pub struct Subject {
    /// Its identity.
    pub id: String,
    /// All that it is.
    pub spec: TrialSpec,
    /// Steps taken.
    pub steps: u64,
    checkpoint: PathBuf,
    datasets: Datasets,
}

/// Its final parameters and the loss around them.
pub(super) struct Loaded<T> {
    pub theta: Vec<T>,
    /// The loss over the first examples.
    pub objective: Supervised<T>,
    pub splits: Splits<T>,
    pub all_examples: usize,
}

impl Subject {
    /// The trial in a folder `trials/<id>`; datasets fetched earlier are in `cache`.
    ///
    /// # Errors
    /// If it is no such folder, the trial has not ended or diverged, or its data cannot be had.
    pub fn of_trial(folder: &Path, cache: &Path) -> Result<Self, SurfaceFailure> {
        let path = || folder.to_path_buf();
        let (file, text) = read_given_trial(folder)?;
        let origin = file.display().to_string();
        let experiment = Experiment::parse(&origin, &text, &[])?;
        let spec = TrialSpec::from_toml(&origin, &text)?;
        let id = spec.id();
        let outcome = TrialFolder::new(path(), &id).outcome()?;
        let outcome = outcome.ok_or_else(|| SurfaceFailure::Unfinished { path: path() })?;
        if outcome.termination == Termination::Diverged {
            return Err(SurfaceFailure::Diverged {
                path: path(),
                step: outcome.steps,
            });
        }
        let datasets = Datasets::load(&experiment, cache)?;
        experiment.check_against_data(|data| datasets.size(data))?;
        Ok(Self {
            id,
            spec,
            steps: outcome.steps,
            checkpoint: folder.join("checkpoint.safetensors"),
            datasets,
        })
    }

    pub(super) fn single(
        &self,
        most: usize,
        threads: &Threads,
    ) -> Result<Loaded<f32>, SurfaceFailure> {
        self.loaded(self.datasets.single(&self.spec.data)?, most, threads)
    }

    pub(super) fn double(
        &self,
        most: usize,
        threads: &Threads,
    ) -> Result<Loaded<f64>, SurfaceFailure> {
        self.loaded(self.datasets.double(&self.spec.data)?, most, threads)
    }

    fn loaded<T: Storable>(
        &self,
        splits: Splits<T>,
        most: usize,
        threads: &Threads,
    ) -> Result<Loaded<T>, SurfaceFailure> {
        let (data, spec) = (&splits.training, &self.spec.network);
        let widths = &spec.hidden_widths;
        let network = Mlp::new(data.features(), widths, data.outputs(), spec.activation)?;
        let theta = self.theta(&network)?;
        let examples = Arc::new(first(data, most)?);
        let objective =
            Supervised::new(Box::new(network), self.spec.loss, examples, threads.clone())?;
        Ok(Loaded {
            theta,
            objective,
            all_examples: data.count(),
            splits,
        })
    }

    /// The final parameters.
    fn theta<T: Storable>(&self, network: &Mlp) -> Result<Vec<T>, SurfaceFailure> {
        let checkpoint = Checkpoint::<T>::read(&self.checkpoint)?;
        let parameters = network.parameters();
        let mut theta = vec![T::ZERO; parameters.count()];
        for parameter in &parameters {
            let found = checkpoint.tensors.get(&parameter.name);
            let fitting = found.filter(|(shape, _)| *shape == parameter.shape);
            let Some((_, values)) = fitting else {
                return Err(SurfaceFailure::Parameters {
                    path: self.checkpoint.clone(),
                    reason: format!(
                        "it has no tensor {} of shape {:?}",
                        parameter.name, parameter.shape
                    ),
                });
            };
            theta[parameter.range()].copy_from_slice(values);
        }
        Ok(theta)
    }
}

/// The first so many examples.
fn first<T: Storable>(examples: &Examples<T>, most: usize) -> Result<Examples<T>, SurfaceFailure> {
    let count = most.clamp(1, examples.count());
    let features = examples.features();
    let targets = match examples.targets() {
        Targets::Labels { labels, classes } => Targets::Labels {
            labels: labels[..count].to_vec(),
            classes: *classes,
        },
        Targets::Values { values, outputs } => Targets::Values {
            values: values[..count * outputs].to_vec(),
            outputs: *outputs,
        },
    };
    let inputs = examples.inputs()[..count * features].to_vec();
    Ok(Examples::new(inputs, features, targets)?)
}
