//! Combinations: the trials of a sweep that differ in nothing but the seed.

use thalweg_lab::spec::{Setting, Sweep};

use super::MOST_SERIES;
use super::wording::{setting_label, setting_value};
use crate::figure::Colours;
use crate::results::{Results, TrialResults};

/// The combinations of the values of some settings: what the series of a figure are.
pub(super) struct Family<'a> {
    /// The heading of the legend.
    pub heading: String,
    /// How the series are coloured.
    pub colours: Colours,
    /// The combinations, at most [`MOST_SERIES`].
    pub members: Vec<Combination<'a>>,
    /// How many there are, if not all are members, as a sentence.
    pub limit: Option<String>,
}

/// The usable trials of one combination.
pub(super) struct Combination<'a> {
    /// The sweep of a union that they are of.
    part: Option<&'a str>,
    /// The values.
    settings: Vec<Setting>,
    /// What the legend calls it.
    pub name: String,
    /// Each setting with its value.
    pub context: Vec<String>,
    /// The trials that ended without diverging, in the order of the plan.
    pub trials: Vec<&'a TrialResults>,
}

impl<'a> Family<'a> {
    /// The usable trials of a sweep by the values of what varies beside the setting at `along`, in
    /// the order of the plan; those of a single numeric setting in the order of its values. Of a
    /// union, every sweep is a member, or several.
    pub(super) fn of(results: &'a Results, sweep: &'a Sweep, along: Option<&str>) -> Self {
        let beside = |sweep: &'a Sweep| match along {
            Some(path) => sweep.axes_beside(path),
            None => sweep.axes.iter().map(|axis| axis.path.as_str()).collect(),
        };
        let mut members: Vec<Combination<'a>> = Vec::new();
        let parts = results.parts(sweep);
        let mut paths: Vec<&str> = Vec::new();
        for path in parts.iter().flat_map(|part| beside(part)) {
            if !paths.contains(&path) {
                paths.push(path);
            }
        }
        for part in &parts {
            let name = (!sweep.union.is_empty()).then_some(part.name.as_str());
            for trial in results.of_sweep(part).filter(|trial| trial.is_usable()) {
                let settings: Vec<Setting> = paths.iter().map(|path| trial.setting(path)).collect();
                let is_it =
                    |one: &&mut Combination<'_>| one.part == name && one.settings == settings;
                match members.iter_mut().find(is_it) {
                    Some(known) => known.trials.push(trial),
                    None => members.push(Combination::new(name, &paths, settings, trial)),
                }
            }
        }
        let number = |one: &Combination<'_>| one.settings.first().and_then(Setting::as_number);
        let is_ordered = sweep.union.is_empty()
            && paths.len() == 1
            && members.iter().all(|one| number(one).is_some());
        if is_ordered {
            let value = |one: &Combination<'_>| number(one).unwrap_or(f64::NAN);
            members.sort_by(|one, other| value(one).total_cmp(&value(other)));
        }
        let (members, limit) = limited(members);
        let heading = (!sweep.union.is_empty())
            .then(|| "sweep".to_owned())
            .into_iter();
        Self {
            heading: joined(heading.chain(paths.iter().map(|path| setting_label(path)))),
            colours: if is_ordered {
                Colours::Ordered
            } else {
                Colours::Distinct
            },
            members,
            limit,
        }
    }
}

impl<'a> Combination<'a> {
    fn new(
        part: Option<&'a str>,
        paths: &[&str],
        settings: Vec<Setting>,
        trial: &'a TrialResults,
    ) -> Self {
        let pair = |(path, value): (&&str, &Setting)| {
            format!("{} {}", setting_label(path), setting_value(value))
        };
        let sweep = part.map(|name| format!("sweep {name}"));
        let context = paths.iter().zip(&settings).map(pair);
        let values = settings.iter().map(setting_value);
        Self {
            part,
            context: sweep.into_iter().chain(context).collect(),
            name: joined(part.map(String::from).into_iter().chain(values)),
            trials: vec![trial],
            settings,
        }
    }
}

/// Labels or values of several settings, side by side.
fn joined(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(" · ")
}

/// At most [`MOST_SERIES`] of all, evenly chosen, the first and the last among them.
fn limited<T>(all: Vec<T>) -> (Vec<T>, Option<String>) {
    let count = all.len();
    if count <= MOST_SERIES {
        return (all, None);
    }
    let chosen: Vec<usize> = (0..MOST_SERIES)
        .map(|place| place * (count - 1) / (MOST_SERIES - 1))
        .collect();
    let kept = all
        .into_iter()
        .enumerate()
        .filter(|(index, _)| chosen.contains(index));
    let sentence = format!("Shown are {MOST_SERIES} of {count} combinations of settings.");
    (kept.map(|(_, one)| one).collect(), Some(sentence))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_many_series_are_thinned_evenly() {
        let (kept, sentence) = limited((0..25).collect());
        assert_eq!(kept.len(), MOST_SERIES);
        assert_eq!((kept[0], kept[MOST_SERIES - 1]), (0, 24));
        assert_eq!(
            sentence.unwrap(),
            "Shown are 10 of 25 combinations of settings."
        );
        assert_eq!(limited(vec![1, 2]), (vec![1, 2], None));
    }
}
