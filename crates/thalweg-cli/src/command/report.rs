//! `thalweg report`: the page of a run or a study, made from what is stored.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use thalweg_lab::store::{RunFolder, StoreError, StoredRun, StoredStudy, StudyFolder};
use thalweg_report::results::Results;
use thalweg_report::{Report, render, render_study};

use crate::failure::Failure;

/// Arguments of `thalweg report`.
#[derive(Args, Clone, Debug)]
pub struct ReportArguments {
    /// The folder of a run or a study
    folder: PathBuf,
}

/// Runs `thalweg report`.
pub fn run(arguments: &ReportArguments) -> Result<(), Failure> {
    let page = match StudyFolder::read(&arguments.folder)? {
        Some((folder, study)) => write_study(&folder, &study)?,
        None => {
            let folder = RunFolder::read(&arguments.folder)?;
            write(&folder, &StoredRun::read(&arguments.folder)?)?
        }
    };
    writeln!(std::io::stdout(), "Report: {}", page.display())?;
    Ok(())
}

/// Writes the page and its figures into the run's folder; returns where the page is.
pub fn write(folder: &RunFolder, run: &StoredRun) -> Result<PathBuf, Failure> {
    let report = render(&Results::from(run))?;
    write_files(&report, |name, bytes| folder.write(name, bytes))
}

/// Writes the page and its figures into the study's folder; returns where the page is.
pub fn write_study(folder: &StudyFolder, study: &StoredStudy) -> Result<PathBuf, Failure> {
    let report = render_study(study)?;
    write_files(&report, |name, bytes| folder.write(name, bytes))
}

fn write_files(
    report: &Report,
    write: impl Fn(&str, &[u8]) -> Result<PathBuf, StoreError>,
) -> Result<PathBuf, Failure> {
    for (name, svg) in &report.figures {
        write(
            &Path::new("figures").join(name).to_string_lossy(),
            svg.as_bytes(),
        )?;
    }
    Ok(write("report.html", report.html.as_bytes())?)
}
