//! What is seen of a run at one look.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use thalweg::probe::Quantity;

use super::followed::age;
use super::{Forecast, Group, QUIET};
use crate::plan::PlannedTrial;
use crate::record::{Measurement, Outcome, Termination};
use crate::spec::Setting;

/// A run as it stands.
#[derive(Clone, Debug)]
pub struct Watched<'a> {
    /// The experiment's title.
    pub title: &'a str,
    /// The dotted paths of the settings that differ between trials.
    pub varied: &'a [&'static str],
    /// Whether the folder is still there.
    pub is_there: bool,
    /// Its page, if that has been made.
    pub report: Option<PathBuf>,
    /// How fast it goes, and what is left.
    pub forecast: Forecast,
    /// Its trials in the order of the plan.
    pub trials: Vec<WatchedTrial<'a>>,
    pub(super) now: SystemTime,
}

/// A trial as it stands.
#[derive(Clone, Debug)]
pub struct WatchedTrial<'a> {
    /// The trial.
    pub planned: &'a PlannedTrial,
    /// Those of its settings that differ between trials, with their values.
    pub settings: &'a [(&'static str, Setting)],
    /// What it is doing.
    pub state: TrialState<'a>,
    /// Steps taken when it last stored anything.
    pub step: u64,
    /// The share of its longest course that lies behind it, in [0, 1], if that can be told.
    pub share: Option<f64>,
    /// Its measurements so far, in order.
    pub path: &'a [Measurement],
    /// How it ended, if it did.
    pub outcome: Option<&'a Outcome>,
    /// Wall-clock seconds a step, measurements included, if that can be told.
    pub seconds_per_step: Option<f64>,
    pub(super) begun: Option<SystemTime>,
    pub(super) ended: Option<SystemTime>,
    pub(super) last_sign: Option<SystemTime>,
}

/// What a trial is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrialState<'a> {
    /// Nothing yet.
    Waiting,
    /// It has stored something lately.
    Running,
    /// It has stored nothing for that long, [`QUIET`] or more: it measures at length, or was killed.
    Silent(Duration),
    /// It stopped on request and can be continued.
    Interrupted,
    /// It could not go on, and why.
    Failed(&'a str),
    /// It has an outcome.
    Ended(Termination),
}

/// How many trials are doing what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Not begun.
    pub waiting: usize,
    /// Running.
    pub running: usize,
    /// Silent.
    pub silent: usize,
    /// Interrupted.
    pub interrupted: usize,
    /// Failed.
    pub failed: usize,
    /// Ended by divergence.
    pub diverged: usize,
    /// Ended in any other way.
    pub done: usize,
}

/// What the run as a whole is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// No trial has been begun.
    NotBegun,
    /// Some process is at work.
    Running,
    /// It was stopped on request; the same command continues it.
    Interrupted,
    /// Trials are left, and nothing has been stored for that long.
    Silent(Duration),
    /// Every trial has ended or failed.
    Over,
}

impl WatchedTrial<'_> {
    /// The last value of a quantity along its path, not finite where it diverged.
    #[must_use]
    pub fn latest(&self, quantity: Quantity) -> Option<f64> {
        let values = self.path.iter().rev();
        let at_end = self.outcome.and_then(|outcome| outcome.last.get(quantity));
        at_end.or_else(|| values.filter_map(|one| one.get(quantity)).next())
    }

    /// Its highest test accuracy so far.
    #[must_use]
    pub fn best_test_accuracy(&self) -> Option<f64> {
        let best = self.outcome.and_then(|outcome| outcome.best.as_ref());
        let seen = self.path.iter().chain(best);
        seen.filter_map(|one| one.get(Quantity::TestAccuracy))
            .reduce(f64::max)
    }

    /// The seconds until its longest course is over, as far as its own pace tells.
    #[must_use]
    pub fn seconds_left(&self) -> Option<f64> {
        match self.state {
            TrialState::Ended(_) | TrialState::Failed(_) => Some(0.0),
            _ => {
                let share = self.share.filter(|share| *share > 0.0)?;
                let spent = self.seconds_per_step? * self.step as f64;
                Some(spent * (1.0 - share) / share)
            }
        }
    }

    /// When its outcome was stored.
    #[must_use]
    pub fn ended_at(&self) -> Option<SystemTime> {
        self.ended
    }

    /// Whether nothing more is to come of it by itself.
    #[must_use]
    pub fn is_over(&self) -> bool {
        matches!(self.state, TrialState::Ended(_) | TrialState::Failed(_))
    }

    /// Whether it may end before its longest course is over.
    #[must_use]
    pub fn may_end_early(&self) -> bool {
        let stop = self.planned.spec.stop;
        stop.train_accuracy.is_some() || stop.loss.is_some()
    }
}

impl Watched<'_> {
    /// How many trials are doing what.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for trial in &self.trials {
            *match trial.state {
                TrialState::Waiting => &mut counts.waiting,
                TrialState::Running => &mut counts.running,
                TrialState::Silent(_) => &mut counts.silent,
                TrialState::Interrupted => &mut counts.interrupted,
                TrialState::Failed(_) => &mut counts.failed,
                TrialState::Ended(Termination::Diverged) => &mut counts.diverged,
                TrialState::Ended(_) => &mut counts.done,
            } += 1;
        }
        counts
    }

    /// What the run as a whole is doing. Between two trials nothing runs for a moment: then the latest
    /// sign of any trial decides.
    #[must_use]
    pub fn standing(&self) -> Standing {
        if self.trials.iter().all(WatchedTrial::is_over) {
            return Standing::Over;
        }
        let latest = self.trials.iter().max_by_key(|trial| trial.last_sign);
        let Some((trial, sign)) = latest.and_then(|trial| Some((trial, trial.last_sign?))) else {
            return Standing::NotBegun;
        };
        let runs = |one: &WatchedTrial<'_>| one.state == TrialState::Running;
        match (age(sign, self.now), trial.state) {
            _ if self.trials.iter().any(runs) => Standing::Running,
            (_, TrialState::Interrupted) => Standing::Interrupted,
            (_, TrialState::Silent(quiet)) => Standing::Silent(quiet),
            (quiet, _) if quiet > QUIET => Standing::Silent(quiet),
            _ => Standing::Running,
        }
    }

    /// The trials by setting, seeds together, in the order of the plan.
    #[must_use]
    pub fn by_setting(&self) -> Vec<Group> {
        Group::all(&self.trials)
    }
}
