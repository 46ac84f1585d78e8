//! What was found, as people read it.

use thalweg::Named;
use thalweg::modified::stochastic::BatchPenalty;
use thalweg::optimizer::Sampling;

use super::{Doubt, Measured, Remedy, Side, Transferred};
use crate::plain_table::wrapped;
use crate::spec::Setting;
use crate::study::shown;

/// Everything: both settings, the penalty, the time and, if something was measured, how far all this
/// can be trusted. Sentences are wrapped at `width` characters.
#[must_use]
pub fn text(
    transferred: &Transferred,
    measured: Option<&Measured>,
    doubts: &[Doubt],
    width: usize,
) -> String {
    let mut parts = vec![
        settings(transferred),
        penalty(transferred),
        paragraph(&time(transferred), width),
        validity(transferred, measured, width),
    ];
    let warnings = doubts
        .iter()
        .map(|doubt| paragraph(&format!("Warning: {doubt}"), width));
    let warnings: String = warnings.collect();
    if !warnings.is_empty() {
        parts.push(warnings);
    }
    parts.join("\n")
}

fn paragraph(text: &str, width: usize) -> String {
    wrapped(text, width).join("\n") + "\n"
}

/// A setting in one line, as `--from` and `--to` take it.
pub(super) fn described(side: &Side) -> String {
    let is_told =
        |path: &str| path != "optimizer.sampling" || side.epoch.sampling != Sampling::Shuffled;
    let settings = side.optimizer.settings().into_iter();
    let told = settings.filter(|(path, value)| *value != Setting::Absent && is_told(path));
    let told = told.map(|(path, value)| {
        let key = path.strip_prefix("optimizer.").unwrap_or(path);
        format!("{key}={value}")
    });
    let mut told: Vec<String> = told.collect();
    if side.optimizer.batch.is_none() {
        told.push("batch_size=all".into());
    }
    told.join(",")
}

/// Cells in columns, the first and the last to the left.
fn columns(rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            line.push_str(cell);
            let gap = width(column) + 2 - cell.chars().count();
            line.push_str(&" ".repeat(gap));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

fn row(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|cell| (*cell).to_owned()).collect()
}

fn settings(transferred: &Transferred) -> String {
    let (one, other) = (&transferred.original, &transferred.target);
    let missing = transferred.missing;
    let pair = |name: &str, of: &dyn Fn(&Side) -> String, missing: &str, meaning: &str| {
        vec![
            name.into(),
            of(one),
            of(other),
            missing.into(),
            meaning.into(),
        ]
    };
    let number = |of: fn(&Side) -> f64| move |side: &Side| shown(of(side));
    let batch = |side: &Side| match side.sees_all() {
        true => "all".into(),
        false => side.epoch.batch_size.to_string(),
    };
    let mut rows = vec![
        row(&["", "original", "target", "missing", ""]),
        pair(
            "method",
            &|side| side.optimizer.method.name().into(),
            "",
            "",
        ),
        pair(
            "h",
            &number(|side| side.optimizer.learning_rate),
            "",
            "learning rate",
        ),
        pair(
            "h_e",
            &number(|side| side.effective_learning_rate),
            "",
            "that of gradient descent as fast",
        ),
        pair(
            "B",
            &batch,
            "",
            &format!("examples in a batch, of N = {}", one.epoch.examples),
        ),
        pair(
            "k",
            &|side| side.epoch.steps().to_string(),
            "",
            "steps of an epoch",
        ),
        pair("k·h_e", &number(Side::epoch_time), "", "time of an epoch"),
    ];
    if one.epoch.sampling != other.epoch.sampling || one.epoch.sampling != Sampling::Shuffled {
        let name = |side: &Side| side.epoch.sampling.name().to_owned();
        rows.push(pair("sampling", &name, "", ""));
    }
    if !one.penalty.is_nil() {
        let (steps, added) = (one.implicit, one.explicit);
        let of = |steps: f64, added: f64| {
            format!(
                "{} from steps, {} added on purpose",
                shown(steps),
                shown(added)
            )
        };
        rows.push(pair(
            "c",
            &number(|side| side.total().full_batch),
            &shown(missing.full_batch),
            &format!(
                "of ‖∇E‖²; original: {}",
                of(steps.full_batch, added.full_batch)
            ),
        ));
        rows.push(pair(
            "γ",
            &number(|side| side.total().gradient_variance),
            &shown(missing.gradient_variance),
            &format!(
                "of Γ; original: {}",
                of(steps.gradient_variance, added.gradient_variance)
            ),
        ));
    } else {
        rows.push(pair(
            "c",
            &number(|side| side.total().full_batch),
            &shown(missing.full_batch),
            "of ‖∇E‖²",
        ));
        rows.push(pair(
            "γ",
            &number(|side| side.total().gradient_variance),
            &shown(missing.gradient_variance),
            "of Γ, the variance of the gradients of single examples",
        ));
    }
    let heading = "What is descended in the mean: E + c‖∇E‖² + γΓ\n\n";
    format!("{heading}{}", columns(&rows))
}

