//! `thalweg verify`: whether every method follows the field that the theory gives it.
//!
//! [`Request`] is one method on one problem, as people ask for it by name; [`run`] is the study of
//! all methods on all problems that suit them, with a damaged field of each as a negative control.

mod all;
mod checks;
mod findings;
mod pictures;
mod request;
mod resolved;
mod sampled;
mod subject;
mod sums;
mod tables;

use super::{Findings, StudyError, Watch};

pub use request::{Request, RequestError};
pub use resolved::{Resolved, Row};
pub use sampled::SampledRun;
pub use subject::Subject;
pub use sums::SumName;

/// Runs the study of everything.
///
/// # Errors
/// If it is interrupted.
pub fn run(watch: &mut Watch<'_>) -> Result<Findings, StudyError> {
    let cases = all::gather(watch)?;
    let sampled = sampled::Sampled::measure()?;
    Ok(findings::of(&cases, &sampled))
}

#[cfg(test)]
mod tests;
