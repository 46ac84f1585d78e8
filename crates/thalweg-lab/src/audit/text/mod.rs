//! An audit as people read it on a terminal.

mod columns;

use std::fmt::Write as _;

use thalweg::Named;

use self::columns::{Cell, columns};
use super::reading::rounded;
use super::{Audit, Cost, ErrorKind, Number, Pass, Scenario, Topic, Undefined};
use crate::plain_table::wrapped;
use crate::study::shown;

/// What the two columns of errors say.
const ERRORS: &str = "±: how well the number is computed for the examples at hand, [r] by the rounding of double \
     precision, [l] by the residual of the Lanczos method, within which of λ_max there is an eigenvalue, \
     [b] by the standard error over the minibatches of an epoch, [d] by that over random draws; exact: it \
     follows from settings alone. ± sample: its standard error as an estimate for other examples of the \
     same kind at this θ (which was fitted to these).";

/// What costs are.
const COSTS: &str = "Cost in gradients of the full training loss: a loss counts as a third of one, a \
                     Hessian–vector product as three. A number costs what its pass costs.";

/// Everything: what is audited, its numbers, their costs, other settings and the reading. Sentences are
/// wrapped at `width` characters.
#[must_use]
pub fn text(audit: &Audit, width: usize) -> String {
    let mut parts = vec![
        heading(audit),
        numbers(audit, width),
        paragraph(ERRORS, width),
        scenarios(audit),
        costs(audit),
        paragraph(COSTS, width),
    ];
    parts.extend(reading(audit, width));
    parts.join("\n")
}

fn paragraph(text: &str, width: usize) -> String {
    wrapped(text, width).join("\n") + "\n"
}

fn heading(audit: &Audit) -> String {
    let about = &audit.about;
    let optimizer = &about.spec.optimizer;
    let batch = match optimizer.batch {
        None => "all".to_owned(),
        Some(batch) => batch.size.to_string(),
    };
    let step = match about.step {
        None => String::new(),
        Some(step) => format!(", step {step}"),
    };
    let widths: Vec<String> = about
        .spec
        .network
        .hidden_widths
        .iter()
        .map(ToString::to_string)
        .collect();
    let network = match widths.is_empty() {
        true => "linear".to_owned(),
        false => format!(
            "hidden layers {}, {}",
            widths.join("–"),
            about.spec.network.activation.name()
        ),
    };
    format!(
        "Audit of {}{step}\n\
         {}: {network}, m = {} parameters, N = {} training examples\n\
         {}, h = {}, B = {batch}, k = {} steps an epoch\n",
        about.checkpoint.display(),
        about.spec.loss.name(),
        about.parameters,
        about.examples,
        optimizer.method.name(),
        shown(about.learning_rate),
        about.steps_per_epoch,
    )
}

fn numbers(audit: &Audit, width: usize) -> String {
    let heading = ["", "value", "±", "± sample", "pass", ""].map(Cell::left);
    let mut rows = vec![heading.into()];
    rows.extend(audit.numbers.iter().map(row));
    let table = columns(&rows);
    let widest = table.lines().map(|line| line.chars().count()).max();
    match widest.is_some_and(|widest| widest > width) {
        false => table,
        true => {
            // Meanings are what can be done without, reasons are not.
            rows.iter_mut().for_each(|row| row.truncate(5));
            columns(&rows) + &undefined(audit, width)
        }
    }
}

/// Why numbers have no value, each reason once.
fn undefined(audit: &Audit, width: usize) -> String {
    let mut reasons: Vec<(Undefined, Vec<&str>)> = Vec::new();
    for number in &audit.numbers {
        let Err(why) = number.value else { continue };
        let symbol = number.quantity.symbol();
        match reasons.iter_mut().find(|(other, _)| *other == why) {
            Some((_, symbols)) => symbols.push(symbol),
            None => reasons.push((why, vec![symbol])),
        }
    }
    let lines = reasons.iter().map(|(why, symbols)| {
        let text = format!("–  {}: {why}", symbols.join(", "));
        paragraph(&text, width)
    });
    let lines: String = lines.collect();
    match lines.is_empty() {
        true => lines,
        false => format!("\n{lines}"),
    }
}

