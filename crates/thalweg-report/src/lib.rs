//! Figures and pages out of stored results. Nothing here trains, and nothing here writes.

mod aggregate;
mod audit;
mod comparison;
mod error;
mod evidence;
pub mod figure;
mod finding;
mod gallery;
mod number;
mod page;
mod report;
pub mod results;
mod study;
mod trial;

pub use audit::render_audit;
pub use comparison::{Named, render_comparison};
pub use error::ReportError;
pub use evidence::render_evidence;
pub use report::{Report, render, render_with};
pub use study::render_study;
pub use trial::{MOST_TRIAL_PAGES, TrialPages, render_trial};
