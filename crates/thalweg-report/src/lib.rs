//! Figures and pages out of stored results. Nothing here trains, and nothing here writes.

mod aggregate;
mod audit;
mod error;
pub mod figure;
mod gallery;
mod number;
mod page;
mod report;
pub mod results;
mod study;

pub use audit::render_audit;
pub use error::ReportError;
pub use report::{Report, render};
pub use study::render_study;
