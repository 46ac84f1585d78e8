//! `thalweg reproduce`: published results, checked.

use std::io::Write;

use clap::Args;
use thalweg_lab::reproduction::{PUBLISHED, Reproduction};

use super::experiment::{ExperimentArguments, Source, carry_out};
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
    let source = Source {
        origin: &format!("{name}.toml"),
        name,
        text: published.spec,
    };
    carry_out(source, &arguments.experiment)
}

fn list() -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    for one in PUBLISHED {
        writeln!(out, "{}  {}", one.name, one.title)?;
        writeln!(out, "    {}", one.source)?;
        writeln!(out, "    about {} minutes on two cores", one.minutes)?;
    }
    writeln!(out, "\nRun one with: thalweg reproduce NAME")?;
    Ok(())
}
