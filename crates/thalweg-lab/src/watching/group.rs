//! Trials that differ in their seed only.

use thalweg::probe::Quantity;

use super::{TrialState, WatchedTrial};
use crate::record::Termination;
use crate::spec::Setting;

/// Settings by their paths.
type Settings<'a> = &'a [(&'static str, Setting)];

/// The trials of one setting.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// The settings that differ between trials of the run, with their values here.
    pub settings: Vec<(&'static str, Setting)>,
    /// Its trials, by their place among all.
    pub trials: Vec<usize>,
    /// How many of them have an outcome.
    pub ended: usize,
    /// How many of those diverged.
    pub diverged: usize,
    /// The mean training loss, of those that have one and did not diverge, as last measured.
    pub loss: Option<f64>,
    /// Mean, lowest and highest of their best test accuracies so far, likewise.
    pub test_accuracy: Option<(f64, f64, f64)>,
}

impl Group {
    pub(super) fn all(trials: &[WatchedTrial<'_>]) -> Vec<Self> {
        let mut groups: Vec<(Settings<'_>, Vec<usize>)> = Vec::new();
        for (place, trial) in trials.iter().enumerate() {
            match groups
                .iter_mut()
                .find(|(known, _)| *known == trial.settings)
            {
                Some((_, places)) => places.push(place),
                None => groups.push((trial.settings, vec![place])),
            }
        }
        let groups = groups.into_iter();
        groups
            .map(|(settings, places)| Self::of(settings.to_vec(), places, trials))
            .collect()
    }

    fn of(
        settings: Vec<(&'static str, Setting)>,
        places: Vec<usize>,
        trials: &[WatchedTrial<'_>],
    ) -> Self {
        let diverged =
            |trial: &WatchedTrial<'_>| trial.state == TrialState::Ended(Termination::Diverged);
        let members = || places.iter().map(|place| &trials[*place]);
        let sound = || members().filter(|trial| !diverged(trial));
        let losses: Vec<f64> = sound()
            .filter_map(|one| one.latest(Quantity::Loss))
            .collect();
        let accuracies = sound().filter_map(WatchedTrial::best_test_accuracy);
        let accuracies: Vec<f64> = accuracies.collect();
        let extreme = |choose: fn(f64, f64) -> f64| accuracies.iter().copied().reduce(choose);
        Self {
            ended: members().filter(|trial| trial.outcome.is_some()).count(),
            diverged: members().filter(|trial| diverged(trial)).count(),
            loss: mean(&losses),
            test_accuracy: mean(&accuracies)
                .and_then(|mean| Some((mean, extreme(f64::min)?, extreme(f64::max)?))),
            settings,
            trials: places,
        }
    }
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}
