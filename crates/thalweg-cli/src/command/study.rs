//! What every command that computes a study shares: it is watched, stored, printed and reported.

use std::io::Write;
use std::path::{Path, PathBuf};

use thalweg_lab::store::{StoredStudy, StudyFolder};
use thalweg_lab::study::{self, Findings, StudyError, Watch};

use super::experiment::command_line;
use super::report;
use crate::console::{self, StudyBar};
use crate::failure::Failure;
use crate::interrupt;

/// Where a study goes, and who is told of it.
#[derive(Clone, Copy, Debug)]
pub struct StudyPlace<'a> {
    /// The name of the study, and of its folder under `runs`.
    pub name: &'a str,
    /// The folder for its results, if it is to be another.
    pub out: Option<&'a PathBuf>,
    /// Whether there is to be no progress bar.
    pub quiet: bool,
}

/// Carries a study out: what it finds is stored, ruled on and shown. Claims that fail are findings,
/// which it returns.
pub fn carry_out(
    place: StudyPlace<'_>,
    study: impl FnOnce(&mut Watch<'_>) -> Result<Findings, StudyError>,
) -> Result<Findings, Failure> {
    let (findings, page) = store(place, study)?;
    print_end(&findings, &page)?;
    Ok(findings)
}

/// Carries a study out and stores what it finds; returns that and where its page is.
pub fn store(
    place: StudyPlace<'_>,
    study: impl FnOnce(&mut Watch<'_>) -> Result<Findings, StudyError>,
) -> Result<(Findings, PathBuf), Failure> {
    let out = match place.out {
        Some(out) => out.clone(),
        None => Path::new("runs").join(place.name),
    };
    let folder = StudyFolder::open_or_create(&out, place.name)?;
    let stored = StoredStudy {
        name: place.name.into(),
        command: command_line(),
        version: env!("CARGO_PKG_VERSION").into(),
        findings: watched(place.quiet, study)?,
    };
    folder.write_study(&stored)?;
    let page = report::write_study(&folder, &stored)?;
    Ok((stored.findings, page))
}

fn watched(
    quiet: bool,
    study: impl FnOnce(&mut Watch<'_>) -> Result<Findings, StudyError>,
) -> Result<Findings, StudyError> {
    let (bar, interrupt) = (StudyBar::new(quiet), interrupt::flag());
    let mut tell = |progress: study::Progress<'_>| bar.show(progress);
    let findings = study(&mut Watch::new(&mut tell, &interrupt));
    bar.clear();
    findings
}

fn print_end(findings: &Findings, page: &Path) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    if !findings.checks.is_empty() {
        writeln!(out, "{}", study::table(&findings.checks, console::width()))?;
    }
    for warning in &findings.warnings {
        writeln!(out, "\nwarning: {warning}")?;
    }
    writeln!(out, "\nReport: {}", page.display())?;
    Ok(())
}
