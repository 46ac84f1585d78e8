//! Two runs side by side: what differs in their experiments, what was ruled, figures over each other,
//! and the trials that they share.

mod answer;
mod claims;
mod experiments;
mod overlay;
mod page;
mod trials;

use crate::ReportError;
use crate::figure::Drawing;
use crate::report::Report;
use crate::results::Results;

/// A run with what a comparison calls it.
#[derive(Clone, Copy, Debug)]
pub struct Named<'a> {
    /// What it is called: the name of its folder.
    pub name: &'a str,
    /// Its results.
    pub results: &'a Results,
}

/// Makes the comparison of a run with another; its page is to stand in the folder of the first as
/// `comparison.html`. The same results make the same bytes.
///
/// Claims are matched by their statement or else by their name, figures by sweep, axes and
/// quantity, trials by their identity or else by the settings that both runs have values of in
/// common.
///
/// # Errors
/// [`ReportError::NothingInCommon`] if they share no claim, no figure and no trial. Otherwise as
/// [`render`](crate::render).
pub fn render_comparison(one: Named<'_>, other: Named<'_>) -> Result<Report, ReportError> {
    let claims = claims::shared(one.results, other.results);
    let figures = overlay::figures(one, other);
    let trials = trials::Matched::of(one.results, other.results);
    if claims.is_empty() && figures.is_empty() && trials.pairs.is_empty() {
        return Err(ReportError::NothingInCommon {
            one: one.name.into(),
            other: other.name.into(),
        });
    }
    let drawings: Result<Vec<Drawing>, ReportError> =
        figures.iter().map(|one| one.draw()).collect();
    let drawings = drawings?;
    let html = page::page(one, other, &trials, &drawings)?;
    Ok(Report::new(html, drawings))
}
