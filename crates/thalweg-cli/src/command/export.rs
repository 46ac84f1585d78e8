//! `thalweg export`: results in the formats of other programs.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use thalweg_lab::plan::Plan;
use thalweg_lab::store::{RunFolder, StoredRun};
use thalweg_lab::tensorboard::Board;

use crate::failure::Failure;

/// Arguments of `thalweg export`.
#[derive(Args, Clone, Debug)]
pub struct ExportArguments {
    /// The folder of a run
    folder: PathBuf,
    /// As TensorBoard event files, below tensorboard/ in that folder
    #[arg(long, required = true)]
    tensorboard: bool,
}

/// Runs `thalweg export`.
pub fn run(arguments: &ExportArguments) -> Result<(), Failure> {
    let folder = RunFolder::read(&arguments.folder)?;
    let stored = StoredRun::read(&arguments.folder)?;
    let board = Board::new(&folder, &Plan::new(&stored.experiment));
    let measured = stored.trials.iter().filter(|trial| !trial.path.is_empty());
    let mut count = 0;
    for trial in measured {
        board.complete(&trial.planned)?;
        count += 1;
    }
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "{count} trials. Watch them with:\n  tensorboard --logdir {}",
        board.path().display()
    )?;
    Ok(())
}
