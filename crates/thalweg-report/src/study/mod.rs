//! Reports of studies: what was computed and not trained.

mod figure;
mod page;
mod table;

use thalweg_lab::store::StoredStudy;

use crate::ReportError;
use crate::figure::Drawing;
use crate::report::Report;

/// Makes the report of a study. The same study makes the same bytes.
///
/// # Errors
/// If a figure cannot be drawn or the page cannot be filled in, neither of which findings that were
/// [examined](thalweg_lab::study::Findings::examine) can cause.
pub fn render_study(study: &StoredStudy) -> Result<Report, ReportError> {
    let pictures = study.findings.pictures.iter();
    let drawings: Result<Vec<Drawing>, ReportError> = pictures
        .map(|picture| figure::figure(picture).draw())
        .collect();
    let drawings = drawings?;
    Ok(Report::new(page::page(study, &drawings)?, drawings))
}
