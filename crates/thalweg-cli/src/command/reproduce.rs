//! `thalweg reproduce`: published results, checked.

use std::io::Write;

use clap::Args;
use thalweg_lab::reproduction::{Method, PUBLISHED, Reproduction};
use thalweg_lab::study::Study;

use super::experiment::{ExperimentArguments, Source, carry_out};
use super::study::{self, StudyPlace};
use crate::failure::Failure;

/// Arguments of `thalweg reproduce`.
#[derive(Args, Clone, Debug)]
pub struct ReproduceArguments {
    /// The result to check; without it, all that can be checked are listed
    name: Option<String>,
    #[command(flatten)]
    experiment: ExperimentArguments,
}

/// Runs `thalweg reproduce`.
pub fn run(arguments: &ReproduceArguments) -> Result<(), Failure> {
    let Some(name) = &arguments.name else {
        return list();
    };
    let published = Reproduction::find(name)?;
    match published.method {
        Method::Experiment(text) => {
            let source = Source {
                origin: &format!("{name}.toml"),
                name,
                text,
            };
            carry_out(source, &arguments.experiment)
        }
        Method::Study(study) => carry_out_study(name, study, &arguments.experiment),
    }
}

fn carry_out_study(
    name: &str,
    study: Study,
    arguments: &ExperimentArguments,
) -> Result<(), Failure> {
    let options = arguments.for_training();
    if !options.is_empty() {
        let study = name.to_owned();
        return Err(Failure::StudyOptions { study, options });
    }
    let place = StudyPlace {
        name,
        out: arguments.out(),
        quiet: arguments.is_quiet(),
    };
    study::carry_out(place, study)
}

fn list() -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    for one in PUBLISHED {
        writeln!(out, "{}  {}", one.name, one.title)?;
        writeln!(out, "    {}", one.source)?;
        match one.minutes {
            0 => writeln!(out, "    less than a minute")?,
            1 => writeln!(out, "    about a minute on two cores")?,
            minutes => writeln!(out, "    about {minutes} minutes on two cores")?,
        }
    }
    writeln!(out, "\nRun one with: thalweg reproduce NAME")?;
    Ok(())
}