fn penalty(transferred: &Transferred) -> String {
    let Some(penalty) = transferred.penalty else {
        return "No penalty on the target's batches adds what is missing, of whatever sign.\n"
            .into();
    };
    if penalty.is_nil() {
        return "Nothing is to be added: the target has the original's modified loss by itself.\n"
            .into();
    }
    match transferred.usable() {
        Some(penalty) => format!(
            "To be added to the target:\n\n{}\n{}",
            toml(penalty),
            as_lambda(penalty)
        ),
        None => format!(
            "Only a penalty that is somewhere negative, and rewards large gradients there, would do:\n\n{}",
            columns(&signed(penalty))
        ),
    }
}

/// The section of an experiment file.
fn toml(penalty: BatchPenalty) -> String {
    let number = |key: &str, value: String, meaning: &str| {
        vec![format!("  {key} = {value}"), format!("# {meaning}")]
    };
    let mut rows = vec![row(&["  [regularizer]"])];
    let exact = |value: f64| format!("{value:?}");
    match penalty.micro_batch_size {
        None => rows.push(number(
            "coefficient",
            exact(penalty.coefficient),
            "μ, of the squared gradient norm of each batch",
        )),
        Some(size) => rows.extend([
            number(
                "coefficient",
                exact(penalty.coefficient),
                "μ, of the squared gradient norm of each micro-batch",
            ),
            number(
                "micro_batch_size",
                size.to_string(),
                "b, examples in a micro-batch",
            ),
            number(
                "whole_batch_coefficient",
                exact(penalty.whole_batch_coefficient),
                "μ′, of the squared gradient norm of the whole batch besides",
            ),
        ]),
    }
    columns(&rows)
}

fn as_lambda(penalty: BatchPenalty) -> String {
    let whole = match penalty.micro_batch_size {
        None => String::new(),
        Some(_) => format!(
            ", and λ′ = 4μ′ = {} of the whole batch",
            shown(4.0 * penalty.whole_batch_coefficient)
        ),
    };
    format!(
        "As the λ of normalisation = \"e-reg\": λ = 4μ = {}{whole}.\n",
        shown(4.0 * penalty.coefficient)
    )
}

fn signed(penalty: BatchPenalty) -> Vec<Vec<String>> {
    let mut rows = vec![vec![
        "  μ".to_owned(),
        shown(penalty.coefficient),
        match penalty.micro_batch_size {
            None => "of the squared gradient norm of each batch".to_owned(),
            Some(size) => format!("of the squared gradient norm of micro-batches of {size}"),
        },
    ]];
    if penalty.micro_batch_size.is_some() {
        let whole = shown(penalty.whole_batch_coefficient);
        rows.push(row(&["  μ′", &whole, "of that of the whole batch besides"]));
    }
    rows
}

fn time(transferred: &Transferred) -> String {
    format!(
        "Equal modified losses over equal times n·h_e are equal mean paths to this order: one step of \
         the original is {} of the target, one epoch {}.",
        shown(transferred.steps_for_a_step()),
        shown(transferred.epochs_for_an_epoch())
    )
}

