//! The folder of one trial, and who may write to it.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use super::lock::Lock;
use super::{ClaimedTrial, Stopped, StoreError, json, metrics_log, whole_file};
use crate::record::{Measurement, Outcome, Robustness};

/// The folder of one trial, for reading and for claiming it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrialFolder {
    path: PathBuf,
    id: String,
    /// Where else the same trial may be finished.
    elsewhere: Vec<PathBuf>,
}

/// What is kept of a finished trial beside `trial.toml` and `outcome.json`.
const RESULTS: [&str; 4] = [
    "metrics.jsonl",
    "checkpoint.safetensors",
    "best.safetensors",
    "robustness.json",
];

/// What came of asking for a trial.
#[derive(Debug)]
pub enum Claim {
    /// It is finished.
    Finished(Box<Outcome>),
    /// Another holder, in this process or another, is at it.
    Busy,
    /// It is ours until the claim is dropped.
    Ours(ClaimedTrial),
}

impl TrialFolder {
    pub(super) fn new(path: PathBuf, id: &str) -> Self {
        Self {
            path,
            id: id.to_string(),
            elsewhere: Vec::new(),
        }
    }

    /// The same folder, which takes the trial over if it is finished in one of `others`.
    pub(super) fn or_finished_in(mut self, others: impl IntoIterator<Item = PathBuf>) -> Self {
        self.elsewhere.extend(others);
        self
    }

    /// The folder itself.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The identity of the trial.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// How the trial ended, if it did.
    ///
    /// # Errors
    /// If the file is damaged.
    pub fn outcome(&self) -> Result<Option<Outcome>, StoreError> {
        let path = self.file("outcome.json");
        json::read_if_there(&path, StoreError::damaged_trial(&path))
    }

    /// What noise in its parameters did to it, if that was measured.
    ///
    /// # Errors
    /// If the file is damaged.
    pub fn robustness(&self) -> Result<Option<Robustness>, StoreError> {
        let path = self.file("robustness.json");
        json::read_if_there(&path, StoreError::damaged_trial(&path))
    }

    /// Its measurements so far, in order.
    ///
    /// # Errors
    /// If the file is damaged before its last line.
    pub fn measurements(&self) -> Result<Vec<Measurement>, StoreError> {
        metrics_log::read(&self.file("metrics.jsonl"))
    }

    /// Why it has no outcome although it was begun; `None` while it runs, and where its process was
    /// killed.
    ///
    /// # Errors
    /// If the file is damaged.
    pub fn stopped(&self) -> Result<Option<Stopped>, StoreError> {
        let path = self.file(Stopped::FILE);
        json::read_if_there(&path, StoreError::damaged_trial(&path))
    }

    /// Claims the trial, atomically among all who ask, and writes `trial` to its `trial.toml`. A trial
    /// that is finished in another folder that it may be taken from is copied, and is finished here.
    ///
    /// The claim is a lock that the system takes back when its holder ends, however that ends: no
    /// claim outlives its process.
    ///
    /// # Errors
    /// If the folder cannot be written or locked, or the outcome is damaged.
    pub fn claim(&self, trial: &str) -> Result<Claim, StoreError> {
        fs::create_dir_all(&self.path).map_err(StoreError::io("create", &self.path))?;
        let Some(lock) = self.lock()? else {
            return Ok(Claim::Busy);
        };
        whole_file::remove_if_there(&self.file(Stopped::FILE))?;
        if let Some(outcome) = self.outcome()? {
            // Left there by a holder that was stopped between its last two files.
            whole_file::remove_if_there(&self.file("resume.safetensors"))?;
            return Ok(Claim::Finished(Box::new(outcome)));
        }
        whole_file::write(&self.file("trial.toml"), trial.as_bytes())?;
        if let Some(outcome) = self.take_over(trial)? {
            return Ok(Claim::Finished(Box::new(outcome)));
        }
        Ok(Claim::Ours(ClaimedTrial::new(self.clone(), lock)))
    }

    /// Copies the trial from the first folder elsewhere in which it is finished, its outcome last.
    fn take_over(&self, trial: &str) -> Result<Option<Outcome>, StoreError> {
        let is_same = |folder: &&PathBuf| {
            let theirs = fs::read_to_string(folder.join("trial.toml"));
            folder.join("outcome.json").is_file() && theirs.is_ok_and(|theirs| theirs == trial)
        };
        let Some(folder) = self.elsewhere.iter().find(is_same) else {
            return Ok(None);
        };
        for name in RESULTS.into_iter().chain(["outcome.json"]) {
            if let Some(bytes) = whole_file::read_if_there(&folder.join(name))? {
                whole_file::write(&self.file(name), &bytes)?;
            }
        }
        whole_file::remove_if_there(&self.file("resume.safetensors"))?;
        self.outcome()
    }

