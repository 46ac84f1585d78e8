//! One trial's files, followed.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use super::held::Held;
use super::position::Position;
use super::{QUIET, TrialState, WatchedTrial};
use crate::plan::PlannedTrial;
use crate::record::Outcome;
use crate::spec::Setting;
use crate::store::{Progress, Stopped, Tail, TrialFolder, read_progress};

/// What was last seen of a trial.
#[derive(Debug)]
pub(super) struct Followed {
    folder: TrialFolder,
    planned: PlannedTrial,
    /// All its settings at first, then those that differ between trials.
    pub(super) settings: Vec<(&'static str, Setting)>,
    tail: Tail,
    outcome: Option<(SystemTime, Outcome)>,
    saved: Option<(SystemTime, Progress)>,
    stopped: Option<Stopped>,
    /// Whether its claim is locked, as far as can be seen, and whether it has been.
    is_held: bool,
    was_held: bool,
    claimed: Option<SystemTime>,
    measured: Option<SystemTime>,
}

impl Followed {
    pub(super) fn new(folder: TrialFolder, planned: PlannedTrial) -> Self {
        Self {
            folder,
            settings: planned.spec.settings(),
            planned,
            tail: Tail::default(),
            outcome: None,
            saved: None,
            stopped: None,
            is_held: false,
            was_held: false,
            claimed: None,
            measured: None,
        }
    }

    /// Looks at its files. The outcome comes last: a trial that ends meanwhile has then all the others.
    pub(super) fn follow(&mut self, held: &Held) {
        self.is_held = held.has(&self.folder.file("claim"));
        self.was_held |= self.is_held;
        let (claimed, metrics, resume, outcome) = (
            self.folder.file("trial.toml"),
            self.folder.file("metrics.jsonl"),
            self.folder.file("resume.safetensors"),
            self.folder.file("outcome.json"),
        );
        self.claimed = modified(&claimed);
        self.measured = modified(&metrics);
        self.tail.follow(&metrics);
        refresh(&mut self.saved, &resume, || read_progress(&resume));
        // Damaged files are for the commands that need them.
        self.stopped = self.folder.stopped().ok().flatten();
        refresh(&mut self.outcome, &outcome, || {
            self.folder.outcome().ok().flatten()
        });
    }

    /// What there is to see of it.
    pub(super) fn watched(&self, now: SystemTime) -> WatchedTrial<'_> {
        let path = self.tail.measurements();
        let saved = self.saved.as_ref().map(|(_, saved)| saved);
        let mut position = Position::of(&self.planned.spec.stop, path.last(), saved);
        let outcome = self.outcome.as_ref();
        if let Some((_, outcome)) = outcome {
            position = Position {
                step: outcome.steps,
                share: Some(1.0),
            };
        }
        WatchedTrial {
            planned: &self.planned,
            settings: &self.settings,
            state: self.state(now),
            step: position.step,
            share: position.share,
            path,
            outcome: outcome.map(|(_, outcome)| outcome),
            ended: outcome.map(|(at, _)| *at),
            begun: self.claimed,
            last_sign: self.last_sign(),
            seconds_per_step: self.seconds_per_step(),
        }
    }

    fn last_sign(&self) -> Option<SystemTime> {
        let saved = self.saved.as_ref().map(|(at, _)| *at);
        let outcome = self.outcome.as_ref().map(|(at, _)| *at);
        let signs = [self.claimed, self.measured, saved, outcome];
        signs.into_iter().flatten().max()
    }

    fn state(&self, now: SystemTime) -> TrialState<'_> {
        let quiet = self.last_sign().map(|sign| age(sign, now));
        match (&self.outcome, &self.stopped, quiet) {
            (Some((_, outcome)), ..) => TrialState::Ended(outcome.termination),
            (None, _, None) => TrialState::Waiting,
            (None, Some(Stopped::Failed { message }), _) => TrialState::Failed(message),
            (None, Some(_), _) => TrialState::Interrupted,
            (None, None, Some(_)) if self.is_held => TrialState::Running,
            (None, None, Some(quiet)) if self.was_held || quiet > QUIET => {
                TrialState::Silent(quiet)
            }
            (None, None, Some(_)) => TrialState::Running,
        }
    }

    /// Its seconds a step so far, measurements included: by the clock of the run, or before the first
    /// snapshot by the times of files.
    fn seconds_per_step(&self) -> Option<f64> {
        if let Some((_, outcome)) = &self.outcome {
            return per_step(outcome.seconds, outcome.steps);
        }
        if let Some((_, saved)) = &self.saved
            && saved.step > 0
        {
            return per_step(saved.seconds, saved.step);
        }
        let last = self.tail.measurements().last()?;
        per_step(age(self.claimed?, self.measured?).as_secs_f64(), last.step)
    }
}

fn per_step(seconds: f64, steps: u64) -> Option<f64> {
    (steps > 0 && seconds > 0.0).then(|| seconds / steps as f64)
}

/// How long before `now` something was; nothing where clocks differ.
pub(super) fn age(then: SystemTime, now: SystemTime) -> Duration {
    now.duration_since(then).unwrap_or_default()
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path)
        .and_then(|metadata| metadata.modified())
        .ok()
}

/// Reads a file again where its time has changed; what was read is dropped where it is gone.
fn refresh<T>(kept: &mut Option<(SystemTime, T)>, path: &Path, read: impl FnOnce() -> Option<T>) {
    let Some(at) = modified(path) else {
        *kept = None;
        return;
    };
    if kept.as_ref().is_none_or(|(then, _)| *then != at) {
        *kept = read().map(|value| (at, value));
    }
}
