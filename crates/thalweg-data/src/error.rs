//! What can go wrong between a name and a dataset.

use crate::{Attempt, IdxError, ImageShape, Sha256, catalogue};
use std::fmt::Write;
use std::io;
use std::path::PathBuf;
use thiserror::Error;

/// Why there is no dataset.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DataError {
    /// A file is there but cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A file of the cache cannot be written: no permission, a full disk.
    #[error("cannot write {}: {source}; make room or choose another cache directory", path.display())]
    Unwritable {
        /// The file or directory.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A file is not the IDX file it should be.
    #[error("{} is not a valid IDX file: {source}", path.display())]
    Idx {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: IdxError,
    },
    /// The folder of a dataset does not exist.
    #[error("there is no folder {}", folder.display())]
    NoFolder {
        /// The folder.
        folder: PathBuf,
    },
    /// One of the four files is in the folder under none of its names.
    #[error("folder {} has none of {}; one of them is needed", folder.display(), names.join(", "))]
    MissingFile {
        /// The folder.
        folder: PathBuf,
        /// The names that were looked for.
        names: [&'static str; 4],
    },
    /// There are not as many labels as images.
    #[error(
        "{} holds {images} images but {} holds {labels} labels; the files do not belong together",
        images_path.display(), labels_path.display()
    )]
    CountMismatch {
        /// The file of images.
        images_path: PathBuf,
        /// Images in it.
        images: usize,
        /// The file of labels.
        labels_path: PathBuf,
        /// Labels in it.
        labels: usize,
    },
    /// A label names no class.
    #[error(
        "{}: the label at position {position} (counted from 0) is {label}, outside the {classes} classes 0 to {}",
        path.display(), classes - 1
    )]
    LabelOutsideClasses {
        /// The file of labels.
        path: PathBuf,
        /// The position of the first such label, counted from 0.
        position: usize,
        /// The label.
        label: u8,
        /// The number of classes.
        classes: usize,
    },
    /// Training and test images differ in shape.
    #[error(
        "{} holds images of {train} pixels but {} of {test}; training and test images must have one shape",
        train_path.display(), test_path.display()
    )]
    ShapeMismatch {
        /// The file of training images.
        train_path: PathBuf,
        /// Their shape.
        train: ImageShape,
        /// The file of test images.
        test_path: PathBuf,
        /// Their shape.
        test: ImageShape,
    },
    /// More examples were asked for than there are, or none.
    #[error("cannot take the first {asked} of {present} examples; ask for 1 to {present}")]
    ExampleCount {
        /// Examples asked for.
        asked: usize,
        /// Examples there are.
        present: usize,
    },
    /// The catalogue has no dataset of this name.
    #[error(
        "there is no dataset {name:?}; known are {}. Files of your own are read from a folder",
        known_names()
    )]
    UnknownDataset {
        /// The name asked for.
        name: String,
    },
    /// The dataset is known but not in the cache.
    #[error(
        "dataset {name} is not in {}; fetch it once with `thalweg data fetch {name}`",
        folder.display()
    )]
    NotFetched {
        /// The dataset.
        name: &'static str,
        /// Where it would be.
        folder: PathBuf,
    },
    /// A file of the cache is not the published one.
    #[error(
        "{} is damaged: its content has the SHA-256 {found}, not {expected}; `thalweg data fetch {name}` replaces it",
        path.display()
    )]
    Damaged {
        /// The dataset.
        name: &'static str,
        /// The file.
        path: PathBuf,
        /// The checksum of the published content.
        expected: Sha256,
        /// The checksum of what is there.
        found: Sha256,
    },
    /// The platform does not say where caches are kept.
    #[error("this system has no home directory to keep a cache in; choose a cache directory")]
    NoCacheDirectory,
    /// A mirror is not a web address.
    #[error("{mirror:?} is not the address of a mirror; it must start with https:// or http://")]
    BadMirror {
        /// The address.
        mirror: String,
    },
    /// Files are missing and the network may not be used.
    #[error(
        "offline, and {} lacks {} of dataset {name}; fetch it once with a network, or copy these files there",
        folder.display(), missing.join(", ")
    )]
    Offline {
        /// The dataset.
        name: &'static str,
        /// Where its files belong.
        folder: PathBuf,
        /// The files that are missing or damaged.
        missing: Vec<&'static str>,
    },
    /// No mirror gave a file.
    #[error(
        "no mirror gave {file} of dataset {name}:{}\ntry again later (what has arrived is kept and continued), or name another mirror with --mirror",
        list(attempts)
    )]
    NoMirror {
        /// The dataset.
        name: &'static str,
        /// The file.
        file: &'static str,
        /// Every mirror that was tried, in order, and why it failed.
        attempts: Vec<Attempt>,
    },
}

fn known_names() -> String {
    let names: Vec<_> = catalogue().iter().map(|info| info.name).collect();
    names.join(", ")
}

fn list(attempts: &[Attempt]) -> String {
    attempts.iter().fold(String::new(), |mut text, attempt| {
        let _ = write!(text, "\n  {}: {}", attempt.url, attempt.error);
        text
    })
}
