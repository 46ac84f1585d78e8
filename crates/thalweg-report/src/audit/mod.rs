//! The page of an audit.

mod page;

use thalweg::Named;
use thalweg::probe::Quantity;
use thalweg_lab::audit::Audit;

use crate::ReportError;
use crate::figure::Drawing;
use crate::gallery::robustness;
use crate::report::Report;

/// Makes the page of an audit that `command` made with `version` of the program. The same audit makes
/// the same bytes.
///
/// # Errors
/// If a figure cannot be drawn or the page cannot be filled in.
pub fn render_audit(audit: &Audit, command: &str, version: &str) -> Result<Report, ReportError> {
    let name = |quantity: Quantity| format!("audit {}", quantity.name());
    let noise = audit.robustness.iter();
    let shown = [Quantity::TestAccuracy, Quantity::SlopeDegrees];
    let figures =
        noise.flat_map(|curve| robustness::of_curve(curve, &shown, "These parameters", name));
    let drawings: Result<Vec<Drawing>, ReportError> = figures.map(|one| one.draw()).collect();
    let drawings = drawings?;
    let page = page::page(audit, &drawings, command, version)?;
    Ok(Report::new(page, drawings))
}
