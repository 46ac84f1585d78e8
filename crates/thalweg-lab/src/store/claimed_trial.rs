//! A trial that is being run: where it continues, what it saves, how it is finished.

use std::path::Path;

use thalweg::network::Parameters;

use super::lock::Lock;
use super::{
    CheckpointLabel, MetricsLog, Snapshot, Stopped, Storable, StoreError, TrialFolder, checkpoint,
    json, whole_file,
};
use crate::record::{Measurement, Outcome, Robustness};

/// A trial that only its holder writes to.
#[derive(Debug)]
pub struct ClaimedTrial {
    folder: TrialFolder,
    _lock: Lock,
}

/// Where a claimed trial starts.
#[derive(Clone, Debug, PartialEq)]
pub enum Start<T> {
    /// At its beginning: nothing was saved.
    Fresh,
    /// Where it stopped.
    Resumed(Box<Snapshot<T>>),
    /// At its beginning, although something was saved.
    Restarted(LostSnapshot),
}

/// Why what was saved of a trial is of no use. This costs time and nothing else.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LostSnapshot {
    /// The snapshot cannot be read.
    #[error("its snapshot is damaged ({reason}); it starts again from its beginning")]
    Damaged {
        /// What is wrong with it.
        reason: String,
    },
    /// Measurements made before the snapshot are gone.
    #[error(
        "its log has {found} of the {wanted} bytes that it had at the snapshot; it starts again \
         from its beginning"
    )]
    ShortLog {
        /// The length of the log.
        found: u64,
        /// What it was at the snapshot.
        wanted: u64,
    },
}

impl ClaimedTrial {
    pub(super) fn new(folder: TrialFolder, lock: Lock) -> Self {
        Self {
            folder,
            _lock: lock,
        }
    }

    /// Its folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Its measurements so far, in order.
    ///
    /// # Errors
    /// If the file is damaged before its last line.
    pub fn measurements(&self) -> Result<Vec<Measurement>, StoreError> {
        self.folder.measurements()
    }

    /// Where to start, and the log, cut to what it was there: what is appended to it makes it byte
    /// for byte the log of a run without interruption.
    ///
    /// A snapshot that cannot be used is removed, and the trial starts again.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn start<T: Storable>(&self) -> Result<(Start<T>, MetricsLog), StoreError> {
        let mut log = MetricsLog::open(&self.folder.file("metrics.jsonl"))?;
        let path = self.folder.file("resume.safetensors");
        let start = match whole_file::read_if_there(&path)? {
            Some(bytes) => judge(&bytes, &log),
            None => Start::Fresh,
        };
        if let Start::Restarted(_) = start {
            // Left there, it would suit a longer log of the run that now begins.
            whole_file::remove_if_there(&path)?;
        }
        log.truncate(match &start {
            Start::Resumed(snapshot) => snapshot.progress.log_bytes,
            Start::Fresh | Start::Restarted(_) => 0,
        })?;
        Ok((start, log))
    }

    /// Replaces the snapshot, after the log has reached the disk.
    ///
    /// # Errors
    /// If the system refuses; the snapshot before is then still there.
    pub fn save<T: Storable>(
        &self,
        snapshot: &Snapshot<T>,
        log: &MetricsLog,
    ) -> Result<(), StoreError> {
        log.sync()?;
        let path = self.folder.file("resume.safetensors");
        let bytes = snapshot.encode().map_err(StoreError::encode(&path))?;
        whole_file::write(&path, &bytes)
    }

    /// Says why the trial stops without an outcome, for those who look at the folder meanwhile.
    ///
    /// # Errors
    /// If the system refuses; nothing but this is then lost.
    pub fn stop(&self, why: &Stopped) -> Result<(), StoreError> {
        json::write(&self.folder.file(Stopped::FILE), why)
    }

    /// Writes the final parameters, the best ones if `outcome` has a best point, what noise did to
    /// them if that was measured, and then the outcome, and removes the snapshot: a trial with an
    /// outcome is finished and has all its files.
    ///
    /// # Errors
    /// If the system refuses; the trial then continues from its last snapshot.
    pub fn finish<T: Storable>(
        &self,
        parameters: &Parameters,
        (theta, best_theta): (&[T], &[T]),
        outcome: &Outcome,
        robustness: Option<&Robustness>,
        log: &MetricsLog,
    ) -> Result<(), StoreError> {
        log.sync()?;
        let checkpoint = |name: &str, theta: &[T], step: u64| {
            let label = CheckpointLabel {
                format: CheckpointLabel::FORMAT,
                trial: self.folder.id().to_string(),
                step,
            };
            checkpoint::write(&self.folder.file(name), parameters, theta, &label)
        };
        checkpoint("checkpoint.safetensors", theta, outcome.steps)?;
        if let Some(best) = &outcome.best {
            checkpoint("best.safetensors", best_theta, best.step)?;
        }
        if let Some(robustness) = robustness {
            json::write(&self.folder.file("robustness.json"), robustness)?;
        }
        json::write(&self.folder.file("outcome.json"), outcome)?;
        whole_file::remove_if_there(&self.folder.file("resume.safetensors"))
    }
}

