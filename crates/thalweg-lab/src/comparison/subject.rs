//! What is descended: a problem of the catalogue, or the network of an experiment file.

use std::path::Path;

use thalweg::network::{Mlp, Network, NetworkError};
use thalweg::objective::problem::{ProblemError, ProblemName};
use thalweg::objective::{DirectionalDerivative, ObjectiveError, Supervised};
use thalweg::regularizer::GradientPenalty;
use thalweg::{Named, Threads};
use thalweg_data::DataError;

use super::FlowWarning;
use crate::datasets::{Datasets, DatasetsError};
use crate::spec::{Experiment, ExperimentError, Method, Precision, TrialSpec, nearest};

/// An objective with a place to start from.
pub struct Subject {
    /// What it is called.
    pub name: String,
    /// E in a line of text.
    pub formula: String,
    /// θ₀.
    pub start: Vec<f64>,
    /// E.
    pub objective: Box<dyn DirectionalDerivative<f64> + Send>,
    /// The learning rate that belongs to it, if there is one.
    pub learning_rate: Option<f64>,
    /// The steps that it comes with: `stop.steps` of an experiment file.
    pub steps: Option<u64>,
    /// The penalty that belongs to it, if there is one.
    pub penalty: Option<GradientPenalty>,
    /// For sums over θ; the objective has its own.
    pub threads: Threads,
    /// What is to be said of it before anything is followed.
    pub(super) warnings: Vec<FlowWarning>,
}

impl std::fmt::Debug for Subject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Subject")
            .field("name", &self.name)
            .field("parameter_count", &self.start.len())
            .finish_non_exhaustive()
    }
}

/// Why there is nothing to descend.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SubjectError {
    /// No problem of that name.
    #[error("no problem is called `{name}`; {}", suggestion(name, &problems()))]
    UnknownProblem {
        /// The name.
        name: String,
    },
    /// The problem has no such start.
    #[error("`{problem}` has no start `{name}`; {}", suggestion(name, starts))]
    UnknownStart {
        /// The problem.
        problem: &'static str,
        /// The name.
        name: String,
        /// The starts that it has.
        starts: Vec<&'static str>,
    },
    /// The experiment file is wrong, or stands for several trials.
    #[error("{0}")]
    Experiment(#[from] ExperimentError),
    /// A problem that cannot be made.
    #[error(transparent)]
    Problem(#[from] ProblemError),
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
}

fn problems() -> Vec<&'static str> {
    ProblemName::NAMES.iter().map(|(name, _)| *name).collect()
}

fn suggestion(name: &str, known: &[&'static str]) -> String {
    match nearest(name, known.iter().copied()) {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => format!("there are: {}", known.join(", ")),
    }
}

impl Subject {
    /// Whether E has derivatives of every order.
    #[must_use]
    pub fn is_smooth(&self) -> bool {
        let is_kink = |warning: &FlowWarning| matches!(warning, FlowWarning::NotSmooth { .. });
        !self.warnings.iter().any(is_kink)
    }

    /// A problem of the catalogue from one of its starts, the first unless named.
    ///
    /// # Errors
    /// If there is no such problem or start.
    pub fn of_catalogue(
        problem: &str,
        start: Option<&str>,
        seed: u64,
    ) -> Result<Self, SubjectError> {
        let name = problem;
        let found = ProblemName::from_name(name)
            .ok_or_else(|| SubjectError::UnknownProblem { name: name.into() })?;
        let problem = found.problem(seed)?;
        let chosen = match start {
            Some(start) => problem.start(start),
            None => problem.starts.first(),
        };
        let chosen = chosen.cloned();
        let chosen = chosen.ok_or_else(|| SubjectError::UnknownStart {
            problem: problem.name,
            name: start.unwrap_or_default().into(),
            starts: problem.starts.iter().map(|start| start.name).collect(),
        })?;
        Ok(Self {
            name: format!("{name}, start {}", chosen.name),
            formula: problem.formula.into(),
            start: chosen.theta,
            objective: problem.objective,
            learning_rate: None,
            steps: None,
            penalty: None,
            threads: Threads::one(),
            warnings: Vec::new(),
        })
    }

    /// The network of an experiment that stands for one trial, over all its training examples and in
    /// double precision; datasets fetched earlier are in `cache`. `origin` and `text` are of its file.
    ///
    /// # Errors
    /// If it stands for several trials, or its data or network cannot be had.
    pub fn of_experiment(
        (origin, text): (&str, &str),
        experiment: Experiment,
        cache: &Path,
        threads: &Threads,
    ) -> Result<Self, SubjectError> {
        let datasets = Datasets::load(&experiment, cache)?;
        experiment.check_against_data(|data| datasets.size(data))?;
        let name = experiment.title.clone();
        let trial = experiment.into_one_trial(origin, text)?;
        let data = datasets.double(&trial.data)?.training;
        let spec = &trial.network;
        let widths = &spec.hidden_widths;
        let network = Mlp::new(data.features(), widths, data.outputs(), spec.activation)?;
        let start = network
            .parameters()
            .initialise(spec.initialisation, spec.bias, trial.seed);
        let network = Box::new(network);
        let formula = format!(
            "Mean {} of a network over {} examples",
            trial.loss.name(),
            data.count()
        );
        let objective = Supervised::new(network, trial.loss, data, threads.clone())?;
        Ok(Self {
            name,
            formula,
            start,
            objective: Box::new(objective),
            learning_rate: Some(trial.optimizer.learning_rate),
            steps: trial.stop.steps,
            penalty: penalty(&trial),
            threads: threads.clone(),
            warnings: warnings(&trial),
        })
    }
}

fn penalty(trial: &TrialSpec) -> Option<GradientPenalty> {
    let spec = trial.regularizer.as_ref()?;
    Some(spec.penalty(Some(trial.optimizer.learning_rate / 4.0)))
}

/// What of the trial is otherwise here, or does not suit flows.
fn warnings(trial: &TrialSpec) -> Vec<FlowWarning> {
    let (optimizer, activation) = (&trial.optimizer, trial.network.activation);
    let is_descent = matches!(optimizer.method, Method::GradientDescent | Method::Sgd);
    let single = trial.precision == Precision::F32;
    let batch = optimizer.batch.map(|batch| batch.size);
    let beside = [
        trial.schedule.map(|_| "[schedule]"),
        trial.weight_decay.map(|_| "[weight_decay]"),
        optimizer.clip_norm.map(|_| "optimizer.clip_norm"),
    ];
    let settings: Vec<&str> = beside.into_iter().flatten().collect();
    [
        (!activation.is_smooth()).then_some(FlowWarning::NotSmooth { activation }),
        single.then_some(FlowWarning::SinglePrecision),
        batch.map(|size| FlowWarning::Minibatches { size }),
        (!is_descent).then(|| FlowWarning::OtherMethod {
            method: optimizer.method.name(),
        }),
        (!settings.is_empty()).then_some(FlowWarning::LeftOut { settings }),
    ]
    .into_iter()
    .flatten()
    .collect()
}
