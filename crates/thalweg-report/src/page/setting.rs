//! The setting: what was the same in all trials, and what varied.

use serde::Serialize;
use thalweg_lab::spec::{Setting, Sweep};

use crate::gallery::wording::{setting_label, setting_value};
use crate::results::Results;

/// A setting with its value or values.
#[derive(Serialize)]
pub(crate) struct Entry {
    label: String,
    values: String,
}

/// What varied within one sweep.
#[derive(Serialize)]
pub(super) struct SweepView<'a> {
    name: &'a str,
    varied: Vec<Entry>,
    seeds: String,
    trials: usize,
}

/// What every trial has in common, in the order of the settings.
pub(super) fn shared(results: &Results) -> Vec<Entry> {
    let all: Vec<Vec<(&'static str, Setting)>> = results
        .trials
        .iter()
        .map(|one| one.trial.spec.settings())
        .collect();
    let Some(first) = all.first() else {
        return Vec::new();
    };
    first
        .iter()
        .filter(|(_, value)| *value != Setting::Absent)
        .filter(|one| all.iter().all(|settings| settings.contains(one)))
        .map(|(path, value)| Entry::of(path, std::slice::from_ref(value)))
        .collect()
}

/// What varied, sweep by sweep.
pub(super) fn sweeps(results: &Results) -> Vec<SweepView<'_>> {
    let sweeps = results.experiment.sweeps.iter();
    sweeps.map(|sweep| SweepView::of(sweep, results)).collect()
}

/// The paths of the settings of which trials have different values; one that merely does not apply
/// to some has no other value there.
pub(crate) fn varied_paths(results: &Results) -> Vec<&'static str> {
    let mut known: Vec<(&'static str, Setting)> = Vec::new();
    let mut varied: Vec<&'static str> = Vec::new();
    for (path, value) in results
        .trials
        .iter()
        .flat_map(|one| one.trial.spec.settings())
    {
        match known.iter().find(|(known, _)| *known == path) {
            _ if value == Setting::Absent => {}
            None => known.push((path, value)),
            Some((_, first)) if *first != value && !varied.contains(&path) => varied.push(path),
            Some(_) => {}
        }
    }
    varied
}

impl Entry {
    pub(crate) fn new(label: String, values: String) -> Self {
        Self { label, values }
    }

    fn of(path: &str, values: &[Setting]) -> Self {
        let values: Vec<String> = values.iter().map(setting_value).collect();
        Self {
            label: setting_label(path),
            values: values.join(", "),
        }
    }
}

impl<'a> SweepView<'a> {
    fn of(sweep: &'a Sweep, results: &'a Results) -> Self {
        let mut seeds: Vec<u64> = Vec::new();
        for trial in &sweep.trials {
            if !seeds.contains(&trial.seed) {
                seeds.push(trial.seed);
            }
        }
        let seeds: Vec<String> = seeds.iter().map(u64::to_string).collect();
        let varied = sweep
            .axes
            .iter()
            .map(|axis| Entry::of(&axis.path, &axis.values));
        Self {
            name: &sweep.name,
            varied: varied.collect(),
            seeds: seeds.join(", "),
            trials: results.of_sweep(sweep).count(),
        }
    }
}
