//! Figures and pages out of stored results. Nothing here trains, and nothing here writes.

mod error;
pub mod figure;
mod number;

pub use error::ReportError;
