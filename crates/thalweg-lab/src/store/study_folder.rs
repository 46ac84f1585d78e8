//! The folder of one study.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{StoreError, run_folder, study_table, whole_file};
use crate::study::{Findings, Table};

/// What a study found, as it is stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoredStudy {
    /// The name of the study.
    pub name: String,
    /// The command that ran it.
    pub command: String,
    /// The version of the program that did.
    pub version: String,
    /// What it found.
    pub findings: Findings,
}

/// `study.json`.
#[derive(Serialize)]
struct Stamped<'a> {
    /// The version of the folder's layout.
    format: u32,
    #[serde(flatten)]
    study: &'a StoredStudy,
}

/// What every version of `study.json` begins with.
#[derive(Deserialize)]
struct Stamp {
    format: u32,
    name: String,
    version: String,
}

/// The layout that this version writes, and the latest that it reads.
const FORMAT: u32 = 1;

/// What makes a folder one of a study.
pub(super) const STUDY: &str = "study.json";

/// A folder with the findings of one study.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StudyFolder {
    path: PathBuf,
}

impl StudyFolder {
    /// Opens `path` for the findings of the study called `name`, made if it is not there. What an
    /// earlier run of that study left is kept until [`Self::write_study`] replaces it.
    ///
    /// # Errors
    /// If it holds the results of another study, of an experiment or anything else, or cannot be
    /// made.
    pub fn open_or_create(path: &Path, name: &str) -> Result<Self, StoreError> {
        let folder = Self {
            path: path.to_path_buf(),
        };
        match folder.bytes()? {
            Some(bytes) => folder.expect(name, &bytes)?,
            None => folder.make_or_find_empty()?,
        }
        Ok(folder)
    }

    /// Opens a folder that has findings, and reads them; `None` if it has no `study.json`.
    ///
    /// # Errors
    /// If that is damaged, or such as only a later version can read.
    pub fn read(path: &Path) -> Result<Option<(Self, StoredStudy)>, StoreError> {
        let folder = Self {
            path: path.to_path_buf(),
        };
        let Some(bytes) = folder.bytes()? else {
            return Ok(None);
        };
        folder.stamp(&bytes)?;
        let file = folder.path.join(STUDY);
        let study: StoredStudy =
            serde_json::from_slice(&bytes).map_err(StoreError::damaged_study(&file))?;
        let examined = study.findings.examine();
        examined.map_err(StoreError::damaged_study(&file))?;
        Ok(Some((folder, study)))
    }

    /// The folder itself.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes what a study found: `study.json`, then its tables as Parquet and CSV. The same study
    /// makes the same bytes.
    ///
    /// # Errors
    /// If the system refuses, or the findings are such as cannot be stored.
    pub fn write_study(&self, study: &StoredStudy) -> Result<(), StoreError> {
        let path = self.path.join(STUDY);
        let examined = study.findings.examine();
        examined.map_err(StoreError::encode(&path))?;
        let format = FORMAT;
        let mut text =
            serde_json::to_vec(&Stamped { format, study }).map_err(StoreError::encode(&path))?;
        text.push(b'\n');
        self.write(STUDY, &text)?;
        study
            .findings
            .tables
            .iter()
            .try_for_each(|table| self.write_table(table))
    }

    fn write_table(&self, table: &Table) -> Result<(), StoreError> {
        let name = |ending: &str| format!("tables/{}.{ending}", table.name);
        let path = |name: &str| self.path.join(name);
        let (csv, parquet) = (name("csv"), name("parquet"));
        let text = study_table::csv(table).map_err(StoreError::encode(&path(&csv)))?;
        let bytes = study_table::parquet(table).map_err(StoreError::encode(&path(&parquet)))?;
        self.write(&csv, &text)?;
        self.write(&parquet, &bytes)?;
        Ok(())
    }

    /// Writes a file of the folder, whole or not at all, and returns where it is; `name` may begin
    /// with folders, which are made.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<PathBuf, StoreError> {
        whole_file::write_below(&self.path, name, bytes)
    }

    fn bytes(&self) -> Result<Option<Vec<u8>>, StoreError> {
        whole_file::read_if_there(&self.path.join(STUDY))
    }

    fn stamp(&self, bytes: &[u8]) -> Result<Stamp, StoreError> {
        let file = self.path.join(STUDY);
        let stamp: Stamp =
            serde_json::from_slice(bytes).map_err(StoreError::damaged_study(&file))?;
        match stamp.format {
            0..=FORMAT => Ok(stamp),
            found => Err(StoreError::LaterLayout {
                path: self.path.clone(),
                found,
                known: FORMAT,
                version: stamp.version,
            }),
        }
    }

    fn expect(&self, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let stamp = self.stamp(bytes)?;
        if stamp.name == name {
            return Ok(());
        }
        Err(StoreError::OtherStudy {
            path: self.path.clone(),
            theirs: stamp.name,
            ours: name.to_owned(),
        })
    }

    /// Makes the folder, or makes sure that nothing is in it but what a process that was stopped
    /// while writing may have left.
    fn make_or_find_empty(&self) -> Result<(), StoreError> {
        fs::create_dir_all(&self.path).map_err(StoreError::io("create", &self.path))?;
        let entries = fs::read_dir(&self.path).map_err(StoreError::io("read", &self.path))?;
        for entry in entries {
            let entry = entry.map_err(StoreError::io("read", &self.path))?;
            self.refuse(&entry.file_name())?;
        }
        Ok(())
    }

    /// Refuses a folder that has something of that name in it.
    fn refuse(&self, name: &std::ffi::OsStr) -> Result<(), StoreError> {
        let path = self.path.clone();
        if name == run_folder::STAMP {
            return Err(StoreError::OtherKind {
                path,
                theirs: "an experiment",
                ours: "a study",
                found: run_folder::STAMP,
            });
        }
        if whole_file::is_aside(name) {
            return Ok(());
        }
        let found = name.to_string_lossy().into_owned();
        Err(StoreError::NotARunFolder { path, found })
    }
}

#[cfg(test)]
mod tests;
