//! The page of a study.

use serde::Serialize;
use thalweg_lab::claim::Ruling;
use thalweg_lab::store::StoredStudy;
use thalweg_lab::study::{Check, Findings, shown};

use super::table;
use crate::figure::Drawing;
use crate::page::{Badge, fill_in};

/// What the template is filled with.
#[derive(Serialize)]
struct Page<'a> {
    title: &'a str,
    question: &'a str,
    source: &'a str,
    tally: String,
    checks: Vec<CheckView<'a>>,
    figures: &'a [Drawing],
    tables: Vec<table::View<'a>>,
    warnings: &'a [String],
    command: &'a str,
    version: &'a str,
}

/// A check in the words of the page.
#[derive(Serialize)]
struct CheckView<'a> {
    badge: Badge,
    name: &'a str,
    statement: &'a str,
    source: &'a str,
    quantity: &'a str,
    measured: String,
    expected: String,
    because: &'a str,
    explanation: &'a str,
}

/// The page with these figures.
pub(super) fn page(study: &StoredStudy, figures: &[Drawing]) -> Result<String, minijinja::Error> {
    let findings = &study.findings;
    fill_in(
        "study.html",
        &Page {
            title: &findings.title,
            question: &findings.question,
            source: &findings.source,
            tally: tally(findings),
            checks: findings.checks.iter().map(CheckView::of).collect(),
            figures,
            tables: findings.tables.iter().map(table::View::of).collect(),
            warnings: &findings.warnings,
            command: &study.command,
            version: &study.version,
        },
    )
}

/// How the checks came out, in a sentence.
fn tally(findings: &Findings) -> String {
    let all = findings.checks.len();
    let holds = findings.count(Ruling::Holds);
    let fails = findings.count(Ruling::DoesNotHold);
    let open = findings.count(Ruling::Undecided);
    let verb = |count: usize| if count == 1 { "does" } else { "do" };
    match (all, all - holds) {
        (0, _) => "There is no claim to check.".into(),
        (1, 0) => "The one claim holds.".into(),
        (_, 0) => format!("All {all} claims hold."),
        _ => format!(
            "Of {all} claims {holds} {}, {fails} {} not, {open} {} undecided.",
            if holds == 1 { "holds" } else { "hold" },
            verb(fails),
            if open == 1 { "is" } else { "are" },
        ),
    }
}

impl<'a> CheckView<'a> {
    fn of(check: &'a Check) -> Self {
        let expectation = &check.expectation;
        Self {
            badge: Badge::of(check.ruling),
            name: &expectation.name,
            statement: &expectation.statement,
            source: &expectation.source,
            quantity: &expectation.quantity,
            measured: shown(check.measured),
            expected: expectation.expected.words(),
            because: &expectation.because,
            explanation: &check.explanation,
        }
    }
}
