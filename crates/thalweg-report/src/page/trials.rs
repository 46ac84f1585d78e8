//! The table of trials.

use serde::Serialize;
use thalweg::Named;
use thalweg::probe::Quantity;
use thalweg_lab::record::Termination;
use thalweg_lab::spec::{At, Setting};

use super::setting::varied_paths;
use crate::gallery::wording::{setting_label, setting_value, shown};
use crate::number::significant;
use crate::results::{Results, TrialResults};
use crate::trial::TrialPages;

/// What is shown of every trial at its best point and at its end.
const AT_BEST: [Quantity; 3] = [
    Quantity::TestAccuracy,
    Quantity::Loss,
    Quantity::GradientNormSquared,
];
const AT_END: [Quantity; 3] = [
    Quantity::TrainAccuracy,
    Quantity::Loss,
    Quantity::GradientNormSquared,
];

/// The trials in rows.
#[derive(Serialize)]
pub(super) struct Table {
    groups: Vec<ColumnGroup>,
    columns: Vec<String>,
    rows: Vec<Row>,
}

/// Columns under one heading.
#[derive(Serialize)]
struct ColumnGroup {
    heading: String,
    span: usize,
}

#[derive(Serialize)]
struct Row {
    id: String,
    /// Whether it has a page of its own.
    has_page: bool,
    class: &'static str,
    cells: Vec<Cell>,
}

/// A cell with what it is sorted by: a number, or its text.
#[derive(Serialize)]
struct Cell {
    text: String,
    key: Option<f64>,
    is_number: bool,
}

impl Table {
    pub(super) fn of(results: &Results, pages: TrialPages) -> Self {
        let varied = varied_paths(results);
        let has = |quantity: &Quantity, at| {
            results
                .trials
                .iter()
                .any(|one| one.value(*quantity, at).is_some())
        };
        let best: Vec<Quantity> = AT_BEST
            .into_iter()
            .filter(|one| has(one, At::Best))
            .collect();
        let last: Vec<Quantity> = AT_END
            .into_iter()
            .filter(|one| has(one, At::Final))
            .collect();
        let mut columns = vec!["sweep".to_owned()];
        columns.extend(varied.iter().map(|path| setting_label(path)));
        columns.extend(["seed", "ended by", "steps"].map(String::from));
        let plain = columns.len();
        columns.extend(best.iter().chain(&last).map(|one| shown(*one).label()));
        let groups = [
            ("trial", plain),
            ("at maximum test accuracy", best.len()),
            ("at the end of training", last.len()),
        ];
        let group = |(heading, span): (&str, usize)| ColumnGroup {
            heading: heading.into(),
            span,
        };
        let rows = results
            .trials
            .iter()
            .map(|one| row(one, pages, &varied, (&best, &last)));
        Self {
            groups: groups
                .into_iter()
                .filter(|(_, span)| *span > 0)
                .map(group)
                .collect(),
            columns,
            rows: rows.collect(),
        }
    }
}

fn row(
    one: &TrialResults,
    pages: TrialPages,
    varied: &[&str],
    (best, last): (&[Quantity], &[Quantity]),
) -> Row {
    let mut cells = vec![Cell::text(one.trial.sweeps.join(", "))];
    cells.extend(varied.iter().map(|path| Cell::setting(&one.setting(path))));
    cells.push(Cell::number(Some(one.trial.spec.seed as f64), 20));
    cells.push(Cell::text(ending(one).into()));
    cells.push(Cell::number(
        one.outcome.as_ref().map(|outcome| outcome.steps as f64),
        15,
    ));
    let value = |quantity: &Quantity, at| {
        let value = one
            .value(*quantity, at)
            .map(|value| value * shown(*quantity).factor);
        Cell::number(value, 4)
    };
    cells.extend(best.iter().map(|quantity| value(quantity, At::Best)));
    cells.extend(last.iter().map(|quantity| value(quantity, At::Final)));
    Row {
        id: one.trial.id.clone(),
        has_page: pages == TrialPages::Each,
        class: one.class(),
        cells,
    }
}

/// Why a trial ended, in words.
pub(crate) fn ending(one: &TrialResults) -> &'static str {
    match one.outcome.as_ref().map(|outcome| outcome.termination) {
        None => "… not finished",
        Some(Termination::Diverged) => "✗ divergence",
        Some(Termination::StepLimit) => "step limit",
        Some(Termination::EpochLimit) => "epoch limit",
        Some(Termination::TimeLimit) => "time limit",
        Some(Termination::TargetTrainAccuracy) => "training accuracy reached",
        Some(Termination::TargetLoss) => "loss reached",
        Some(other) => other.name(),
    }
}

impl Cell {
    fn text(text: String) -> Self {
        let (key, is_number) = (None, false);
        Self {
            text,
            key,
            is_number,
        }
    }

    fn number(value: Option<f64>, digits: usize) -> Self {
        Self {
            text: value.map_or_else(|| "–".into(), |value| significant(value, digits)),
            key: value.filter(|value| value.is_finite()),
            is_number: true,
        }
    }

    fn setting(value: &Setting) -> Self {
        Self {
            text: setting_value(value),
            key: value.as_number(),
            is_number: value.as_number().is_some(),
        }
    }
}
