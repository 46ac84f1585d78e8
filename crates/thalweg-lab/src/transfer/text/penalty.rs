//! What is to be added.

use thalweg::modified::stochastic::BatchPenalty;

use super::columns::{columns, row};
use crate::study::shown;
use crate::transfer::Transferred;

/// The section for an experiment file, or the signed numbers where there is none.
pub(super) fn penalty(transferred: &Transferred) -> String {
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
