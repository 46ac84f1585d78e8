//! How fast a run goes, and what is left of it.

use std::time::{Duration, SystemTime};

use super::followed::age;
use super::{TrialState, WatchedTrial};

/// Over how long the rate of trials is taken.
const WINDOW: Duration = Duration::from_secs(600);

/// The pace of a run and what is left of it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Forecast {
    /// Steps a second, of all running trials together.
    pub steps_per_second: Option<f64>,
    /// Trials that ended a minute, over the last ten minutes or the run so far.
    pub trials_per_minute: Option<f64>,
    /// The seconds of work left, as if one trial ran after the other.
    pub seconds_of_work: Option<f64>,
    /// The seconds until the end if as many trials go on side by side as now; `None` if none runs.
    pub seconds_left: Option<f64>,
    /// Whether trials may end before their longest course is over, so that these are the most.
    pub is_at_most: bool,
}

impl Forecast {
    pub(super) fn of(trials: &[WatchedTrial<'_>], now: SystemTime) -> Self {
        let running = || trials.iter().filter(|one| one.state == TrialState::Running);
        let paces: Vec<f64> = running().filter_map(|one| one.seconds_per_step).collect();
        let left: Vec<f64> = trials.iter().map_while(|one| left(one, trials)).collect();
        let work = (left.len() == trials.len()).then(|| left.iter().sum::<f64>());
        let at_once = running().count();
        let longest = running()
            .filter_map(WatchedTrial::seconds_left)
            .fold(0.0, f64::max);
        Self {
            steps_per_second: (!paces.is_empty())
                .then(|| paces.iter().map(|pace| pace.recip()).sum()),
            trials_per_minute: trials_per_minute(trials, now),
            seconds_of_work: work,
            seconds_left: work
                .filter(|_| at_once > 0)
                .map(|work| (work / at_once as f64).max(longest)),
            is_at_most: trials
                .iter()
                .any(|one| !one.is_over() && one.may_end_early()),
        }
    }
}

/// The ends within the window, by its length or the time since the first trial was begun.
fn trials_per_minute(trials: &[WatchedTrial<'_>], now: SystemTime) -> Option<f64> {
    let first = trials.iter().filter_map(|one| one.begun).min()?;
    let window = WINDOW.min(age(first, now));
    let ends = trials.iter().filter_map(|one| one.ended);
    let count = ends.filter(|end| age(*end, now) <= window).count();
    (count > 0 && !window.is_zero()).then(|| count as f64 / window.as_secs_f64() * 60.0)
}

/// The seconds that a trial still needs: by its own pace, or as long as those of the trials known that
/// share the most settings with it. `None` if nothing is known of any.
fn left(trial: &WatchedTrial<'_>, trials: &[WatchedTrial<'_>]) -> Option<f64> {
    if let Some(seconds) = trial.seconds_left() {
        return Some(seconds);
    }
    let known = trials
        .iter()
        .filter_map(|one| Some((alike(trial, one), whole(one)?)));
    let known: Vec<(usize, f64)> = known.collect();
    let most = known.iter().map(|(alike, _)| *alike).max()?;
    let nearest = known.iter().filter(|(alike, _)| *alike == most);
    let nearest: Vec<f64> = nearest.map(|(_, seconds)| *seconds).collect();
    Some(nearest.iter().sum::<f64>() / nearest.len() as f64)
}

/// The seconds of a trial from its beginning to its end, so far as known.
fn whole(trial: &WatchedTrial<'_>) -> Option<f64> {
    match trial.outcome {
        Some(outcome) => Some(outcome.seconds),
        None => Some(trial.seconds_left()? + trial.seconds_per_step? * trial.step as f64),
    }
}

/// How many of the settings that differ between trials two of them share.
fn alike(left: &WatchedTrial<'_>, right: &WatchedTrial<'_>) -> usize {
    let shared = left
        .settings
        .iter()
        .filter(|one| right.settings.contains(one));
    shared.count()
}
