//! What `run` and `reproduce` share: an experiment carried out in a folder, up to its report.

use std::io::Write;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::Args;
use thalweg_lab::run::Resources;
use thalweg_lab::spec::{Experiment, Override};

use super::data::CacheArguments;
use super::prepared::Prepared;
use super::threads;
use crate::failure::Failure;

/// Arguments of every command that runs an experiment.
#[derive(Args, Clone, Debug)]
pub struct ExperimentArguments {
    /// Override a setting, as in optimizer.learning_rate=0.1; a list makes a sweep
    #[arg(long = "set", value_name = "PATH=VALUE")]
    pub(super) overrides: Vec<String>,
    /// Folder for the results [default: runs/NAME]; an interrupted run continues in its folder
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
    /// Take trials that are finished in this run folder from there, as often as given
    #[arg(long, value_name = "DIR")]
    pub(super) reuse: Vec<PathBuf>,
    /// Trials side by side [default: one a thread]
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    /// Threads in all, split among the trials [default: one a processor]
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
    /// Write TensorBoard event files as trials measure, below tensorboard/ in the folder
    #[arg(long)]
    pub(super) tensorboard: bool,
    /// Print the experiment with every default filled in, and do not run it
    #[arg(long)]
    print_config: bool,
    /// No progress bars
    #[arg(long, short)]
    pub(super) quiet: bool,
    #[command(flatten)]
    pub(super) cache: CacheArguments,
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
    ran.print()?;
    ran.check()
}

impl ExperimentArguments {
    /// The experiment that a file states, under the settings overridden.
    pub fn experiment(&self, source: Source<'_>) -> Result<Experiment, Failure> {
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

    pub fn resources(&self) -> Resources {
        let threads = threads::count(self.threads);
        Resources {
            jobs: self.jobs.map_or(threads, NonZeroUsize::get),
            threads,
        }
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