fn validity(transferred: &Transferred, measured: Option<&Measured>, width: usize) -> String {
    let (one, other) = (&transferred.original, &transferred.target);
    let Some(measured) = measured else {
        let stable = |side: &Side| {
            side.largest_stable_curvature
                .map_or_else(|| "–".into(), shown)
        };
        let text = format!(
            "This holds while k·h_e·λ_max is well below 1, for curvatures λ_max of the loss well below {} \
             (original) and {} (target); steps settle at all up to {} and {}. With an experiment file \
             λ_max is measured.",
            shown(1.0 / one.epoch_time()),
            shown(1.0 / other.epoch_time()),
            stable(one),
            stable(other)
        );
        return paragraph(&text, width);
    };
    let headings = [
        "",
        "λ_max",
        "stability",
        "",
        "k·h_e·λ_max",
        "",
        "c‖∇E‖²/E",
        "",
        "γΓ/E",
        "",
    ];
    let sides = [
        "", "", "original", "target", "original", "target", "original", "target", "original",
        "target",
    ];
    let mut rows = vec![row(&headings), row(&sides)];
    for place in &measured.places {
        let stability = |side: &Side| place.stability(side).map_or_else(|| "–".into(), shown);
        let length = |side: &Side| shown(place.epoch_length(side));
        let full =
            |side: &Side| shown(side.total().full_batch * place.gradient_norm_squared / place.loss);
        let variance = |side: &Side| {
            shown(side.total().gradient_variance * place.gradient_variance / place.loss)
        };
        rows.push(vec![
            place.name.to_owned(),
            shown(place.largest_curvature),
            stability(one),
            stability(other),
            length(one),
            length(other),
            full(one),
            full(other),
            variance(one),
            variance(other),
        ]);
    }
    let legend = paragraph(
        "Stability is λ_max over the largest curvature at which steps settle (h·λ_max/2 for gradient \
         descent); k·h_e·λ_max is to be below 1; the last four are the terms as shares of the loss.",
        width,
    );
    let heading = "Measured on the first trial, over all training examples:";
    format!("{heading}\n\n{}\n{legend}", columns(&rows))
}

/// Why there is no penalty that is nowhere negative, and what would help; empty where there is one.
pub(super) fn obstacle(transferred: &Transferred) -> String {
    if transferred.usable().is_some() {
        return String::new();
    }
    let (one, other) = (transferred.original.total(), transferred.target.implicit);
    let excess = transferred.excess;
    let mut parts = Vec::new();
    if excess.full_batch > 0.0 {
        parts.push(format!(
            "the term of ‖∇E‖² is too strong in the target by {} ({} against {})",
            shown(excess.full_batch),
            shown(other.full_batch),
            shown(one.full_batch)
        ));
        if transferred.missing.gradient_variance < 0.0 {
            parts.push(format!(
                "that of Γ by {} ({} against {})",
                shown(-transferred.missing.gradient_variance),
                shown(other.gradient_variance),
                shown(one.gradient_variance)
            ));
        }
    } else if excess.gradient_variance > 0.0 {
        parts.push(format!(
            "the term of Γ is too strong in the target by {}, since penalising ‖∇Ê‖² of batches of {} \
             until ‖∇E‖² is as in the original brings variance with it ({} against {})",
            shown(excess.gradient_variance),
            transferred.target.epoch.batch_size,
            shown(one.gradient_variance + excess.gradient_variance),
            shown(one.gradient_variance)
        ));
    } else {
        parts.push(format!(
            "the term of Γ is too weak in the target by {}, and its batches of {} cannot be cut into \
             micro-batches of more variance",
            shown(transferred.missing.gradient_variance),
            transferred.target.epoch.batch_size
        ));
    }
    parts.push(match transferred.remedy {
        Some(remedy) => advice(transferred, remedy),
        None => "no lower learning rate or larger batch of the target helps".into(),
    });
    parts.join("; ")
}

fn advice(transferred: &Transferred, remedy: Remedy) -> String {
    let target = &transferred.target;
    let mut parts = Vec::new();
    if remedy.learning_rate != target.optimizer.learning_rate {
        parts.push(format!("learning_rate at most {}", remedy.learning_rate));
    }
    if remedy.batch_size != target.epoch.batch_size {
        parts.push(match remedy.batch_size == target.epoch.examples {
            true => "batch_size=all".into(),
            false => format!("batch_size at least {}", remedy.batch_size),
        });
    }
    format!("it goes with {}", parts.join(" and "))
}
