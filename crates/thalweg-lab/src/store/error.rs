//! What can go wrong with files.

use std::io;
use std::path::{Path, PathBuf};

use crate::spec::ExperimentError;

/// A file or folder that cannot be read, written or believed. Nothing that was stored is lost.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The system refused.
    #[error("cannot {action} {}: {source}{}", path.display(), remedy(source))]
    Io {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// A file of a trial that does not hold what it should.
    #[error(
        "{} is damaged: {reason}; remove {} to have the trial run again", path.display(),
        path.parent().unwrap_or(path).display()
    )]
    DamagedTrial {
        /// The file, in the folder of its trial.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A file of the run itself that does not hold what it should.
    #[error("{} is damaged: {reason}; restore it, or choose another folder with --out", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// Contents that have no form in the kind of file they were meant for.
    #[error("cannot write {}: {reason}; this is a mistake of the program, please report it", path.display())]
    Encode {
        /// The file.
        path: PathBuf,
        /// What has no form.
        reason: String,
    },
    /// The folder holds the results of something else.
    #[error(
        "{} holds the results of “{theirs}”; “{ours}” is another experiment: trials, sweeps or \
         claims differ. Choose another folder with --out, or remove that one if you no longer \
         need it", path.display()
    )]
    OtherExperiment {
        /// The folder.
        path: PathBuf,
        /// The title of the experiment that made it.
        theirs: String,
        /// The title of the experiment that was to be stored.
        ours: String,
    },
    /// The folder holds things, but no results of ours.
    #[error(
        "{} is not empty (it has `{found}`) and was not made by thalweg; choose a new or empty \
         folder with --out", path.display()
    )]
    NotARunFolder {
        /// The folder.
        path: PathBuf,
        /// One of the things in it.
        found: String,
    },
    /// The folder holds the results of another study.
    #[error(
        "{} holds the results of the study `{theirs}`, not of `{ours}`; choose another folder with \
         --out, or remove that one if you no longer need it", path.display()
    )]
    OtherStudy {
        /// The folder.
        path: PathBuf,
        /// The name of the study that made it.
        theirs: String,
        /// The name of the study that was to be stored.
        ours: String,
    },
    /// The folder holds results of the other kind: of an experiment where a study was to be stored,
    /// or the other way round.
    #[error(
        "{} holds the results of {theirs}, not of {ours} (it has `{found}`); choose another folder \
         with --out", path.display()
    )]
    OtherKind {
        /// The folder.
        path: PathBuf,
        /// The kind that made it.
        theirs: &'static str,
        /// The kind that was to be stored.
        ours: &'static str,
        /// What tells.
        found: &'static str,
    },
    /// The file of a study that does not hold what it should.
    #[error(
        "{} is damaged: {reason}; remove {} and run the study again", path.display(),
        path.parent().unwrap_or(path).display()
    )]
    DamagedStudy {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The folder has results of another version of the program, which are not taken over.
    #[error(
        "{} was made by version {theirs}, this is version {ours}: its trials are not taken over; \
         leave out that --reuse to run them again", path.display()
    )]
    OtherVersion {
        /// The folder.
        path: PathBuf,
        /// The version that made it.
        theirs: String,
        /// This version.
        ours: String,
    },
    /// A folder that is none of a trial.
    #[error(
        "{} is no folder of a trial: it has no trial.toml; give one such as {}",
        path.display(), example.display()
    )]
    NoTrial {
        /// The folder.
        path: PathBuf,
        /// One that is, or what one looks like.
        example: PathBuf,
    },
    /// There is nothing to read.
    #[error(
        "{} holds no results: it has neither experiment.json nor study.json; give the folder of a \
         run or a study", path.display()
    )]
    NoRun {
        /// The folder.
        path: PathBuf,
    },
    /// The folder has a layout that this version does not know.
    #[error(
        "{} has layout {found}, and this version knows layouts up to {known}; use version \
         {version} or a later one, or choose another folder with --out", path.display()
    )]
    LaterLayout {
        /// The folder.
        path: PathBuf,
        /// The version of its layout.
        found: u32,
        /// The latest version known.
        known: u32,
        /// The version of the program that made it.
        version: String,
    },
    /// The stored experiment file states another experiment than the one that made the folder.
    #[error(
        "{} does not state the experiment whose results stand beside it (plan {found} instead of \
         {expected}, made by version {version}); restore it, or run the experiment again into \
         another folder", path.display()
    )]
    ChangedSpec {
        /// The experiment file in the folder.
        path: PathBuf,
        /// The plan that it states.
        found: String,
        /// The plan that made the folder.
        expected: String,
        /// The version of the program that made the folder.
        version: String,
    },
    /// The stored experiment file is not valid, as one edited by hand may be.
    #[error(transparent)]
    Spec(#[from] ExperimentError),
}

impl StoreError {
    /// For `map_err`: what was tried on which path.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Self::Io {
            action,
            path,
            source,
        }
    }

    /// For `map_err`: contents that have no form.
    pub(super) fn encode<E: ToString>(path: &Path) -> impl FnOnce(E) -> Self {
        let path = path.to_path_buf();
        move |reason| Self::Encode {
            path,
            reason: reason.to_string(),
        }
    }

    /// For `map_err`: a damaged file of a trial.
    pub(super) fn damaged_trial<E: ToString>(path: &Path) -> impl FnOnce(E) -> Self {
        let path = path.to_path_buf();
        move |reason| Self::DamagedTrial {
            path,
            reason: reason.to_string(),
        }
    }

    /// For `map_err`: a damaged file of a study.
    pub(super) fn damaged_study<E: ToString>(path: &Path) -> impl FnOnce(E) -> Self {
        let path = path.to_path_buf();
        move |reason| Self::DamagedStudy {
            path,
            reason: reason.to_string(),
        }
    }

    /// For `map_err`: a damaged file of the run.
    pub(super) fn damaged<E: ToString>(path: &Path) -> impl FnOnce(E) -> Self {
        let path = path.to_path_buf();
        move |reason| Self::Damaged {
            path,
            reason: reason.to_string(),
        }
    }
}

fn remedy(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "; free some space and run the same command again: it continues where it stopped"
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "; choose a folder that you may write to with --out"
        }
        io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => {
            "; there is a file where a folder is needed: choose another folder with --out"
        }
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_name_the_path_and_what_to_do() {
        for (kind, advice) in [
            (io::ErrorKind::StorageFull, "free some space"),
            (io::ErrorKind::QuotaExceeded, "free some space"),
            (io::ErrorKind::ReadOnlyFilesystem, "you may write to"),
            (io::ErrorKind::PermissionDenied, "you may write to"),
            (io::ErrorKind::NotADirectory, "choose another folder"),
        ] {
            let error = StoreError::io("write", Path::new("runs/a"))(kind.into());
            let message = error.to_string();
            assert!(message.starts_with("cannot write runs/a: "), "{message}");
            assert!(message.contains(advice), "{message}");
        }
        let error = StoreError::damaged_trial(Path::new("trials/b/outcome.json"))("torn");
        let message = error.to_string();
        assert!(message.contains("remove trials/b to have"), "{message}");
    }
}
