//! The folder of one experiment.

use std::fs;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::study_folder::STUDY;
use super::{StoreError, TrialFolder, json, whole_file};

/// Which experiment made a folder, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExperimentIdentity {
    /// The identity of the plan: equal for equal trials, sweeps and claims.
    pub id: String,
    /// The experiment's title.
    pub title: String,
    /// Its question; empty if it asks none.
    pub question: String,
    /// Settings overridden on the command line, as typed.
    pub overrides: Vec<String>,
    /// The command that made the folder, or continued it last.
    pub command: String,
    /// The version of the program that did.
    pub version: String,
}

/// `experiment.json`.
#[derive(Serialize, Deserialize)]
struct Stamp {
    /// The version of the folder's layout.
    format: u32,
    #[serde(flatten)]
    identity: ExperimentIdentity,
}

/// The layout that this version writes, and the latest that it reads.
const FORMAT: u32 = 1;

/// What makes a folder one of an experiment.
pub(super) const STAMP: &str = "experiment.json";
const SPEC: &str = "spec.toml";
const VERDICTS: &str = "verdicts.json";

/// A folder with the results of one experiment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunFolder {
    path: PathBuf,
    /// Folders whose finished trials need not be run again.
    others: Vec<PathBuf>,
}

impl RunFolder {
    /// Opens `path` for the results of an experiment, made if it is not there; `spec` is the
    /// experiment file as given. A folder of the same experiment keeps all its results.
    ///
    /// # Errors
    /// If it holds the results of another experiment or anything else, or cannot be written.
    pub fn open_or_create(
        path: &Path,
        spec: &str,
        identity: &ExperimentIdentity,
    ) -> Result<Self, StoreError> {
        let folder = Self {
            path: path.to_path_buf(),
            others: Vec::new(),
        };
        match folder.stored_identity()? {
            Some(theirs) if theirs.id != identity.id => {
                return Err(StoreError::OtherExperiment {
                    path: path.to_path_buf(),
                    theirs: theirs.title,
                    ours: identity.title.clone(),
                });
            }
            Some(_) => {}
            None => folder.make_or_find_empty()?,
        }
        let stamp = Stamp {
            format: FORMAT,
            identity: identity.clone(),
        };
        // First the stamp: a folder with anything else in it but no stamp is none of ours.
        json::write(&folder.path.join(STAMP), &stamp)?;
        folder.write(SPEC, spec.as_bytes())?;
        Ok(folder)
    }

    /// Opens a folder that has results, to read them.
    ///
    /// # Errors
    /// If it has none, or such as only a later version can read.
    pub fn read(path: &Path) -> Result<Self, StoreError> {
        let folder = Self {
            path: path.to_path_buf(),
            others: Vec::new(),
        };
        folder.identity()?;
        Ok(folder)
    }

    /// The folder itself.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Which experiment made it.
    ///
    /// # Errors
    /// If that cannot be read.
    pub fn identity(&self) -> Result<ExperimentIdentity, StoreError> {
        let path = self.path.clone();
        self.stored_identity()?.ok_or(StoreError::NoRun { path })
    }

    /// Whether it still holds an experiment.
    #[must_use]
    pub fn is_there(&self) -> bool {
        self.path.join(STAMP).is_file()
    }

    /// Its page, if that has been made.
    #[must_use]
    pub fn report_path(&self) -> Option<PathBuf> {
        Some(self.path.join("report.html")).filter(|path| path.is_file())
    }

    /// Where the experiment file as given is.
    #[must_use]
    pub fn spec_path(&self) -> PathBuf {
        self.path.join(SPEC)
    }

