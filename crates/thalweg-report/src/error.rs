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
    /// Two runs have nothing to compare.
    #[error(
        "{one} and {other} have nothing in common: no claim, no figure of the same quantity and \
         axes, and no trial that agrees in its settings; compare runs of one experiment, or of two \
         versions of it"
    )]
    NothingInCommon {
        /// What the first is called.
        one: String,
        /// What the other is called.
        other: String,
    },
    /// The page template failed.
    #[error("the page could not be filled in: {0}")]
    Page(#[from] minijinja::Error),
}
