//! Everything that can be verified.

use thalweg::Named;
use thalweg::verification::MethodName;

use super::resolved::{Resolved, Row};
use super::subject::Subject;
use crate::study::{StudyError, Watch};

/// The factor by which the learning rate of a damaged field is wrong.
pub(super) const DAMAGE: f64 = 1.1;

/// One method on one problem.
pub(super) struct Case {
    pub(super) method: MethodName,
    pub(super) subject: Subject,
    /// Each truncation, then a damaged one.
    pub(super) rows: Vec<Row>,
}

/// Measures everything.
pub(super) fn gather(watch: &mut Watch<'_>) -> Result<Vec<Case>, StudyError> {
    let methods = MethodName::NAMES.iter().map(|(_, method)| *method);
    let suiting = |method| {
        let subjects = Subject::suiting(method).into_iter();
        subjects.map(move |subject| (method, subject))
    };
    let all: Vec<(MethodName, Subject)> = methods.flat_map(suiting).collect();
    let most = all.len() as u64;
    let mut cases = Vec::new();
    for (done, (method, subject)) in (0..).zip(all) {
        let doing = format!("{} on {}", method.name(), subject.name());
        watch.advanced(done, most, &doing)?;
        let resolved = Resolved::new(method, subject)?;
        let mut rows = resolved.measure()?;
        if let Some(terms) = method.damaged_terms() {
            rows.push(resolved.row(terms, DAMAGE)?);
        }
        cases.push(Case {
            method,
            subject,
            rows,
        });
    }
    watch.advanced(most, most, "")?;
    Ok(cases)
}
