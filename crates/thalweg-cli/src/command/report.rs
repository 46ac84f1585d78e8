//! `thalweg report`: the page of a run or a study, made from what is stored.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use thalweg_lab::store::{RunFolder, StoreError, StoredRun, StoredStudy, StudyFolder};
use thalweg_report::figure::Drawing;
use thalweg_report::results::Results;
use thalweg_report::{
    Named, Report, TrialPages, render_comparison, render_study, render_trial, render_with,
};

use crate::failure::Failure;

/// Arguments of `thalweg report`.
#[derive(Args, Clone, Debug)]
pub struct ReportArguments {
    /// The folder of a run or a study
    folder: PathBuf,
    /// Write a page for every trial, however many there are (up to 300 have one anyway)
    #[arg(long)]
    trials: bool,
    /// Compare the run with that in another folder, and write comparison.html instead
    #[arg(long, value_name = "OTHER", conflicts_with = "trials")]
    against: Option<PathBuf>,
}

/// Runs `thalweg report`.
pub fn run(arguments: &ReportArguments) -> Result<(), Failure> {
    if let Some(other) = &arguments.against {
        let page = compare(&arguments.folder, other)?;
        writeln!(std::io::stdout(), "Comparison: {}", page.display())?;
        return Ok(());
    }
    let page = match StudyFolder::read(&arguments.folder)? {
        Some((folder, study)) => write_study(&folder, &study)?,
        None => {
            let folder = RunFolder::read(&arguments.folder)?;
            let results = Results::from(&StoredRun::read(&arguments.folder)?);
            let pages = match arguments.trials {
                true => TrialPages::Each,
                false => TrialPages::usual(&results),
            };
            write_pages(&folder, &results, pages)?
        }
    };
    writeln!(std::io::stdout(), "Report: {}", page.display())?;
    Ok(())
}

/// Writes the comparison of a run with another into its folder; returns where the page is.
fn compare(folder: &Path, other: &Path) -> Result<PathBuf, Failure> {
    let (one, two) = (stored(folder)?, stored(other)?);
    let names = [folder, other].map(|path| path.display().to_string());
    let report = render_comparison(
        Named {
            name: &names[0],
            results: &one,
        },
        Named {
            name: &names[1],
            results: &two,
        },
    )?;
    let folder = RunFolder::read(folder)?;
    write_files(&report, "comparison.html", |name, bytes| {
        folder.write(name, bytes)
    })
}

/// The results in a run folder; a study has none to compare.
fn stored(folder: &Path) -> Result<Results, Failure> {
    if StudyFolder::read(folder)?.is_some() {
        let path = folder.to_path_buf();
        return Err(Failure::NotComparable { path });
    }
    Ok(Results::from(&StoredRun::read(folder)?))
}

/// Writes the page and its figures into the run's folder, and the pages of its trials unless there
/// are too many; returns where the page is.
pub fn write(folder: &RunFolder, run: &StoredRun) -> Result<PathBuf, Failure> {
    let results = Results::from(run);
    write_pages(folder, &results, TrialPages::usual(&results))
}

/// Writes the page of the run, and first those of its trials that it links to.
fn write_pages(
    folder: &RunFolder,
    results: &Results,
    pages: TrialPages,
) -> Result<PathBuf, Failure> {
    if pages == TrialPages::Each {
        for (index, one) in results.trials.iter().enumerate() {
            let pictures = pictures(folder.trial(&one.trial.id).path());
            let html = render_trial(results, index, &pictures)?;
            let page = format!("trials/{}/report.html", one.trial.id);
            folder.write(&page, html.as_bytes())?;
        }
    }
    let report = render_with(results, pages)?;
    write_files(&report, "report.html", |name, bytes| {
        folder.write(name, bytes)
    })
}

/// The pictures in the folder of a trial, in the order of their names. One that cannot be read, or
/// is none of ours, is left out: the page is complete without it.
fn pictures(folder: &Path) -> Vec<Drawing> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "svg"));
    files.sort_unstable();
    let picture = |path: &PathBuf| {
        let name = path.file_stem()?.to_string_lossy();
        Drawing::from_file(&name, &std::fs::read_to_string(path).ok()?)
    };
    files.iter().filter_map(picture).collect()
}

/// Writes the page and its figures into the study's folder; returns where the page is.
pub fn write_study(folder: &StudyFolder, study: &StoredStudy) -> Result<PathBuf, Failure> {
    let report = render_study(study)?;
    write_files(&report, "report.html", |name, bytes| {
        folder.write(name, bytes)
    })
}

/// Writes a page of that name and its figures.
fn write_files(
    report: &Report,
    page: &str,
    write: impl Fn(&str, &[u8]) -> Result<PathBuf, StoreError>,
) -> Result<PathBuf, Failure> {
    for (name, svg) in &report.figures {
        write(
            &Path::new("figures").join(name).to_string_lossy(),
            svg.as_bytes(),
        )?;
    }
    Ok(write(page, report.html.as_bytes())?)
}
