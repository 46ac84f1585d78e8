//! `thalweg run`: an experiment file, carried out.

use std::path::PathBuf;

use clap::Args;

use super::experiment::{ExperimentArguments, Source, carry_out};
use crate::failure::Failure;

/// Arguments of `thalweg run`.
#[derive(Args, Clone, Debug)]
pub struct RunArguments {
    /// The experiment file
    spec: PathBuf,
    #[command(flatten)]
    experiment: ExperimentArguments,
}

/// Runs `thalweg run`.
pub fn run(arguments: &RunArguments) -> Result<(), Failure> {
    let path = &arguments.spec;
    let text = std::fs::read_to_string(path).map_err(|source| Failure::Spec {
        path: path.clone(),
        source,
    })?;
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    let source = Source {
        origin: &path.display().to_string(),
        name: &name,
        text: &text,
    };
    carry_out(source, &arguments.experiment)
}
