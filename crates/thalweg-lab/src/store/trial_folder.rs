//! The folder of one trial, and who may write to it.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use super::lock::Lock;
use super::{ClaimedTrial, StoreError, json, metrics_log, whole_file};
use crate::record::{Measurement, Outcome, Robustness};

/// The folder of one trial, for reading and for claiming it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrialFolder {
    path: PathBuf,
    id: String,
}

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
        }
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

    pub(super) fn file(&self, name: &str) -> PathBuf {
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

    /// Claims the trial, atomically among all who ask, and writes `trial` to its `trial.toml`.
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
        if let Some(outcome) = self.outcome()? {
            // Left there by a holder that was stopped between its last two files.
            whole_file::remove_if_there(&self.file("resume.safetensors"))?;
            return Ok(Claim::Finished(Box::new(outcome)));
        }
        whole_file::write(&self.file("trial.toml"), trial.as_bytes())?;
        Ok(Claim::Ours(ClaimedTrial::new(self.clone(), lock)))
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