    /// The lock, or `None` if someone else has it.
    fn lock(&self) -> Result<Option<Lock>, StoreError> {
        let path = self.file("claim");
        let mut options = File::options();
        let options = options.create(true).truncate(false).write(true);
        let file = options.open(&path).map_err(StoreError::io("open", &path))?;
        Lock::if_free(file).map_err(StoreError::io("lock", &path))
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader};
    use std::process::{Child, Command, Stdio};

    use super::*;

    fn folder_in(parent: &Path) -> TrialFolder {
        TrialFolder::new(parent.join("a"), "a")
    }

    fn is_ours(folder: &TrialFolder) -> bool {
        matches!(folder.claim("seeds = [0]").unwrap(), Claim::Ours(_))
    }

    #[test]
    fn a_claim_excludes_others_and_ends_with_its_holder() {
        let parent = tempfile::tempdir().unwrap();
        let folder = folder_in(parent.path());
        let first = folder.claim("seeds = [0]").unwrap();
        assert!(matches!(first, Claim::Ours(_)));
        assert!(matches!(folder.claim("").unwrap(), Claim::Busy));
        let text = fs::read_to_string(folder.file("trial.toml")).unwrap();
        assert_eq!(text, "seeds = [0]");
        drop(first);
        assert!(is_ours(&folder));
    }

    #[test]
    fn a_trial_that_is_finished_elsewhere_is_taken_over_with_all_its_files() {
        let parent = tempfile::tempdir().unwrap();
        let other = TrialFolder::new(parent.path().join("other"), "a");
        let Claim::Ours(held) = other.claim("seeds = [0]").unwrap() else {
            panic!("free");
        };
        let ours = folder_in(parent.path()).or_finished_in([other.path.clone()]);
        // Unfinished there, then finished but another trial, then finished and the same.
        assert!(is_ours(&ours));
        drop(held);
        let outcome = r#"{"termination": "step_limit", "steps": 3, "max_train_accuracy": null,
            "final": {"step": 3, "epoch": 1.0, "time": 0.3}, "best": null, "warnings": [],
            "seconds": 1.0}"#;
        fs::write(other.file("metrics.jsonl"), "{\"step\": 0}\n").unwrap();
        fs::write(other.file("outcome.json"), outcome).unwrap();
        let another = ours.claim("seeds = [1]").unwrap();
        assert!(matches!(another, Claim::Ours(_)));
        drop(another);
        let same = ours.claim("seeds = [0]").unwrap();
        let Claim::Finished(taken) = same else {
            panic!("{same:?}");
        };
        assert_eq!(taken.steps, 3);
        for name in ["metrics.jsonl", "outcome.json", "trial.toml"] {
            let bytes = |folder: &TrialFolder| fs::read(folder.file(name)).unwrap();
            assert_eq!(bytes(&ours), bytes(&other), "{name}");
        }
        assert!(!ours.file("best.safetensors").exists());
    }

    /// Names the folder that the second process of the next test is to claim.
    const CLAIMED_BY_CHILD: &str = "THALWEG_TEST_CLAIM";

    #[test]
    fn a_process_that_is_killed_leaves_no_claim() {
        if let Some(parent) = std::env::var_os(CLAIMED_BY_CHILD) {
            return hold(Path::new(&parent));
        }
        let parent = tempfile::tempdir().unwrap();
        let folder = folder_in(parent.path());
        let mut child = holder(parent.path());
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        assert!(lines.any(|line| line.unwrap().ends_with("held")));
        assert!(matches!(folder.claim("").unwrap(), Claim::Busy));
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(is_ours(&folder));
    }

    /// This test again, in a process of its own.
    fn holder(parent: &Path) -> Child {
        let name = "store::trial_folder::tests::a_process_that_is_killed_leaves_no_claim";
        Command::new(std::env::current_exe().unwrap())
            .args(["--exact", name, "--nocapture"])
            .env(CLAIMED_BY_CHILD, parent)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap()
    }

    /// Claims, says so, and holds until it is killed or its parent is gone.
    fn hold(parent: &Path) {
        let claim = folder_in(parent).claim("").unwrap();
        assert!(matches!(claim, Claim::Ours(_)));
        println!("held");
        let _ = std::io::stdin().read_line(&mut String::new());
    }

    #[test]
    fn a_damaged_outcome_is_an_error_that_says_what_to_do() {
        let parent = tempfile::tempdir().unwrap();
        let folder = folder_in(parent.path());
        assert!(is_ours(&folder));
        for text in ["", "{\"steps\": 3", "[]", "{\"steps\": 3}"] {
            fs::write(folder.file("outcome.json"), text).unwrap();
            let error = folder.claim("").unwrap_err().to_string();
            assert!(error.contains("outcome.json is damaged"), "{error}");
            assert!(error.contains("to have the trial run again"), "{error}");
        }
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_an_error() {
        let parent = tempfile::tempdir().unwrap();
        fs::write(parent.path().join("file"), "").unwrap();
        let folder = folder_in(&parent.path().join("file"));
        let error = folder.claim("").unwrap_err().to_string();
        assert!(error.contains("cannot create"), "{error}");
        assert!(error.contains("choose another folder"), "{error}");
    }
}
