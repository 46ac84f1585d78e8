//! Measurements as TensorBoard event files, for people who watch their runs there.
//!
//! [`Board`] writes `tensorboard/<trial>/events.out.tfevents.…` in a run folder as trials measure, or
//! afterwards from what they stored. [`tag`] says what a quantity is called there, `event.rs` has the
//! message of one measurement, `record.rs` the frame round it, [`EventLog`] the files of a trial.
//! Event files are no results: they enter no identity, and nothing reads them but TensorBoard.

mod event;
mod event_log;
mod name;
mod record;
mod tag;

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

pub use self::event_log::EventLog;
pub use self::tag::tag;
use crate::plan::{Plan, PlannedTrial};
use crate::record::Measurement;
use crate::store::{RunFolder, StoreError};

/// The event files of all trials of a run folder.
#[derive(Debug)]
pub struct Board {
    folder: RunFolder,
    /// The folder of each trial by its identity.
    names: HashMap<String, String>,
    logs: Mutex<HashMap<String, Written>>,
}

/// What has become of the event files of a trial.
#[derive(Debug)]
enum Written {
    Open(EventLog),
    /// They could not be written: said once, and left alone from then on.
    GivenUp,
}

/// Why event files could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BoardError {
    /// The system refused.
    #[error(
        "cannot write TensorBoard events below {}: {source}; the trial goes on without them, and \
         `thalweg export --tensorboard` writes them from its measurements", path.display()
    )]
    Io {
        /// The folder of the trial's events.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// Measurements that cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Board {
    /// For the trials of a plan, in `tensorboard/` of their run folder. Folders of trials are named by
    /// the settings in which these differ.
    #[must_use]
    pub fn new(folder: &RunFolder, plan: &Plan) -> Self {
        Self {
            folder: folder.clone(),
            names: name::all(&plan.trials),
            logs: Mutex::default(),
        }
    }

    /// Where the event files are.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("tensorboard")
    }

    /// To be called when a trial begins or goes on after an interruption, with the measurements that
    /// it kept: brings its event files to exactly those.
    ///
    /// # Errors
    /// If the system refuses. The trial's events are then given up.
    pub fn began(&self, trial: &PlannedTrial, kept: &[Measurement]) -> Result<(), BoardError> {
        let path = self.folder_of(trial);
        let opened = EventLog::open(&path, kept, SystemTime::now());
        self.keep(trial, opened)
    }

    /// To be called with each further measurement.
    ///
    /// # Errors
    /// If the system refuses. The trial's events are then given up, and no more errors said.
    pub fn measured(
        &self,
        trial: &PlannedTrial,
        measurement: &Measurement,
    ) -> Result<(), BoardError> {
        let taken = self.logs().remove(&trial.id);
        let Some(Written::Open(mut log)) = taken else {
            self.logs().extend(taken.map(|one| (trial.id.clone(), one)));
            return Ok(());
        };
        let appended = log.append(measurement, SystemTime::now());
        self.keep(trial, appended.map(|()| log))
    }

    /// Brings the event files of a trial to all that it has stored. Points that are not there yet have
    /// the time at which the last measurement was stored.
    ///
    /// # Errors
    /// If measurements cannot be read or events not written.
    pub fn complete(&self, trial: &PlannedTrial) -> Result<(), BoardError> {
        if let Some(Written::GivenUp) = self.logs().remove(&trial.id) {
            return Ok(());
        }
        let stored = self.folder.trial(&trial.id);
        let measurements = stored.measurements()?;
        if measurements.is_empty() {
            return Ok(());
        }
        let modified = std::fs::metadata(stored.path().join("metrics.jsonl"));
        let modified = modified.and_then(|data| data.modified());
        let time = modified.unwrap_or_else(|_| SystemTime::now());
        let path = self.folder_of(trial);
        let opened = EventLog::open(&path, &measurements, time);
        opened
            .map(|_| ())
            .map_err(|source| BoardError::Io { path, source })
    }

    fn folder_of(&self, trial: &PlannedTrial) -> PathBuf {
        let name = self.names.get(&trial.id);
        self.path().join(name.unwrap_or(&trial.id))
    }

    fn keep(&self, trial: &PlannedTrial, log: io::Result<EventLog>) -> Result<(), BoardError> {
        let (written, result) = match log {
            Ok(log) => (Written::Open(log), Ok(())),
            Err(source) => {
                let path = self.folder_of(trial);
                (Written::GivenUp, Err(BoardError::Io { path, source }))
            }
        };
        self.logs().insert(trial.id.clone(), written);
        result
    }

    fn logs(&self) -> std::sync::MutexGuard<'_, HashMap<String, Written>> {
        self.logs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
