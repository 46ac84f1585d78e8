//! `thalweg reproduce`: published results, checked.

use std::io::Write;

use clap::Args;
use thalweg::Named;
use thalweg_lab::reproduction::{Method, PUBLISHED, Reproduction, Scale};
use thalweg_lab::study::Study;

use super::experiment::{ExperimentArguments, Source, carry_out};
use super::reproduce_all;
use super::study::{self, StudyPlace};
use crate::failure::Failure;

/// Arguments of `thalweg reproduce`.
#[derive(Args, Clone, Debug)]
pub struct ReproduceArguments {
    /// The result to check, or `all`; without it, all that can be checked are listed
    name: Option<String>,
    /// How large: on embedded data in minutes, or as in the paper on fetched data in hours or days
    #[arg(long, value_name = "SCALE", value_parser = ["embedded", "paper"])]
    scale: Option<String>,
    #[command(flatten)]
    experiment: ExperimentArguments,
}

/// Runs `thalweg reproduce`.
pub fn run(arguments: &ReproduceArguments) -> Result<(), Failure> {
    let Some(name) = &arguments.name else {
        return list();
    };
    if name == reproduce_all::ALL {
        let scale = arguments.scale.as_deref().and_then(Scale::from_name);
        return reproduce_all::run(scale.unwrap_or_default(), &arguments.experiment);
    }
    let published = Reproduction::find(name)?;
    let scale = arguments.scale.as_deref().and_then(Scale::from_name);
    match (published.method, scale) {
        (Method::Study(study), None) => carry_out_study(name, study, &arguments.experiment),
        (_, scale) => {
            let scale = scale.unwrap_or_default();
            let text = published.experiment(scale)?;
            let name = published.folder(scale);
            let source = Source {
                origin: &format!("{name}.toml"),
                name: &name,
                text,
            };
            carry_out(source, &arguments.experiment)
        }
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
        out: arguments.out.as_ref(),
        quiet: arguments.quiet,
    };
    study::carry_out(place, study).map(|_| ())
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
        if one.has_paper() {
            writeln!(out, "    larger, on fetched data: --scale paper")?;
        }
    }
    let minutes: u32 = PUBLISHED.iter().map(|one| one.minutes).sum();
    writeln!(
        out,
        "\nRun one with: thalweg reproduce NAME\nRun all in about {minutes} minutes with: thalweg reproduce all"
    )?;
    Ok(())
}