/// Whether a snapshot can be used with a log.
fn judge<T: Storable>(snapshot: &[u8], log: &MetricsLog) -> Start<T> {
    match Snapshot::decode(snapshot) {
        Err(reason) => Start::Restarted(LostSnapshot::Damaged { reason }),
        Ok(snapshot) if snapshot.progress.log_bytes > log.bytes() => {
            Start::Restarted(LostSnapshot::ShortLog {
                found: log.bytes(),
                wanted: snapshot.progress.log_bytes,
            })
        }
        Ok(snapshot) => Start::Resumed(Box::new(snapshot)),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use thalweg::network::{Activation, Mlp, Network};

    use super::*;
    use crate::record::Termination;
    use crate::store::{Checkpoint, Claim, Progress};

    fn at(step: u64) -> Measurement {
        Measurement {
            step,
            ..Measurement::default()
        }
    }

    fn outcome(best: Option<Measurement>) -> Outcome {
        Outcome {
            termination: Termination::EpochLimit,
            steps: 9,
            max_train_accuracy: Some(1.0),
            last: at(9),
            best,
            warnings: vec![],
            seconds: 1.0,
        }
    }

    fn folder_in(parent: &Path) -> TrialFolder {
        TrialFolder::new(parent.join("a"), "a")
    }

    fn claimed(folder: &TrialFolder) -> ClaimedTrial {
        match folder.claim("seeds = [0]").unwrap() {
            Claim::Ours(trial) => trial,
            other => panic!("{other:?}"),
        }
    }

    fn snapshot(log: &MetricsLog) -> Snapshot<f64> {
        Snapshot {
            theta: vec![1.0, 2.0],
            best_theta: vec![],
            memory: vec![],
            progress: Progress {
                log_bytes: log.bytes(),
                ..Progress::default()
            },
        }
    }

    /// A trial stopped some measurements after its snapshot, and that snapshot.
    fn interrupted(parent: &Path) -> (ClaimedTrial, Snapshot<f64>) {
        let trial = claimed(&folder_in(parent));
        let (start, mut log) = trial.start::<f64>().unwrap();
        assert_eq!(start, Start::Fresh);
        log.append(&at(0)).unwrap();
        let snapshot = snapshot(&log);
        trial.save(&snapshot, &log).unwrap();
        log.append(&at(1)).unwrap();
        (trial, snapshot)
    }

    #[test]
    fn a_trial_continues_from_its_snapshot_into_the_same_bytes() {
        let parent = tempfile::tempdir().unwrap();
        let (trial, snapshot) = interrupted(parent.path());
        let path = trial.path().join("metrics.jsonl");
        let uninterrupted = fs::read(&path).unwrap();
        fs::write(&path, [&uninterrupted[..], b"{\"step\":2,\"ep"].concat()).unwrap();
        let (start, mut log) = trial.start().unwrap();
        assert_eq!(start, Start::Resumed(Box::new(snapshot)));
        log.append(&at(1)).unwrap();
        assert_eq!(fs::read(&path).unwrap(), uninterrupted);
    }

    #[test]
    fn a_log_shorter_than_at_the_snapshot_has_the_trial_start_again() {
        let parent = tempfile::tempdir().unwrap();
        let (trial, snapshot) = interrupted(parent.path());
        fs::write(trial.path().join("metrics.jsonl"), "{").unwrap();
        let (start, log) = trial.start::<f64>().unwrap();
        let wanted = snapshot.progress.log_bytes;
        let lost = LostSnapshot::ShortLog { found: 1, wanted };
        assert_eq!(start, Start::Restarted(lost));
        assert_eq!(log.bytes(), 0);
        assert_eq!(trial.start::<f64>().unwrap().0, Start::Fresh);
    }

    #[test]
    fn a_damaged_snapshot_has_the_trial_start_again_and_says_so() {
        let parent = tempfile::tempdir().unwrap();
        let (trial, _) = interrupted(parent.path());
        let path = trial.path().join("resume.safetensors");
        let bytes = fs::read(&path).unwrap();
        fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
        let (start, log) = trial.start::<f64>().unwrap();
        let Start::Restarted(lost) = start else {
            panic!("{start:?}");
        };
        assert!(
            lost.to_string().contains("its snapshot is damaged"),
            "{lost}"
        );
        assert!(log.bytes() == 0 && !path.exists());
    }

    #[test]
    fn a_finished_trial_has_all_its_files_and_no_snapshot() {
        let parent = tempfile::tempdir().unwrap();
        let folder = folder_in(parent.path());
        let trial = claimed(&folder);
        let (_, log) = trial.start::<f32>().unwrap();
        let parameters = Mlp::new(1, &[], 2, Activation::Relu).unwrap().parameters();
        let outcome = outcome(Some(at(5)));
        let (theta, best) = ([1.0_f32; 4], [2.0_f32; 4]);
        trial
            .finish(&parameters, (&theta, &best), &outcome, None, &log)
            .unwrap();
        let read = |name: &str| Checkpoint::<f32>::read(&folder.file(name)).unwrap();
        assert_eq!(read("checkpoint.safetensors").label.step, 9);
        assert_eq!(read("best.safetensors").label.step, 5);
        assert_eq!(
            read("best.safetensors").tensors["layers.0.bias"].1,
            [2.0; 2]
        );
        drop(trial);
        fs::write(
            folder.file("resume.safetensors"),
            "left by a killed process",
        )
        .unwrap();
        let claim = folder.claim("").unwrap();
        assert!(matches!(claim, Claim::Finished(found) if *found == outcome));
        assert!(!folder.file("resume.safetensors").exists());
    }

    #[test]
    fn parameters_that_do_not_fit_leave_the_trial_unfinished() {
        let parent = tempfile::tempdir().unwrap();
        let folder = folder_in(parent.path());
        let trial = claimed(&folder);
        let (_, log) = trial.start::<f32>().unwrap();
        let parameters = Mlp::new(1, &[], 2, Activation::Relu).unwrap().parameters();
        let outcome = outcome(Some(at(5)));
        assert!(
            trial
                .finish(&parameters, (&[1.0_f32; 4], &[]), &outcome, None, &log)
                .is_err()
        );
        assert_eq!(folder.outcome().unwrap(), None);
    }
}