    /// The experiment file as given.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn spec(&self) -> Result<String, StoreError> {
        let path = self.spec_path();
        fs::read_to_string(&path).map_err(StoreError::io("read", &path))
    }

    /// The folder of the trial with that identity, which need not be there yet.
    #[must_use]
    pub fn trial(&self, id: &str) -> TrialFolder {
        let below = |folder: &Path| folder.join("trials").join(id);
        let others = self.others.iter().map(|other| below(other));
        TrialFolder::new(below(&self.path), id).or_finished_in(others)
    }

    /// The same folder, which takes trials that are finished in `other` from there. Only what the same
    /// version of the program made is taken.
    ///
    /// # Errors
    /// If `other` has no results, or those of another version.
    pub fn reusing(mut self, other: &Path) -> Result<Self, StoreError> {
        let (ours, theirs) = (self.identity()?, Self::read(other)?.identity()?);
        if theirs.version != ours.version {
            return Err(StoreError::OtherVersion {
                path: other.to_path_buf(),
                theirs: theirs.version,
                ours: ours.version,
            });
        }
        self.others.push(other.to_path_buf());
        Ok(self)
    }

    /// Writes a file of the folder, whole or not at all, and returns where it is; `name` may begin
    /// with folders, which are made.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<PathBuf, StoreError> {
        whole_file::write_below(&self.path, name, bytes)
    }

    /// Writes the rulings on the experiment's claims to `verdicts.json`.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn write_verdicts<V: Serialize>(&self, verdicts: &[V]) -> Result<(), StoreError> {
        json::write(&self.path.join(VERDICTS), verdicts)
    }

    /// The rulings on the experiment's claims; none if they have not been made.
    ///
    /// # Errors
    /// If the file is damaged.
    pub fn verdicts<V: DeserializeOwned>(&self) -> Result<Vec<V>, StoreError> {
        let path = self.path.join(VERDICTS);
        let verdicts = json::read_if_there(&path, StoreError::damaged(&path))?;
        Ok(verdicts.unwrap_or_default())
    }

    fn stored_identity(&self) -> Result<Option<ExperimentIdentity>, StoreError> {
        let path = self.path.join(STAMP);
        let stamp = json::read_if_there(&path, StoreError::damaged(&path))?;
        let Some(Stamp { format, identity }) = stamp else {
            return Ok(None);
        };
        match format {
            0..=FORMAT => Ok(Some(identity)),
            found => Err(StoreError::LaterLayout {
                path: self.path.clone(),
                found,
                known: FORMAT,
                version: identity.version,
            }),
        }
    }

    /// Makes the folder, or makes sure that nothing is in it but what a process that was stopped
    /// while making it may have left.
    fn make_or_find_empty(&self) -> Result<(), StoreError> {
        fs::create_dir_all(&self.path).map_err(StoreError::io("create", &self.path))?;
        let entries = fs::read_dir(&self.path).map_err(StoreError::io("read", &self.path))?;
        for entry in entries {
            let name = entry
                .map_err(StoreError::io("read", &self.path))?
                .file_name();
            if name == *STUDY {
                return Err(StoreError::OtherKind {
                    path: self.path.clone(),
                    theirs: "a study",
                    ours: "an experiment",
                    found: STUDY,
                });
            }
            if !whole_file::is_aside(&name) {
                return Err(StoreError::NotARunFolder {
                    path: self.path.clone(),
                    found: name.to_string_lossy().into_owned(),
                });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(id: &str) -> ExperimentIdentity {
        ExperimentIdentity {
            id: id.into(),
            title: format!("experiment {id}"),
            question: String::new(),
            overrides: vec!["optimizer.learning_rate=0.1".into()],
            command: "thalweg run a.toml".into(),
            version: "0".into(),
        }
    }

    #[test]
    fn the_same_experiment_finds_its_folder_again_and_another_is_refused() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("deep/run");
        RunFolder::open_or_create(&path, "x = 1", &identity("a")).unwrap();
        let again = RunFolder::open_or_create(&path, "x = 1 # one", &identity("a")).unwrap();
        assert_eq!(again.spec().unwrap(), "x = 1 # one");
        let read = RunFolder::read(&path).unwrap();
        assert_eq!(read.identity().unwrap(), identity("a"));
        let error = RunFolder::open_or_create(&path, "x = 2", &identity("b")).unwrap_err();
        let message = error.to_string();
        assert!(
            message.contains("“experiment a”; “experiment b”"),
            "{message}"
        );
        assert!(
            message.contains("deep/run") && message.contains("--out"),
            "{message}"
        );
        assert_eq!(again.spec().unwrap(), "x = 1 # one");
    }

    #[test]
    fn only_folders_of_this_version_are_reused() {
        let parent = tempfile::tempdir().unwrap();
        let make = |name: &str, version: &str| {
            let identity = ExperimentIdentity {
                version: version.into(),
                ..identity(name)
            };
            RunFolder::open_or_create(&parent.path().join(name), "", &identity).unwrap()
        };
        let (ours, same, older) = (make("ours", "2"), make("same", "2"), make("older", "1"));
        let reusing = ours.clone().reusing(same.path()).unwrap();
        assert_eq!(reusing.others, [same.path()]);
        let error = ours.clone().reusing(older.path()).unwrap_err().to_string();
        assert!(error.contains("version 1, this is version 2"), "{error}");
        let error = ours.reusing(&parent.path().join("none")).unwrap_err();
        assert!(matches!(error, StoreError::NoRun { .. }));
    }

    #[test]
    fn experiment_json_has_its_keys_in_order_and_equal_bytes() {
        let parent = tempfile::tempdir().unwrap();
        RunFolder::open_or_create(parent.path(), "", &identity("a")).unwrap();
        let text = fs::read_to_string(parent.path().join(STAMP)).unwrap();
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        let keys: Vec<&String> = value.as_object().unwrap().keys().collect();
        let wanted = "format id title question overrides command version";
        assert_eq!(keys, wanted.split(' ').collect::<Vec<_>>());
        RunFolder::open_or_create(parent.path(), "", &identity("a")).unwrap();
        assert_eq!(fs::read_to_string(parent.path().join(STAMP)).unwrap(), text);
    }

    #[test]
    fn a_folder_with_other_things_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("thesis.tex"), "…").unwrap();
        let error = RunFolder::open_or_create(folder.path(), "", &identity("a")).unwrap_err();
        assert!(error.to_string().contains("`thesis.tex`"), "{error}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        let error = RunFolder::read(folder.path()).unwrap_err();
        assert!(matches!(error, StoreError::NoRun { .. }));
    }

    #[test]
    fn what_a_killed_process_left_while_making_the_folder_is_no_hindrance() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("experiment.json.7.0.part"), "{").unwrap();
        assert!(RunFolder::open_or_create(folder.path(), "", &identity("a")).is_ok());
    }

    #[test]
    fn a_path_that_is_a_file_or_below_one_is_refused_with_advice() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        for path in [&file, &file.join("run")] {
            let error = RunFolder::open_or_create(path, "", &identity("a")).unwrap_err();
            assert!(
                error.to_string().contains("choose another folder"),
                "{error}"
            );
        }
    }

    #[test]
    fn a_damaged_or_later_stamp_is_refused_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        RunFolder::open_or_create(folder.path(), "", &identity("a")).unwrap();
        let path = folder.path().join(STAMP);
        let text = fs::read_to_string(&path).unwrap();
        for (stamp, complaint) in [
            (text[..text.len() / 2].to_string(), "is damaged"),
            (
                text.replace("\"format\": 1", "\"format\": 2"),
                "has layout 2",
            ),
        ] {
            fs::write(&path, &stamp).unwrap();
            let error = RunFolder::open_or_create(folder.path(), "", &identity("a"));
            let message = error.unwrap_err().to_string();
            assert!(message.contains(complaint), "{message}");
            assert_eq!(fs::read_to_string(&path).unwrap(), stamp);
        }
    }

    #[test]
    fn verdicts_are_read_back_and_damage_is_an_error() {
        let parent = tempfile::tempdir().unwrap();
        let folder = RunFolder::open_or_create(parent.path(), "", &identity("a")).unwrap();
        assert!(folder.verdicts::<String>().unwrap().is_empty());
        folder.write_verdicts(&["holds", "undecided"]).unwrap();
        assert_eq!(folder.verdicts::<String>().unwrap(), ["holds", "undecided"]);
        fs::write(parent.path().join(VERDICTS), "[\"holds\"").unwrap();
        let error = folder.verdicts::<String>().unwrap_err().to_string();
        assert!(error.contains("verdicts.json is damaged"), "{error}");
    }
}
