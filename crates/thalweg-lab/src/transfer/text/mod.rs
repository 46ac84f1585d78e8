//! What was found, as people read it.

mod columns;
mod obstacle;
mod penalty;
mod settings;
mod validity;

use thalweg::optimizer::Sampling;

pub(super) use self::obstacle::obstacle;
use self::penalty::penalty;
use self::settings::settings;
use self::validity::validity;
use super::{Doubt, Measured, Side, Transferred};
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

fn time(transferred: &Transferred) -> String {
    format!(
        "Equal modified losses over equal times n·h_e are equal mean paths to this order: one step of \
         the original is {} of the target, one epoch {}.",
        shown(transferred.steps_for_a_step()),
        shown(transferred.epochs_for_an_epoch())
    )
}
