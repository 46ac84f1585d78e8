//! `thalweg flow`: gradient descent and the flows that are said to describe it, side by side.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::Args;
use thalweg::Named;
use thalweg::modified::MOST_TERMS;
use thalweg::regularizer::{GradientPenalty, Normalisation};
use thalweg_lab::comparison::{Comparison, Subject};
use thalweg_lab::spec::{Experiment, Override};

use super::data::CacheArguments;
use super::study::{StudyPlace, carry_out};
use super::threads;
use crate::failure::Failure;

/// Steps where nothing says how many.
const STEPS: u64 = 200;

/// Arguments of `thalweg flow`.
#[derive(Args, Clone, Debug)]
pub struct FlowArguments {
    /// A problem of the catalogue, such as two-parameter
    #[arg(long, required_unless_present = "experiment", conflicts_with_all = ["experiment", "overrides", "cache"])]
    problem: Option<String>,
    /// Where the problem starts, such as I [default: its first start]
    #[arg(long, requires = "problem")]
    start: Option<String>,
    /// Of the problem's data, where they are random
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// An experiment file of one trial: its network, data, initialisation and learning rate
    #[arg(long, value_name = "FILE")]
    experiment: Option<PathBuf>,
    /// Override a setting of the experiment file, as in optimizer.learning_rate=0.1
    #[arg(long = "set", value_name = "PATH=VALUE", requires = "experiment")]
    overrides: Vec<String>,
    /// Learning rate h of gradient descent
    #[arg(
        long,
        value_name = "H",
        required_unless_present = "experiment",
        conflicts_with = "experiment",
        allow_negative_numbers = true
    )]
    learning_rate: Option<f64>,
    /// Steps of gradient descent [default: those in `[stop]` of the experiment file, else 200]
    #[arg(long)]
    steps: Option<u64>,
    /// Terms of the modified flow, from 2
    #[arg(long, default_value_t = 2)]
    terms: usize,
    /// Follow E with this penalty as well
    #[arg(long, value_name = "MU", allow_negative_numbers = true)]
    penalty: Option<f64>,
    /// What the penalty multiplies: squared-norm (‖∇E‖²) or r-ig (‖∇E‖²/m)
    #[arg(long, default_value = "squared-norm", requires = "penalty")]
    normalisation: String,
    /// Folder for the results [default: runs/flow]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Threads [default: one a processor]
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
    /// No progress bar
    #[arg(long, short)]
    quiet: bool,
    #[command(flatten)]
    cache: CacheArguments,
}

/// Runs `thalweg flow`.
pub fn run(arguments: &FlowArguments) -> Result<(), Failure> {
    let penalty = arguments.penalty()?;
    arguments.check()?;
    let mut subject = arguments.subject()?;
    let learning_rate = arguments.learning_rate.or(subject.learning_rate);
    let comparison = Comparison {
        learning_rate: learning_rate.unwrap_or(f64::NAN),
        steps: arguments.steps.or(subject.steps).unwrap_or(STEPS),
        terms: arguments.terms,
        penalty: penalty.or(subject.penalty),
    };
    let place = StudyPlace {
        name: "flow",
        out: arguments.out.as_ref(),
        quiet: arguments.quiet,
    };
    carry_out(place, |watch| comparison.run(&mut subject, watch))?;
    Ok(())
}

impl FlowArguments {
    fn check(&self) -> Result<(), Failure> {
        if let Some(rate) = self.learning_rate
            && !(rate.is_finite() && rate > 0.0)
        {
            let message =
                format!("--learning-rate is {rate}; it must be positive and finite, as in 0.025");
            return Err(Failure::FlowSetting(message));
        }
        if !(2..=MOST_TERMS).contains(&self.terms) {
            let terms = self.terms;
            return Err(Failure::FlowSetting(format!(
                "--terms is {terms}; a modified flow has 2 to {MOST_TERMS} terms, and with one it is \
                 the gradient flow, which is followed in any case"
            )));
        }
        Ok(())
    }

    fn penalty(&self) -> Result<Option<GradientPenalty>, Failure> {
        let Some(coefficient) = self.penalty else {
            return Ok(None);
        };
        let name = &self.normalisation;
        let normalisation = Normalisation::from_name(name).ok_or_else(|| {
            Failure::FlowSetting(format!(
                "--normalisation is `{name}`; it must be squared-norm or r-ig"
            ))
        })?;
        let penalty = GradientPenalty::squared_norm(coefficient)
            .map_err(|error| Failure::FlowSetting(format!("--penalty: {error}")))?;
        Ok(Some(GradientPenalty {
            normalisation,
            ..penalty
        }))
    }

    fn subject(&self) -> Result<Subject, Failure> {
        let Some(path) = &self.experiment else {
            let problem = self.problem.as_deref().unwrap_or_default();
            let subject = Subject::of_catalogue(problem, self.start.as_deref(), self.seed)?;
            return Ok(subject);
        };
        let text = std::fs::read_to_string(path).map_err(|source| Failure::Spec {
            path: path.clone(),
            source,
        })?;
        let overrides = self.overrides.iter().map(|text| Override::parse(text));
        let overrides: Vec<Override> = overrides.collect::<Result<_, _>>()?;
        let origin = path.display().to_string();
        let experiment = Experiment::parse(&origin, &text, &overrides)?;
        let threads = threads::start(self.threads)?;
        let cache = self.cache.directory()?;
        let source = (origin.as_str(), text.as_str());
        Ok(Subject::of_experiment(
            source, experiment, &cache, &threads,
        )?)
    }
}
