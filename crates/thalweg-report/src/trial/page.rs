//! The page of one trial.

use serde::Serialize;
use thalweg::Named;
use thalweg::probe::Quantity;
use thalweg_lab::record::{Measurement, Outcome};
use thalweg_lab::spec::Setting;

use super::curves;
use crate::figure::{Drawing, Numbers};
use crate::gallery::caption::capitalised;
use crate::gallery::wording::{setting_label, setting_value, shown};
use crate::number::significant;
use crate::page::{Entry, Tile, ending, fill_in, varied_paths};
use crate::results::{Results, TrialResults};

/// What the template is filled with.
#[derive(Serialize)]
struct Page<'a> {
    title: String,
    experiment: &'a str,
    id: &'a str,
    /// The pages of the trials before and after it.
    neighbours: Vec<Neighbour<'a>>,
    /// What it differs in from others.
    varied: String,
    /// How it ended, in a sentence.
    outcome: String,
    class: &'static str,
    tiles: Vec<Tile>,
    measured: Option<Numbers>,
    constant: Vec<Entry>,
    curves: &'a [Drawing],
    pictures: &'a [Drawing],
    warnings: Vec<Warned<'a>>,
    settings: Vec<Entry>,
    command: &'a str,
    version: &'a str,
}

#[derive(Serialize)]
struct Neighbour<'a> {
    words: &'static str,
    id: &'a str,
}

/// A warning with its advice.
#[derive(Serialize)]
struct Warned<'a> {
    title: &'static str,
    message: &'a str,
    advice: &'static str,
}

/// The page with these figures.
pub(super) fn page(
    results: &Results,
    index: usize,
    curves: &[Drawing],
    pictures: &[Drawing],
) -> Result<String, minijinja::Error> {
    let one = &results.trials[index];
    let varied = varied(one, results);
    let class = one.class();
    let page = Page {
        title: format!("Trial {}: {varied}", one.trial.id),
        experiment: &results.experiment.title,
        id: &one.trial.id,
        neighbours: neighbours(results, index),
        varied: capitalised(&varied),
        outcome: outcome(one),
        class,
        tiles: one.outcome.as_ref().map(tiles).unwrap_or_default(),
        measured: one.outcome.as_ref().and_then(measured),
        constant: constant(one),
        curves,
        pictures,
        warnings: warnings(one),
        settings: settings(one),
        command: &results.command,
        version: &results.version,
    };
    fill_in("trial.html", &page)
}

fn neighbours(results: &Results, index: usize) -> Vec<Neighbour<'_>> {
    let before = index.checked_sub(1).map(|place| ("previous trial", place));
    let after = Some(("next trial", index + 1));
    let neighbour = |(words, place): (&'static str, usize)| {
        let id = results.trials.get(place)?.trial.id.as_str();
        Some(Neighbour { words, id })
    };
    [before, after]
        .into_iter()
        .flatten()
        .filter_map(neighbour)
        .collect()
}

/// Its values of what varies among the trials, and its seed.
fn varied(one: &TrialResults, results: &Results) -> String {
    let value = |path: &&'static str| match one.setting(path) {
        Setting::Absent => None,
        value => Some(format!("{} {}", setting_label(path), setting_value(&value))),
    };
    let varied = varied_paths(results);
    let varied = varied.iter().filter_map(value);
    let seed = format!("seed {}", one.trial.spec.seed);
    varied.chain([seed]).collect::<Vec<_>>().join(", ")
}

fn outcome(one: &TrialResults) -> String {
    match &one.outcome {
        None => "The trial is not finished.".into(),
        Some(outcome) => format!(
            "Ended by {}. {}",
            ending(one).trim_start_matches("✗ "),
            outcome.termination.explanation().replace('`', "")
        ),
    }
}

fn tiles(outcome: &Outcome) -> Vec<Tile> {
    let percent = |value: f64| format!("{} %", significant(100.0 * value, 4));
    let best = outcome.best.as_ref();
    let best = best.and_then(|one| Some((one.get(Quantity::TestAccuracy)?, one.epoch, one.step)));
    let best = best.map(|(accuracy, epoch, step)| {
        let note = format!("at epoch {}, step {step}", significant(epoch, 4));
        Tile::new("highest test accuracy", percent(accuracy), note)
    });
    let training = outcome.max_train_accuracy;
    let training =
        training.map(|value| Tile::new("highest training accuracy", percent(value), String::new()));
    let steps = Tile::new(
        "steps",
        outcome.steps.to_string(),
        format!("{} epochs", significant(outcome.last.epoch, 4)),
    );
    [best, training, Some(steps)]
        .into_iter()
        .flatten()
        .collect()
}

/// Everything measured at the best point and at the end.
fn measured(outcome: &Outcome) -> Option<Numbers> {
    let best = outcome.best.as_ref();
    let value = |one: Option<&Measurement>, quantity| {
        let value = one.and_then(|one| one.get(quantity))?;
        Some(shown(quantity).value(value * shown(quantity).factor))
    };
    let row = |(_, quantity): &(&str, Quantity)| {
        let (best, last) = (
            value(best, *quantity),
            value(Some(&outcome.last), *quantity),
        );
        (best.is_some() || last.is_some()).then(|| {
            let [best, last] = [best, last].map(|one| one.unwrap_or_else(|| "–".into()));
            vec![shown(*quantity).name(), best, last]
        })
    };
    let rows: Vec<Vec<String>> = Quantity::NAMES.iter().filter_map(row).collect();
    let columns = [
        "quantity",
        "at maximum test accuracy",
        "at the end of training",
    ];
    (!rows.is_empty()).then(|| Numbers {
        columns: columns.map(String::from).to_vec(),
        rows,
    })
}

fn constant(one: &TrialResults) -> Vec<Entry> {
    let entry = |(quantity, value): (Quantity, f64)| {
        let quantity = shown(quantity);
        Entry::new(quantity.name(), quantity.value(value * quantity.factor))
    };
    curves::constant(one).into_iter().map(entry).collect()
}

fn warnings(one: &TrialResults) -> Vec<Warned<'_>> {
    let warnings = one.outcome.iter().flat_map(|outcome| &outcome.warnings);
    let warned = warnings.map(|warning| Warned {
        title: warning.kind.title(),
        message: &warning.message,
        advice: warning.kind.advice(),
    });
    warned.collect()
}

fn settings(one: &TrialResults) -> Vec<Entry> {
    let settings = one.trial.spec.settings().into_iter();
    let settings = settings.filter(|(_, value)| *value != Setting::Absent);
    let entry =
        |(path, value): (&str, Setting)| Entry::new(setting_label(path), setting_value(&value));
    let seed = Entry::new("seed".into(), one.trial.spec.seed.to_string());
    let sweeps = Entry::new("sweep".into(), one.trial.sweeps.join(", "));
    [sweeps, seed]
        .into_iter()
        .chain(settings.map(entry))
        .collect()
}
