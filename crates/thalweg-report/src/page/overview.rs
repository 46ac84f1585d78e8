//! The overview: the answer in a sentence, and the figures that sum a run up.

use std::collections::BTreeMap;

use serde::Serialize;
use thalweg::probe::Quantity;
use thalweg_lab::claim::Ruling;
use thalweg_lab::spec::{At, Setting};

use super::setting::varied_paths;
use crate::finding::{self, Finding};
use crate::gallery::wording::{setting_label, setting_value, shown, taken};
use crate::number::{counted, significant};
use crate::results::{Results, TrialResults};

/// What a reader in a hurry reads.
#[derive(Serialize)]
pub(super) struct Overview {
    answer: String,
    /// The class that colours it.
    class: &'static str,
    tiles: Vec<Tile>,
}

/// A number that matters.
#[derive(Serialize)]
pub(crate) struct Tile {
    label: String,
    value: String,
    note: String,
}

impl Tile {
    pub(crate) fn new(label: &str, value: String, note: String) -> Self {
        let label = label.into();
        Self { label, value, note }
    }
}

impl Overview {
    pub(super) fn of(results: &Results) -> Self {
        let findings = Finding::all(&results.experiment, &results.verdicts);
        let (answer, class) = match finding::answer(&findings) {
            Some(answer) => (answer, finding::class(&findings)),
            None => (unanswered(results), "mixed"),
        };
        let tiles = [claims(&findings), Some(trials(results)), best(results)];
        Self {
            answer,
            class,
            tiles: tiles.into_iter().flatten().collect(),
        }
    }
}

/// Why there is no answer.
fn unanswered(results: &Results) -> String {
    match results.experiment.claims.len() {
        0 => "The experiment states no claim to rule on: what was measured is shown below.".into(),
        1 => "The claim of the experiment has not been ruled on.".into(),
        count => format!("The {count} claims of the experiment have not been ruled on."),
    }
}

fn claims(findings: &[Finding<'_>]) -> Option<Tile> {
    let count = |ruling| {
        findings
            .iter()
            .filter(|one| one.verdict.ruling == ruling)
            .count()
    };
    let holds = count(Ruling::Holds);
    (!findings.is_empty()).then(|| Tile {
        label: "claims that hold".into(),
        value: format!("{holds} of {}", findings.len()),
        note: format!(
            "{} not, {} undecided",
            count(Ruling::DoesNotHold),
            count(Ruling::Undecided)
        ),
    })
}

fn trials(results: &Results) -> Tile {
    let count = |is: fn(&TrialResults) -> bool| results.trials.iter().filter(|one| is(one)).count();
    let diverged = count(TrialResults::has_diverged);
    let unfinished = count(|one| one.outcome.is_none());
    Tile {
        label: "trials finished".into(),
        value: format!(
            "{} of {}",
            count(TrialResults::is_usable),
            results.trials.len()
        ),
        note: format!("{diverged} diverged, {unfinished} unfinished"),
    }
}

/// The setting with the highest mean test accuracy over its seeds.
fn best(results: &Results) -> Option<Tile> {
    let varied = varied_paths(results);
    let mut means: BTreeMap<usize, (Vec<Setting>, Vec<f64>)> = BTreeMap::new();
    for one in results.trials.iter().filter(|one| one.is_usable()) {
        let Some(value) = one.value(Quantity::TestAccuracy, At::Best) else {
            continue;
        };
        let settings: Vec<Setting> = varied.iter().map(|path| one.setting(path)).collect();
        let known = means.iter().find(|(_, (known, _))| *known == settings);
        let place = known.map_or(means.len(), |(place, _)| *place);
        let (_, values) = means.entry(place).or_insert_with(|| (settings, Vec::new()));
        values.push(value);
    }
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let mut all = means.into_values();
    let mut best = all.next()?;
    for one in all {
        if mean(&one.1) > mean(&best.1) {
            best = one;
        }
    }
    let (settings, values) = best;
    let setting = |(path, value): (&&str, &Setting)| match value {
        Setting::Absent => None,
        value => Some(format!("{} {}", setting_label(path), setting_value(value))),
    };
    let settings = varied.iter().zip(&settings).filter_map(setting);
    let note = settings.chain([format!("mean of {}", counted(values.len(), "seed"))]);
    let factor = shown(Quantity::TestAccuracy).factor;
    Some(Tile {
        label: format!(
            "highest {}",
            taken(Quantity::TestAccuracy, At::Best).trim_start_matches("maximum ")
        ),
        value: format!("{} %", significant(mean(&values) * factor, 4)),
        note: note.collect::<Vec<_>>().join(", "),
    })
}
