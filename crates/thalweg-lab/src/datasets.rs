//! The data of an experiment's trials, each loaded once and shared.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use thalweg::Element;
use thalweg::network::{Mlp, Network};
use thalweg::objective::{Examples, ObjectiveError, Targets};
use thalweg_data::{DataError, Dataset, Split, load};

use crate::spec::{DataSize, DataSpec, Experiment, TrialSpec};

/// Training and test examples.
#[derive(Clone, Debug)]
pub(crate) struct Splits<T> {
    pub(crate) training: Arc<Examples<T>>,
    pub(crate) test: Arc<Examples<T>>,
}

/// Every dataset that an experiment's trials use.
#[derive(Debug)]
pub struct Datasets {
    loaded: Vec<(DataSpec, Dataset)>,
    single: Mutex<HashMap<DataSpec, Splits<f32>>>,
    double: Mutex<HashMap<DataSpec, Splits<f64>>>,
}

impl Datasets {
    /// Loads what the experiment's trials use; datasets fetched earlier are in `cache`.
    ///
    /// # Errors
    /// If one is missing or damaged.
    pub fn load(experiment: &Experiment, cache: &Path) -> Result<Self, DataError> {
        let mut loaded: Vec<(DataSpec, Dataset)> = Vec::new();
        for spec in experiment.data() {
            let known = loaded.iter().find(|(other, _)| other.source == spec.source);
            let dataset = match known {
                Some((_, dataset)) => dataset.clone(),
                None => load(&spec.source, cache)?,
            };
            loaded.push((spec.clone(), dataset));
        }
        Ok(Self {
            loaded,
            single: Mutex::default(),
            double: Mutex::default(),
        })
    }

    /// How many examples there are for some data, before a trial takes the first of them.
    #[must_use]
    pub fn size(&self, spec: &DataSpec) -> Option<DataSize> {
        self.dataset(spec).map(|dataset| DataSize {
            train_examples: dataset.train.examples(),
            test_examples: dataset.test.examples(),
        })
    }

    /// The training examples and the parameters of a trial, as its data and its network make them;
    /// `None` if its data were not loaded or no network is so made.
    #[must_use]
    pub fn size_of_trial(&self, spec: &TrialSpec) -> Option<(usize, usize)> {
        let dataset = self.dataset(&spec.data)?;
        let examples = dataset.train.examples();
        let examples = spec
            .data
            .train_examples
            .map_or(examples, |first| first.min(examples));
        let (widths, activation) = (&spec.network.hidden_widths, spec.network.activation);
        let network = Mlp::new(
            dataset.train.features(),
            widths,
            dataset.classes,
            activation,
        );
        Some((examples, network.ok()?.parameters().count()))
    }

    /// The examples of some data in single precision.
    pub(crate) fn single(&self, spec: &DataSpec) -> Result<Splits<f32>, DatasetsError> {
        self.splits(spec, &self.single)
    }

    /// The examples of some data in double precision.
    pub(crate) fn double(&self, spec: &DataSpec) -> Result<Splits<f64>, DatasetsError> {
        self.splits(spec, &self.double)
    }

    fn dataset(&self, spec: &DataSpec) -> Option<&Dataset> {
        let found = self.loaded.iter().find(|(other, _)| other == spec);
        found.map(|(_, dataset)| dataset)
    }

    fn splits<T: Element + thalweg_data::Precision>(
        &self,
        spec: &DataSpec,
        made: &Mutex<HashMap<DataSpec, Splits<T>>>,
    ) -> Result<Splits<T>, DatasetsError> {
        let mut made = made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(splits) = made.get(spec) {
            return Ok(splits.clone());
        }
        let dataset = self.dataset(spec).ok_or(DatasetsError::NotLoaded)?;
        let examples = |split: &Split, count: Option<usize>| {
            let first = split.first(count.unwrap_or(split.examples()))?;
            let targets = Targets::Labels {
                labels: first.labels().to_vec(),
                classes: dataset.classes,
            };
            let inputs = first.inputs(spec.scaling);
            Ok::<_, DatasetsError>(Arc::new(Examples::new(inputs, first.features(), targets)?))
        };
        let splits = Splits {
            training: examples(&dataset.train, spec.train_examples)?,
            test: examples(&dataset.test, spec.test_examples)?,
        };
        made.insert(spec.clone(), splits.clone());
        Ok(splits)
    }
}

/// Why a dataset cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DatasetsError {
    /// A trial asks for data of another experiment.
    #[error("the trial's data were not loaded with its experiment")]
    NotLoaded,
    /// The dataset has not what is asked for.
    #[error(transparent)]
    Data(#[from] DataError),
    /// Its examples do not fit together.
    #[error(transparent)]
    Examples(#[from] ObjectiveError),
}