fn row(number: &Number) -> Vec<Cell> {
    let quantity = number.quantity;
    let Ok(value) = number.value else {
        let why = number
            .value
            .err()
            .map_or_else(String::new, |why| why.to_string());
        return vec![
            Cell::left(quantity.symbol()),
            Cell::right("–"),
            Cell::right(""),
            Cell::right(""),
            Cell::left(""),
            Cell::left(why),
        ];
    };
    vec![
        Cell::left(quantity.symbol()),
        Cell::right(shown(value)),
        Cell::right(error(number)),
        Cell::right(number.sample_error.map_or_else(String::new, rounded)),
        Cell::left(pass(number.pass)),
        Cell::left(quantity.meaning()),
    ]
}

fn error(number: &Number) -> String {
    let Some(error) = number.error else {
        return String::new();
    };
    let size = rounded(error.size);
    match error.kind {
        ErrorKind::Exact => "exact".into(),
        ErrorKind::Rounding => format!("{size} [r]"),
        ErrorKind::Residual => format!("{size} [l]"),
        ErrorKind::Minibatches => format!("{size} [b]"),
        ErrorKind::Draws => format!("{size} [d]"),
    }
}

fn pass(pass: Pass) -> String {
    match pass {
        Pass::Nothing => String::new(),
        pass => pass.name().replace('_', " "),
    }
}

fn scenarios(audit: &Audit) -> String {
    let heading = [
        "at this θ",
        "h",
        "B",
        "c‖∇E‖²",
        "γΓ",
        "share of Ẽ",
        "stability",
        "k·h_e·λ_max",
    ];
    let mut rows = vec![heading.map(Cell::left).into()];
    rows.extend(audit.scenarios.iter().map(scenario));
    columns(&rows)
}

fn scenario(one: &Scenario) -> Vec<Cell> {
    let optional = |value: Option<f64>| Cell::right(value.map_or_else(|| "–".into(), shown));
    let batch = match one.sees_all {
        true => "all".to_owned(),
        false => one.batch_size.to_string(),
    };
    vec![
        Cell::left(one.change.name().replace('_', " ")),
        Cell::right(shown(one.learning_rate)),
        Cell::right(batch),
        optional(one.terms.map(|terms| terms.full_batch)),
        optional(one.terms.map(|terms| terms.variance)),
        optional(one.terms.map(|terms| terms.share)),
        optional(one.stability),
        optional(one.epoch_length),
    ]
}

fn costs(audit: &Audit) -> String {
    let mut rows = vec![["pass", "seconds", "gradients", ""].map(Cell::left).into()];
    rows.extend(audit.costs.iter().map(cost));
    let sum = |of: fn(&Cost) -> f64| rounded(audit.costs.iter().map(of).sum());
    rows.push(vec![
        Cell::left("all"),
        Cell::right(sum(|cost| cost.seconds)),
        Cell::right(sum(|cost| cost.gradients)),
    ]);
    columns(&rows)
}

fn cost(cost: &Cost) -> Vec<Cell> {
    vec![
        Cell::left(pass(cost.pass)),
        Cell::right(rounded(cost.seconds)),
        Cell::right(rounded(cost.gradients)),
        Cell::left(cost.pass.doing()),
    ]
}

/// A paragraph a remark, under the headings of their topics.
fn reading(audit: &Audit, width: usize) -> Vec<String> {
    let mut parts = Vec::new();
    for (topic, _, heading) in Topic::ALL {
        let remarks = audit.remarks.iter().filter(|one| one.topic() == topic);
        let mut part = String::new();
        for remark in remarks {
            let sign = if remark.is_caution() { "! " } else { "  " };
            let text = remark.to_string();
            for (index, line) in wrapped(&text, width.saturating_sub(2).max(20))
                .iter()
                .enumerate()
            {
                let before = if index == 0 { sign } else { "  " };
                let _ = writeln!(part, "{before}{line}");
            }
        }
        if !part.is_empty() {
            parts.push(format!("{heading}\n{part}"));
        }
    }
    parts
}
