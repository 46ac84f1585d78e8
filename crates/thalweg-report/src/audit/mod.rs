//! The page of an audit.

mod figure;
mod page;

use thalweg_lab::audit::Audit;

use crate::ReportError;
use crate::figure::Drawing;
use crate::report::Report;

/// Makes the page of an audit that `command` made with `version` of the program. The same audit makes
/// the same bytes.
///
/// # Errors
/// If a figure cannot be drawn or the page cannot be filled in.
pub fn render_audit(audit: &Audit, command: &str, version: &str) -> Result<Report, ReportError> {
    let figures = audit.robustness.iter().flat_map(figure::figures);
    let drawings: Result<Vec<Drawing>, ReportError> = figures.map(|one| one.draw()).collect();
    let drawings = drawings?;
    let page = page::page(audit, &drawings, command, version)?;
    Ok(Report::new(page, drawings))
}
