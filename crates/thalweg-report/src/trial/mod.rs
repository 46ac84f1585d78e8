//! Pages of single trials: settings, outcome, warnings, the course of everything measured, and the
//! pictures that were made of the trial afterwards.

mod curves;
mod page;
mod picture;

use crate::ReportError;
use crate::figure::Drawing;
use crate::results::Results;

/// The most trials that have pages without being asked for: each takes some 50 to 70 kilobytes and 15
/// milliseconds, so that these take 20 megabytes and 5 seconds.
pub const MOST_TRIAL_PAGES: usize = 300;

/// Whether trials have pages of their own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TrialPages {
    /// None has.
    #[default]
    None,
    /// Every one has, in `trials/<id>/report.html`, and the table of trials links to it.
    Each,
}

impl TrialPages {
    /// Each of at most [`MOST_TRIAL_PAGES`] trials, none of more.
    #[must_use]
    pub fn usual(results: &Results) -> Self {
        match results.trials.len() <= MOST_TRIAL_PAGES {
            true => Self::Each,
            false => Self::None,
        }
    }
}

/// Makes the page of the trial at `index`, to stand in `trials/<id>/report.html`; `pictures` are what
/// is shown besides the course of its measurements. The same results make the same bytes.
///
/// # Errors
/// If a figure cannot be drawn or the page cannot be filled in, neither of which results can cause.
///
/// # Panics
/// If there is no such trial.
pub fn render_trial(
    results: &Results,
    index: usize,
    pictures: &[Drawing],
) -> Result<String, ReportError> {
    let one = &results.trials[index];
    let curves = curves::figures(one);
    let curves: Result<Vec<Drawing>, ReportError> = curves.iter().map(|one| one.draw()).collect();
    Ok(page::page(results, index, &curves?, pictures)?)
}
