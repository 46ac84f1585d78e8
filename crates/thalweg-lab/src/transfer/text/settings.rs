//! Both settings side by side.

use thalweg::Named;
use thalweg::optimizer::Sampling;

use super::columns::{columns, row};
use crate::study::shown;
use crate::transfer::{Side, Transferred};

/// What each is, which coefficients it has, and what the target misses.
pub(super) fn settings(transferred: &Transferred) -> String {
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
