//! What differs in two experiments: settings, seeds, sweeps.

use std::cmp::Ordering;

use serde::Serialize;
use thalweg_lab::spec::Setting;

use crate::gallery::wording::{setting_label, setting_value};
use crate::number::counted;
use crate::results::Results;

/// A thing that differs, with what either experiment says of it.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Difference {
    what: String,
    one: String,
    other: String,
}

/// Everything in which the experiments differ, titles aside.
pub(super) fn differences(one: &Results, other: &Results) -> Vec<Difference> {
    let mut differences = Vec::new();
    for path in paths(one, other) {
        let (here, there) = (values(one, path), values(other, path));
        if !is_same(&here, &there) {
            differences.push(Difference {
                what: setting_label(path),
                one: words(&here),
                other: words(&there),
            });
        }
    }
    let (here, there) = (seeds(one), seeds(other));
    if here != there {
        differences.push(Difference {
            what: "seeds".into(),
            one: numbers(&here),
            other: numbers(&there),
        });
    }
    differences.extend(sweeps(one, other));
    differences
}

/// The paths of the settings of either, in the order of the settings.
pub(super) fn paths(one: &Results, other: &Results) -> Vec<&'static str> {
    let mut paths = Vec::new();
    for trial in one.trials.iter().chain(&other.trials) {
        for (path, _) in trial.trial.spec.settings() {
            if !paths.contains(&path) {
                paths.push(path);
            }
        }
    }
    paths
}

/// The values that a setting has in some trial, in the order of the plan.
pub(super) fn values(results: &Results, path: &str) -> Vec<Setting> {
    let mut values: Vec<Setting> = Vec::new();
    for one in &results.trials {
        let value = one.setting(path);
        if value != Setting::Absent && !values.iter().any(|known| known.is_same(&value)) {
            values.push(value);
        }
    }
    values
}

fn is_same(one: &[Setting], other: &[Setting]) -> bool {
    let has = |values: &[Setting], value: &Setting| values.iter().any(|known| known.is_same(value));
    one.len() == other.len() && one.iter().all(|value| has(other, value))
}

/// The values, numbers in ascending order.
fn words(values: &[Setting]) -> String {
    let mut values = values.to_vec();
    let number = |value: &Setting| value.as_number();
    if values.iter().all(|value| number(value).is_some()) {
        values.sort_by(|one, other| {
            number(one)
                .partial_cmp(&number(other))
                .unwrap_or(Ordering::Equal)
        });
    }
    match &values[..] {
        [] => "none".into(),
        values => values
            .iter()
            .map(setting_value)
            .collect::<Vec<_>>()
            .join(", "),
    }
}

fn seeds(results: &Results) -> Vec<u64> {
    let mut seeds: Vec<u64> = results
        .trials
        .iter()
        .map(|one| one.trial.spec.seed)
        .collect();
    seeds.sort_unstable();
    seeds.dedup();
    seeds
}

fn numbers(values: &[u64]) -> String {
    values
        .iter()
        .map(u64::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}

/// Sweeps that only one of them has, or of unlike size.
fn sweeps(one: &Results, other: &Results) -> Vec<Difference> {
    let mut names: Vec<&str> = Vec::new();
    for sweep in one.experiment.sweeps.iter().chain(&other.experiment.sweeps) {
        if !names.contains(&sweep.name.as_str()) {
            names.push(&sweep.name);
        }
    }
    let size = |results: &Results, name: &str| {
        let sweep = results
            .experiment
            .sweeps
            .iter()
            .find(|sweep| sweep.name == name)?;
        Some(results.of_sweep(sweep).count())
    };
    let difference = |name: &&str| {
        let (here, there) = (size(one, name), size(other, name));
        let words =
            |size: Option<usize>| size.map_or_else(|| "none".into(), |size| counted(size, "trial"));
        (here != there).then(|| Difference {
            what: format!("sweep {name}"),
            one: words(here),
            other: words(there),
        })
    };
    names.iter().filter_map(difference).collect()
}
