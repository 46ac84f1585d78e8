//! The experiment file whose training is to be changed.

use std::path::Path;
use std::sync::Arc;

use thalweg::objective::Examples;
use thalweg::regularizer::Normalisation;

use super::{NoLoss, Role, Side, TransferError};
use crate::datasets::Datasets;
use crate::spec::{
    DecayKind, Experiment, Method, OptimizerSpec, Override, Setting, Strength, TrialSpec,
};

/// An experiment all of whose trials train alike, with its data.
#[derive(Debug)]
pub struct Subject {
    pub(super) experiment: Experiment,
    datasets: Datasets,
    trial: TrialSpec,
    examples: usize,
    parameters: usize,
}

impl Subject {
    /// Reads an experiment file under overrides and loads its data; datasets fetched earlier are in
    /// `cache`, and `origin` is what messages call the file. `from` takes the place of its optimizer.
    ///
    /// # Errors
    /// If the file is wrong, its data cannot be had, or its trials differ in optimizer, regularizer or
    /// number of examples.
    pub fn load(
        (origin, text): (&str, &str),
        overrides: &[Override],
        from: Option<&OptimizerSpec>,
        cache: &Path,
    ) -> Result<Self, TransferError> {
        let experiment = Experiment::parse(origin, text, overrides)?;
        let datasets = Datasets::load(&experiment, cache)?;
        experiment.check_against_data(|data| datasets.size(data))?;
        let trials = || experiment.sweeps.iter().flat_map(|sweep| &sweep.trials);
        let all: Vec<(&TrialSpec, (usize, usize))> = trials()
            .map(|trial| (trial, datasets.size_of_trial(trial).unwrap_or_default()))
            .collect();
        check_alike(&all, from.is_none())?;
        let (first, (examples, parameters)) = all[0];
        let mut trial = first.clone();
        if let Some(from) = from {
            trial.optimizer.clone_from(from);
        }
        Ok(Self {
            trial,
            examples,
            parameters,
            experiment,
            datasets,
        })
    }

    /// The first trial, as the original trains it.
    #[must_use]
    pub fn trial(&self) -> &TrialSpec {
        &self.trial
    }

    /// N.
    #[must_use]
    pub fn examples(&self) -> usize {
        self.examples
    }

    /// How it trains.
    ///
    /// # Errors
    /// Those of [`Side::new`].
    pub fn original(&self) -> Result<Side, TransferError> {
        let regularizer = self.trial.regularizer.as_ref();
        let regularizer = regularizer.map(|regularizer| (regularizer, self.parameters));
        let optimizer = &self.trial.optimizer;
        self.check_decay(Role::Original, optimizer)?;
        Side::new(Role::Original, optimizer, regularizer, self.examples)
    }

    /// How it is to train.
    ///
    /// # Errors
    /// Those of [`Side::new`].
    pub fn target(&self, optimizer: &OptimizerSpec) -> Result<Side, TransferError> {
        self.check_decay(Role::Target, optimizer)?;
        Side::new(Role::Target, optimizer, None, self.examples)
    }

    /// Weight decay must be part of the loss, as that beside steps along the gradient is.
    fn check_decay(&self, role: Role, optimizer: &OptimizerSpec) -> Result<(), TransferError> {
        let is_plain = matches!(optimizer.method, Method::GradientDescent | Method::Sgd);
        let decay = self.trial.weight_decay.map(|decay| decay.kind);
        match decay == Some(DecayKind::Decoupled) && !is_plain {
            false => Ok(()),
            true => Err(TransferError::NoModifiedLoss {
                role,
                reason: NoLoss::DecoupledDecay {
                    method: optimizer.method.name(),
                },
            }),
        }
    }

    pub(super) fn training_examples(&self) -> Result<Arc<Examples<f64>>, TransferError> {
        Ok(self.datasets.double(&self.trial.data)?.training)
    }
}

/// Checks that all trials have one optimizer (if it matters), one regularizer and one N.
fn check_alike(
    all: &[(&TrialSpec, (usize, usize))],
    optimizer_matters: bool,
) -> Result<(), TransferError> {
    let paths: Vec<&'static str> = all
        .first()
        .map(|(trial, _)| trial.settings().into_iter().map(|(path, _)| path).collect())
        .unwrap_or_default();
    let matters = |path: &&&'static str| {
        (optimizer_matters && path.starts_with("optimizer.")) || path.starts_with("regularizer.")
    };
    for path in paths.iter().filter(matters) {
        let settings = all.iter().filter_map(|(trial, _)| trial.setting(path));
        differ(path, settings)?;
    }
    let sizes = all.iter().map(|(_, (examples, _))| (*examples).into());
    differ("data.train_examples", sizes)?;
    let depends_on_size = |trial: &TrialSpec| {
        let strength = trial.regularizer.map(|regularizer| regularizer.strength);
        matches!(
            strength,
            Some(Strength::Penalty {
                normalisation: Normalisation::RIg,
                ..
            })
        )
    };
    let sized = all.iter().filter(|(trial, _)| depends_on_size(trial));
    let sized: Vec<_> = sized.collect();
    let same = sized.windows(2).all(|pair| pair[0].1.1 == pair[1].1.1);
    match same {
        true => Ok(()),
        false => {
            let path = "network.hidden_widths";
            differ(
                path,
                sized.iter().filter_map(|(trial, _)| trial.setting(path)),
            )
        }
    }
}

fn differ(path: &str, settings: impl Iterator<Item = Setting>) -> Result<(), TransferError> {
    let mut values: Vec<String> = Vec::new();
    for setting in settings {
        let value = match setting {
            Setting::Absent => "nothing".to_owned(),
            setting => setting.to_string(),
        };
        if !values.contains(&value) {
            values.push(value);
        }
    }
    match values.len() {
        0 | 1 => Ok(()),
        _ => Err(TransferError::Differ {
            path: path.into(),
            values,
        }),
    }
}
