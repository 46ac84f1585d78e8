//! What `run` and `reproduce` share: an experiment carried out in a folder, up to its report.

use std::io::Write;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::thread::available_parallelism;

use clap::Args;
use thalweg_lab::applied;
use thalweg_lab::claim;
use thalweg_lab::datasets::Datasets;
use thalweg_lab::plan::Plan;
use thalweg_lab::record::summary_of_warnings;
use thalweg_lab::run::{Resources, RunEnd, conclude, run};
use thalweg_lab::spec::{Experiment, Override};
use thalweg_lab::store::{ExperimentIdentity, RunFolder, StoredRun};
use thalweg_lab::tensorboard::Board;

use super::data::CacheArguments;
use super::report;
use crate::console::{self, Bars, Watching};
use crate::failure::Failure;
use crate::interrupt;

/// Arguments of every command that runs an experiment.
#[derive(Args, Clone, Debug)]
pub struct ExperimentArguments {
    /// Override a setting, as in optimizer.learning_rate=0.1; a list makes a sweep
    #[arg(long = "set", value_name = "PATH=VALUE")]
    overrides: Vec<String>,
    /// Folder for the results [default: runs/NAME]; an interrupted run continues in its folder
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Take trials that are finished in this run folder from there, as often as given
    #[arg(long, value_name = "DIR")]
    reuse: Vec<PathBuf>,
    /// Trials side by side [default: one a thread]
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    /// Threads in all, split among the trials [default: one a processor]
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
    /// Write TensorBoard event files as trials measure, below tensorboard/ in the folder
    #[arg(long)]
    tensorboard: bool,
    /// Print the experiment with every default filled in, and do not run it
    #[arg(long)]
    print_config: bool,
    /// No progress bars
    #[arg(long, short)]
    quiet: bool,
    #[command(flatten)]
    cache: CacheArguments,
}

/// An experiment as text.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// What messages call it: its path.
    pub origin: &'a str,
    /// The name of its folder under `runs`.
    pub name: &'a str,
    /// The TOML.
    pub text: &'a str,
}

/// Carries the experiment out: every trial, the rulings, the summary and the report.
pub fn carry_out(source: Source<'_>, arguments: &ExperimentArguments) -> Result<(), Failure> {
    if arguments.print_config {
        let experiment = arguments.experiment(source)?;
        write!(std::io::stdout(), "{}", experiment.to_toml())?;
        return Ok(());
    }
    let prepared = Prepared::new(source, arguments)?;
    prepared.print_coefficients()?;
    let ran = prepared.run(arguments)?;
    print_end(&ran)?;
    ran.check()
}

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
    fn print_coefficients(&self) -> Result<(), Failure> {
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
        let board = arguments
            .tensorboard
            .then(|| Board::new(&self.folder, &self.plan));
        let watching = Watching {
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
            &watching,
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
}

impl ExperimentArguments {
    /// The experiment that a file states, under the settings overridden.
    fn experiment(&self, source: Source<'_>) -> Result<Experiment, Failure> {
        let overrides = self.overrides.iter().map(|text| Override::parse(text));
        let overrides: Vec<Override> = overrides.collect::<Result<_, _>>()?;
        Ok(Experiment::parse(source.origin, source.text, &overrides)?)
    }

    /// The same arguments for one of several experiments: its folder, and where trials that it shares
    /// with others may be finished.
    pub fn one_of_several(&self, out: PathBuf, others: Vec<PathBuf>) -> Self {
        let mut arguments = self.clone();
        arguments.out = Some(out);
        arguments.reuse.extend(others);
        arguments
    }

    /// The folder asked for.
    pub fn out(&self) -> Option<&PathBuf> {
        self.out.as_ref()
    }

    /// Whether there is to be no progress bar.
    pub fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// The options given that only one experiment by itself has a use for.
    pub fn for_one_experiment(&self) -> Vec<&'static str> {
        let given = [
            (!self.overrides.is_empty(), "--set"),
            (self.print_config, "--print-config"),
        ];
        let given = given.into_iter().filter(|(is_given, _)| *is_given);
        given.map(|(_, option)| option).collect()
    }

    /// The options given that only training has a use for.
    pub fn for_training(&self) -> Vec<&'static str> {
        let given = [
            (!self.overrides.is_empty(), "--set"),
            (!self.reuse.is_empty(), "--reuse"),
            (self.jobs.is_some(), "--jobs"),
            (self.threads.is_some(), "--threads"),
            (self.tensorboard, "--tensorboard"),
            (self.print_config, "--print-config"),
            (self.cache.is_given(), "--cache"),
        ];
        let given = given.into_iter().filter(|(is_given, _)| *is_given);
        given.map(|(_, option)| option).collect()
    }

    fn resources(&self) -> Resources {
        let processors = || available_parallelism().map_or(1, NonZeroUsize::get);
        let threads = self.threads.map_or_else(processors, NonZeroUsize::get);
        Resources {
            jobs: self.jobs.map_or(threads, NonZeroUsize::get),
            threads,
        }
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

/// The command as typed, without where the program lies.
pub(super) fn command_line() -> String {
    let quoted = |word: String| match word.contains(|c: char| c.is_whitespace() || c == '\'') {
        true => format!("'{}'", word.replace('\'', "'\\''")),
        false => word,
    };
    let arguments = std::env::args_os()
        .skip(1)
        .map(|word| word.to_string_lossy().into_owned());
    let words: Vec<String> = std::iter::once("thalweg".into())
        .chain(arguments.map(quoted))
        .collect();
    words.join(" ")
}

fn print_end(ran: &Ran) -> Result<(), Failure> {
    let Ran { stored, end, page } = ran;
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
