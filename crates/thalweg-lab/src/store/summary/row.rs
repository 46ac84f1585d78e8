//! The row of one trial.

use thalweg::Named;
use thalweg::probe::Quantity;

use super::{Cell, Column, Kind};
use crate::record::Measurement;
use crate::spec::Setting;
use crate::store::StoredTrial;

/// Cells under construction, each with its column.
type Row = Vec<(Column, Cell)>;

/// The cells of a trial; every trial has the same columns.
pub(super) fn of(trial: &StoredTrial) -> Row {
    let planned = &trial.planned;
    let mut row = Row::new();
    push(&mut row, "id", Kind::Text, text(&planned.id));
    push(
        &mut row,
        "sweep",
        Kind::Text,
        text(&planned.sweeps.join("+")),
    );
    push(&mut row, "seed", Kind::Whole, whole(planned.spec.seed));
    for (path, value) in planned.spec.settings() {
        push(&mut row, path, kind_of_setting(path), setting(value));
    }
    for (path, value) in planned.spec.derived_settings() {
        push(&mut row, path, Kind::Number, setting(value));
    }
    let outcome = trial.outcome.as_ref();
    let termination = outcome.map(|outcome| text(outcome.termination.name()));
    push(&mut row, "termination", Kind::Text, or_missing(termination));
    let steps = outcome.map(|outcome| whole(outcome.steps));
    push(&mut row, "steps", Kind::Whole, or_missing(steps));
    let highest = outcome.and_then(|outcome| outcome.max_train_accuracy);
    push(
        &mut row,
        "max_train_accuracy",
        Kind::Number,
        or_missing(highest.map(number)),
    );
    push_measurement(&mut row, "", outcome.map(|outcome| &outcome.last));
    push_measurement(
        &mut row,
        "best_",
        outcome.and_then(|outcome| outcome.best.as_ref()),
    );
    row
}

fn push_measurement(row: &mut Row, prefix: &str, at: Option<&Measurement>) {
    let mut push = |name: &str, kind, cell: Option<Cell>| {
        push(row, &format!("{prefix}{name}"), kind, or_missing(cell));
    };
    push("step", Kind::Whole, at.map(|at| whole(at.step)));
    push("epoch", Kind::Number, at.map(|at| number(at.epoch)));
    push("time", Kind::Number, at.map(|at| number(at.time)));
    for (name, quantity) in Quantity::NAMES {
        let value = at.and_then(|at| at.get(*quantity));
        push(name, Kind::Number, value.map(number));
    }
}

fn push(row: &mut Row, name: &str, kind: Kind, cell: Cell) {
    let name = name.to_string();
    row.push((Column { name, kind }, cell));
}

/// What a setting holds where it applies, for columns of settings that apply to no trial of a run:
/// so that the tables of several runs can be read as one.
fn kind_of_setting(path: &str) -> Kind {
    match path {
        "data.train_examples"
        | "data.test_examples"
        | "network.width"
        | "network.depth"
        | "optimizer.batch_size"
        | "regularizer.micro_batch_size"
        | "optimizer.steps_per_batch"
        | "robustness.draws"
        | "robustness.slope_examples"
        | "stop.steps"
        | "stop.epochs" => Kind::Whole,
        "network.bias"
        | "optimizer.learning_rate"
        | "optimizer.momentum"
        | "optimizer.beta_1"
        | "optimizer.beta_2"
        | "optimizer.epsilon"
        | "optimizer.decay"
        | "optimizer.radius"
        | "optimizer.mix"
        | "optimizer.clip_norm"
        | "schedule.factor"
        | "schedule.final_factor"
        | "weight_decay.coefficient"
        | "regularizer.coefficient"
        | "regularizer.multiplier"
        | "regularizer.whole_batch_coefficient"
        | "regularizer.epsilon"
        | "stop.time"
        | "stop.train_accuracy"
        | "stop.loss"
        | "stop.divergence_loss" => Kind::Number,
        _ => Kind::Text,
    }
}

fn setting(setting: Setting) -> Cell {
    match setting {
        Setting::Absent => Cell::Missing,
        Setting::Whole(value) => whole(value),
        Setting::Number(value) => number(value),
        Setting::Text(text) => Cell::Text(text),
        Setting::Boolean(_) | Setting::Wholes(_) | Setting::Numbers(_) => {
            text(&setting.to_string())
        }
    }
}

fn text(text: &str) -> Cell {
    Cell::Text(text.to_string())
}

/// Whole numbers that the column's type cannot hold are as near as a number can be.
fn whole(value: u64) -> Cell {
    i64::try_from(value).map_or(Cell::Number(value as f64), Cell::Whole)
}

/// Of all that is not finite there is one kind, as in the other files.
fn number(value: f64) -> Cell {
    Cell::Number(if value.is_finite() { value } else { f64::NAN })
}

fn or_missing(cell: Option<Cell>) -> Cell {
    cell.unwrap_or(Cell::Missing)
}
