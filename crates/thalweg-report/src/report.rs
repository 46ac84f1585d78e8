//! A report: results made into a page and its figures.

use crate::figure::Drawing;
use crate::results::Results;
use crate::{ReportError, gallery, page};

/// A report, ready to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// `report.html`: one page with everything in it.
    pub html: String,
    /// The figures by file name, to stand in `figures/` beside the page.
    pub figures: Vec<(String, String)>,
}

/// Makes the report of some results. The same results make the same bytes.
///
/// # Errors
/// If a figure cannot be drawn or the page cannot be filled in, neither of which results can cause.
pub fn render(results: &Results) -> Result<Report, ReportError> {
    let figures = gallery::figures(results);
    let drawings: Result<Vec<Drawing>, ReportError> =
        figures.iter().map(|figure| figure.draw()).collect();
    let drawings = drawings?;
    let html = page::page(results, &drawings)?;
    Ok(Report::new(html, drawings))
}

impl Report {
    /// The page with its figures.
    pub(crate) fn new(html: String, drawings: Vec<Drawing>) -> Self {
        let file = |drawing: Drawing| (format!("{}.svg", drawing.name), drawing.svg);
        Self {
            html,
            figures: drawings.into_iter().map(file).collect(),
        }
    }
}
