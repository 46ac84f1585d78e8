//! What can go wrong.

use thiserror::Error;

/// Why there is no report.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ReportError {
    /// The drawing library failed.
    #[error("the figure {figure:?} could not be drawn: {reason}")]
    Drawing {
        /// The stem of its file name.
        figure: String,
        /// What the library says.
        reason: String,
    },
    /// The page template failed.
    #[error("the page could not be filled in: {0}")]
    Page(#[from] minijinja::Error),
}
