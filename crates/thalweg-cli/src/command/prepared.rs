//! An experiment in its folder: made ready, run to the end, spoken of.

use std::io::Write;
use std::path::{Path, PathBuf};

use thalweg_lab::applied;
use thalweg_lab::claim;
use thalweg_lab::datasets::Datasets;
use thalweg_lab::plan::Plan;
use thalweg_lab::record::summary_of_warnings;
use thalweg_lab::run::{RunEnd, conclude, run};
use thalweg_lab::spec::Experiment;
use thalweg_lab::store::{ExperimentIdentity, RunFolder, StoredRun};
use thalweg_lab::tensorboard::Board;

use super::experiment::{ExperimentArguments, Source, command_line};
use super::report;
use crate::console::{self, Audience, Bars};
use crate::failure::Failure;
use crate::interrupt;

/// An experiment with its data and its folder, ready to be run.
pub struct Prepared {
    plan: Plan,
    datasets: Datasets,
    folder: RunFolder,
}

/// An experiment that has been run to the end.
pub struct Ran {
    /// Everything that is stored of it.
    pub stored: StoredRun,
    end: RunEnd,
    page: PathBuf,
}

impl Prepared {
    /// Reads the experiment and its data, and opens its folder.
    pub fn new(source: Source<'_>, arguments: &ExperimentArguments) -> Result<Self, Failure> {
        let experiment = arguments.experiment(source)?;
        let plan = Plan::new(&experiment);
        let datasets = Datasets::load(&experiment, &arguments.cache.directory()?)?;
        experiment.check_against_data(|data| datasets.size(data))?;
        let out = match &arguments.out {
            Some(out) => out.clone(),
            None => Path::new("runs").join(source.name),
        };
        let identity = identity(&plan, &experiment, arguments);
        let mut folder = RunFolder::open_or_create(&out, source.text, &identity)?;
        for other in &arguments.reuse {
            folder = folder.reusing(other)?;
        }
        Ok(Self {
            plan,
            datasets,
            folder,
        })
    }

    /// Says which coefficients are really applied, before anything is run.
    pub fn print_coefficients(&self) -> Result<(), Failure> {
        let trials = self.plan.trials.iter().filter_map(|trial| {
            let (examples, parameters) = self.datasets.size_of_trial(&trial.spec)?;
            Some((trial, examples, parameters))
        });
        let table = applied::table(trials, console::width())?;
        writeln!(std::io::stdout(), "{table}\n")?;
        Ok(())
    }

    /// Runs every trial that is not finished, rules on the claims and writes summary and report.
    pub fn run(&self, arguments: &ExperimentArguments) -> Result<Ran, Failure> {
        let bars = Bars::new(self.plan.trials.len(), arguments.quiet);
        let board = arguments.tensorboard;
        let board = board.then(|| Board::new(&self.folder, &self.plan));
        let audience = Audience {
            bars: &bars,
            board: board.as_ref(),
        };
        let interrupt = interrupt::flag();
        let end = run(
            &self.plan,
            &self.folder,
            &self.datasets,
            arguments.resources(),
            &interrupt,
            &audience,
        )?;
        bars.clear();
        if end.interrupted > 0 {
            return Err(Failure::Interrupted);
        }
        let stored = conclude(&self.folder)?;
        let page = report::write(&self.folder, &stored)?;
        Ok(Ran { stored, end, page })
    }
}

impl Ran {
    /// Whether every trial came to an outcome.
    pub fn check(&self) -> Result<(), Failure> {
        match self.end.failed.len() {
            0 => Ok(()),
            failed => Err(Failure::Trials {
                failed,
                all: self.stored.trials.len(),
            }),
        }
    }

    /// Says what was ruled, what trials are to be warned of, and where the report is.
    pub fn print(&self) -> Result<(), Failure> {
        let Self { stored, end, page } = self;
        let mut out = std::io::stdout().lock();
        if !stored.verdicts.is_empty() {
            writeln!(out, "{}", claim::table(&stored.verdicts, console::width()))?;
        }
        let outcomes = stored.trials.iter().filter_map(|one| one.outcome.as_ref());
        let warnings = summary_of_warnings(outcomes, console::width());
        if !(warnings.is_empty() || stored.verdicts.is_empty()) {
            writeln!(out)?;
        }
        for warning in &warnings {
            writeln!(out, "{warning}\n")?;
        }
        if end.busy > 0 {
            let busy = end.busy;
            writeln!(
                out,
                "{busy} trials are being run by another process; the report lacks them."
            )?;
        }
        writeln!(
            out,
            "{} trials finished. Report: {}",
            end.finished,
            page.display()
        )?;
        Ok(())
    }
}

fn identity(
    plan: &Plan,
    experiment: &Experiment,
    arguments: &ExperimentArguments,
) -> ExperimentIdentity {
    ExperimentIdentity {
        id: plan.id.clone(),
        title: experiment.title.clone(),
        question: experiment.question.clone(),
        overrides: arguments.overrides.clone(),
        command: command_line(),
        version: env!("CARGO_PKG_VERSION").into(),
    }
}
