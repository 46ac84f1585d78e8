//! The trials that two runs share.

use serde::Serialize;
use thalweg::probe::Quantity;
use thalweg_lab::spec::{At, Setting};

use super::experiments::{paths, values};
use crate::gallery::wording::{setting_label, setting_value, shown, taken};
use crate::number::{signed, significant};
use crate::page::varied_paths;
use crate::results::{Results, TrialResults};

/// What is compared of two trials.
const COMPARED: [(Quantity, At); 4] = [
    (Quantity::TestAccuracy, At::Best),
    (Quantity::TrainAccuracy, At::Final),
    (Quantity::Loss, At::Final),
    (Quantity::GradientNormSquared, At::Final),
];

/// The trials of two runs that go with each other.
pub(super) struct Matched<'a> {
    /// Of the first run and of the other.
    pub pairs: Vec<(&'a TrialResults, &'a TrialResults)>,
    /// How many of them are the very same trial.
    pub identical: usize,
    /// The settings in which those that are not may differ: both runs have no value of them in
    /// common.
    pub unlike: Vec<&'static str>,
}

impl<'a> Matched<'a> {
    /// Matches by identity, and the rest by seed and the settings that both runs have some value of
    /// in common; only where that leaves one trial on either side.
    pub(super) fn of(one: &'a Results, other: &'a Results) -> Self {
        let same = |ours: &'a TrialResults| {
            let theirs = other
                .trials
                .iter()
                .find(|theirs| theirs.trial.id == ours.trial.id);
            theirs.map(|theirs| (ours, theirs))
        };
        let mut pairs: Vec<_> = one.trials.iter().filter_map(same).collect();
        let identical = pairs.len();
        let is_free = |trial: &&TrialResults| {
            pairs
                .iter()
                .all(|(ours, _)| ours.trial.id != trial.trial.id)
        };
        let (by, unlike) = common(one, other);
        let key = |trial: &TrialResults| {
            let settings: Vec<Setting> = by.iter().map(|path| trial.setting(path)).collect();
            (trial.trial.spec.seed, settings)
        };
        let ours: Vec<_> = one
            .trials
            .iter()
            .filter(is_free)
            .map(|trial| (key(trial), trial))
            .collect();
        let theirs: Vec<_> = other
            .trials
            .iter()
            .filter(is_free)
            .map(|trial| (key(trial), trial))
            .collect();
        for (key, trial) in &ours {
            let is_alone = ours.iter().filter(|(other, _)| other == key).count() == 1;
            let mut found = theirs.iter().filter(|(other, _)| other == key);
            if let (true, Some((_, found)), None) = (is_alone, found.next(), found.next()) {
                pairs.push((trial, found));
            }
        }
        Self {
            pairs,
            identical,
            unlike,
        }
    }
}

/// The settings of which both runs have some value in common, and those of which they have none.
fn common(one: &Results, other: &Results) -> (Vec<&'static str>, Vec<&'static str>) {
    let is_common = |path: &&str| {
        let (here, there) = (values(one, path), values(other, path));
        let is_nowhere = here.is_empty() && there.is_empty();
        is_nowhere
            || here
                .iter()
                .any(|value| there.iter().any(|other| other.is_same(value)))
    };
    paths(one, other).into_iter().partition(is_common)
}

/// Pairs of trials as the page shows them.
#[derive(Serialize)]
pub(super) struct Table {
    /// What tells them apart.
    settings: Vec<String>,
    quantities: Vec<String>,
    rows: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    settings: Vec<String>,
    is_identical: bool,
    /// Of the first run, of the other, and the difference.
    values: Vec<[String; 3]>,
}

impl Table {
    pub(super) fn of(matched: &Matched<'_>, one: &Results, other: &Results) -> Self {
        let mut varied = varied_paths(one);
        varied.extend(
            varied_paths(other)
                .into_iter()
                .filter(|path| !varied_paths(one).contains(path)),
        );
        let has = |(quantity, at): &(Quantity, At)| {
            matched.pairs.iter().any(|(one, other)| {
                one.value(*quantity, *at).is_some() && other.value(*quantity, *at).is_some()
            })
        };
        let quantities: Vec<(Quantity, At)> = COMPARED.into_iter().filter(has).collect();
        let row = |(one, other): &(&TrialResults, &TrialResults)| Row {
            settings: settings(one, other, &varied),
            is_identical: one.trial.id == other.trial.id,
            values: quantities
                .iter()
                .map(|(quantity, at)| cells(one, other, *quantity, *at))
                .collect(),
        };
        let heading = |(quantity, at): &(Quantity, At)| {
            let unit = shown(*quantity).unit;
            let comma = if unit.is_empty() { "" } else { ", " };
            format!("{}{comma}{unit}", taken(*quantity, *at))
        };
        Self {
            settings: varied.iter().map(|path| setting_label(path)).collect(),
            rows: matched.pairs.iter().map(row).collect(),
            quantities: quantities.iter().map(heading).collect(),
        }
    }
}

/// The values of what varies, both where they differ, and the seed.
fn settings(one: &TrialResults, other: &TrialResults, varied: &[&str]) -> Vec<String> {
    let value = |path: &&str| match (one.setting(path), other.setting(path)) {
        (ours, theirs) if ours.is_same(&theirs) => setting_value(&ours),
        (ours, theirs) => format!("{} / {}", setting_value(&ours), setting_value(&theirs)),
    };
    let seed = one.trial.spec.seed.to_string();
    varied.iter().map(value).chain([seed]).collect()
}

fn cells(one: &TrialResults, other: &TrialResults, quantity: Quantity, at: At) -> [String; 3] {
    let value = |trial: &TrialResults| {
        trial
            .value(quantity, at)
            .map(|value| value * shown(quantity).factor)
    };
    let (one, other) = (value(one), value(other));
    let cell = |value: Option<f64>| value.map_or_else(|| "–".into(), |value| significant(value, 4));
    let difference = one.zip(other).map(|(one, other)| signed(other - one, 3));
    [
        cell(one),
        cell(other),
        difference.unwrap_or_else(|| "–".into()),
    ]
}
