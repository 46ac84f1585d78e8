//! Every measurement.

use thalweg::Named;
use thalweg::verification::{Convergence, Measured};

use super::all::Case;
use super::findings::label;
use super::resolved::Row;
use crate::study::{Table, convergence};

/// The case, its row, over what, and what was measured.
pub(super) type Measurement<'a> = (&'a Case, &'a Row, &'static str, &'a Measured);

/// Each measurement.
pub(super) fn measurements(cases: &[Case]) -> impl Iterator<Item = Measurement<'_>> {
    cases.iter().flat_map(|case| {
        case.rows.iter().flat_map(move |row| {
            let one_step = row
                .certificate
                .one_step
                .iter()
                .map(|one| (case.method.unit(), one));
            let fixed_time = row.certificate.fixed_time.iter();
            let all = one_step.chain(fixed_time.map(|one| ("fixed time", one)));
            all.map(move |(span, measured)| (case, row, span, measured))
        })
    })
}

pub(super) fn verdicts(cases: &[Case]) -> Table {
    let texts = |text: fn(&Measurement<'_>) -> String| {
        let all = measurements(cases);
        all.map(|one| text(&one)).collect::<Vec<String>>()
    };
    let orders: Vec<f64> = measurements(cases)
        .map(|(.., measured)| measured.convergence.order())
        .collect();
    Table::new(
        "verdicts",
        "Every measurement",
        "A row is a method on a problem against one field; an order is the slope of the last halving \
         above rounding.",
    )
    .with("method", "", texts(|(case, ..)| case.method.name().into()))
    .with("problem", "", texts(|(case, ..)| case.subject.name().into()))
    .with("field", "", texts(|(case, row, ..)| label(case.method, row)))
    .with("over", "", texts(|(_, _, span, _)| (*span).into()))
    .with("claimed", "order", texts(|(.., one)| one.claim.to_string()))
    .with("measured", "order", orders)
    .with("verdict", "", texts(|(.., one)| one.verdict.to_string()))
}

pub(super) fn errors(cases: &[Case]) -> Table {
    let all = measurements(cases).map(|(case, row, span, measured)| {
        let (method, subject) = (case.method.name(), case.subject.name());
        let name = format!("{method} on {subject}, {}, {span}", label(case.method, row));
        (name, &measured.convergence)
    });
    let all: Vec<(String, &Convergence)> = all.collect();
    convergence::table("errors", "Every error", &all)
}
