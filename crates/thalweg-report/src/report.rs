//! A report: results made into a page and its figures.

use crate::figure::Drawing;
use crate::results::Results;
use crate::trial::TrialPages;
use crate::{ReportError, gallery, page};

/// A report, ready to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// `report.html`: one page with everything in it.
    pub html: String,
    /// The figures by file name, to stand in `figures/` beside the page.
    pub figures: Vec<(String, String)>,
}

/// Makes the report of some results, whose trials have no pages of their own. The same results make
/// the same bytes.
///
/// # Errors
/// If a figure cannot be drawn or the page cannot be filled in, neither of which results can cause.
pub fn render(results: &Results) -> Result<Report, ReportError> {
    render_with(results, TrialPages::None)
}

/// Makes the same report; its table of trials links to the pages that trials have.
///
/// # Errors
/// As [`render`].
pub fn render_with(results: &Results, pages: TrialPages) -> Result<Report, ReportError> {
    let figures = gallery::figures(results);
    let drawings: Result<Vec<Drawing>, ReportError> =
        figures.iter().map(|figure| figure.draw()).collect();
    let drawings = drawings?;
    let html = page::page(results, &drawings, pages)?;
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
