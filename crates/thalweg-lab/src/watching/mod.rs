//! A run as somebody sees it who only looks on: how far its trials are, how fast they go, what is left.
//!
//! Everything is read from the run folder while others write there. Nothing is locked and nothing
//! written; a torn last line is left for the next look, and a trial may appear or vanish between two.
//!
//! The times are those of files: when a trial was claimed, when it last stored anything. A running trial
//! stores a snapshot every half minute, so one that has been quiet for [`QUIET`] is measuring at length
//! or was killed, and is called [`TrialState::Silent`]. Where the system lists locks, one that is held says
//! that a trial runs however quiet it is, and one that was held and no longer is that it was killed.

mod followed;
mod forecast;
mod group;
mod held;
mod position;
#[cfg(test)]
mod tests;
mod watched;

use std::path::Path;
use std::time::{Duration, SystemTime};

pub use self::forecast::Forecast;
pub use self::group::Group;
pub use self::watched::{Counts, Standing, TrialState, Watched, WatchedTrial};

use self::followed::Followed;
use self::held::Held;
use crate::spec::Setting;
use crate::store::{RunFolder, StoreError, StoredRun};

/// How long a trial that runs may store nothing before it is called silent.
pub const QUIET: Duration = Duration::from_secs(90);

/// Looks at a run folder again and again, and reads only what has changed.
#[derive(Debug)]
pub struct Watcher {
    folder: RunFolder,
    title: String,
    varied: Vec<&'static str>,
    trials: Vec<Followed>,
}

impl Watcher {
    /// Opens the folder of a run, which need not have begun a trial yet.
    ///
    /// # Errors
    /// If it is no run folder, or its experiment file does not state the experiment that made it.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let (folder, identity, plan) = StoredRun::plan(path)?;
        let trials = plan.trials.into_iter();
        let mut trials: Vec<Followed> = trials
            .map(|planned| Followed::new(folder.trial(&planned.id), planned))
            .collect();
        let varied = varied_paths(&trials);
        for trial in &mut trials {
            trial
                .settings
                .retain(|(path, value)| varied.contains(path) && *value != Setting::Absent);
        }
        Ok(Self {
            title: identity.title,
            varied,
            trials,
            folder,
        })
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &RunFolder {
        &self.folder
    }

    /// The run as it stands; `now` is what ages of files are counted from.
    pub fn look(&mut self, now: SystemTime) -> Watched<'_> {
        let held = Held::now();
        for trial in &mut self.trials {
            trial.follow(&held);
        }
        let trials: Vec<WatchedTrial<'_>> =
            self.trials.iter().map(|trial| trial.watched(now)).collect();
        Watched {
            title: &self.title,
            varied: &self.varied,
            is_there: self.folder.is_there(),
            report: self.folder.report_path(),
            forecast: Forecast::of(&trials, now),
            trials,
            now,
        }
    }
}

/// The paths of the settings of which trials have different values, in the order of the file. One that
/// merely does not apply to some has no other value there; the widths of layers are left out where
/// `width` or `depth` says the same.
fn varied_paths(trials: &[Followed]) -> Vec<&'static str> {
    let value = |trial: &Followed, path: &str| {
        let found = trial.settings.iter().find(|(one, _)| *one == path);
        found
            .map(|(_, value)| value.clone())
            .filter(|value| *value != Setting::Absent)
    };
    let paths = trials.first().into_iter().flat_map(|one| &one.settings);
    let varies = |path: &&str| {
        let mut values = trials.iter().filter_map(|trial| value(trial, path));
        let first = values.next();
        values.any(|value| Some(value) != first)
    };
    let mut varied: Vec<&'static str> = paths.map(|(path, _)| *path).filter(varies).collect();
    if ["network.width", "network.depth"]
        .iter()
        .any(|path| varied.contains(path))
    {
        varied.retain(|path| *path != "network.hidden_widths");
    }
    varied
}
