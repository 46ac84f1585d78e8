//! `thalweg report`: the page of a run folder, made from what is stored.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use thalweg_lab::store::{RunFolder, StoredRun};
use thalweg_report::render;
use thalweg_report::results::Results;

use crate::failure::Failure;

/// Arguments of `thalweg report`.
#[derive(Args, Clone, Debug)]
pub struct ReportArguments {
    /// The folder of a run
    folder: PathBuf,
}

/// Runs `thalweg report`.
pub fn run(arguments: &ReportArguments) -> Result<(), Failure> {
    let folder = RunFolder::read(&arguments.folder)?;
    let page = write(&folder, &StoredRun::read(&arguments.folder)?)?;
    writeln!(std::io::stdout(), "Report: {}", page.display())?;
    Ok(())
}

/// Writes the page and its figures into the run's folder; returns where the page is.
pub fn write(folder: &RunFolder, run: &StoredRun) -> Result<PathBuf, Failure> {
    let report = render(&Results::from(run))?;
    for (name, svg) in &report.figures {
        folder.write(
            &Path::new("figures").join(name).to_string_lossy(),
            svg.as_bytes(),
        )?;
    }
    Ok(folder.write("report.html", report.html.as_bytes())?)
}
