//! Verdicts as a table of plain text.

use super::Verdict;
use super::explanation::number;
use crate::plain_table;

/// The headings of the columns.
const HEADINGS: [&str; 5] = ["claim", "statement", "effect", "95 % interval", "ruling"];

/// The verdicts in aligned columns at most `width` characters wide (where statements can be
/// wrapped that far), and below them what each rests on.
#[must_use]
pub fn table(verdicts: &[Verdict], width: usize) -> String {
    let rows: Vec<plain_table::Row> = verdicts.iter().map(cells).collect();
    let note = |verdict: &Verdict| format!("{}: {}", verdict.name, verdict.explanation);
    let notes: Vec<String> = verdicts.iter().map(note).collect();
    plain_table::table(&HEADINGS, &rows, &notes, width)
}

fn cells(verdict: &Verdict) -> plain_table::Row {
    let (estimate, interval) = match &verdict.effect {
        Some(effect) => (
            number(effect.estimate),
            format!("{} to {}", number(effect.low), number(effect.high)),
        ),
        None => ("–".into(), "–".into()),
    };
    [
        verdict.name.clone(),
        verdict.statement.clone(),
        estimate,
        interval,
        verdict.ruling.name().into(),
    ]
}
