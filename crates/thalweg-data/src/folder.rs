//! A folder with the four files of MNIST, under the names under which they are passed on.

use crate::idx::{IdxFile, IdxKind};
use crate::{DataError, Dataset, Origin};
use std::path::{Path, PathBuf};

/// The number of classes of MNIST and of the datasets made in its image.
pub(crate) const CLASSES: usize = 10;

/// One of the four files of a dataset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    TrainImages,
    TrainLabels,
    TestImages,
    TestLabels,
}

impl Role {
    /// The order in which files are read, fetched and hashed.
    pub(crate) const ALL: [Self; 4] = [
        Self::TrainImages,
        Self::TrainLabels,
        Self::TestImages,
        Self::TestLabels,
    ];

    pub(crate) fn kind(self) -> IdxKind {
        match self {
            Self::TrainImages | Self::TestImages => IdxKind::Images,
            Self::TrainLabels | Self::TestLabels => IdxKind::Labels,
        }
    }

    /// The name under which mirrors have the file.
    pub(crate) const fn file_name(self) -> &'static str {
        self.spellings()[0]
    }

    /// The names under which people have the file.
    const fn spellings(self) -> [&'static str; 4] {
        match self {
            Self::TrainImages => [
                "train-images-idx3-ubyte.gz",
                "train-images-idx3-ubyte",
                "train-images.idx3-ubyte.gz",
                "train-images.idx3-ubyte",
            ],
            Self::TrainLabels => [
                "train-labels-idx1-ubyte.gz",
                "train-labels-idx1-ubyte",
                "train-labels.idx1-ubyte.gz",
                "train-labels.idx1-ubyte",
            ],
            Self::TestImages => [
                "t10k-images-idx3-ubyte.gz",
                "t10k-images-idx3-ubyte",
                "t10k-images.idx3-ubyte.gz",
                "t10k-images.idx3-ubyte",
            ],
            Self::TestLabels => [
                "t10k-labels-idx1-ubyte.gz",
                "t10k-labels-idx1-ubyte",
                "t10k-labels.idx1-ubyte.gz",
                "t10k-labels.idx1-ubyte",
            ],
        }
    }

    /// The file in `folder`, or `None` if it is there under none of its names.
    pub(crate) fn find(self, folder: &Path) -> Option<PathBuf> {
        self.spellings()
            .iter()
            .map(|name| folder.join(name))
            .find(|path| path.is_file())
    }
}

/// Reads the dataset in `folder`: ten classes, four IDX files, gzip or plain.
///
/// The files are called `train-images-idx3-ubyte`, `train-labels-idx1-ubyte`, `t10k-images-idx3-ubyte`
/// and `t10k-labels-idx1-ubyte`, with or without `.gz`; `train-images.idx3-ubyte` and its like are
/// found as well. If several of them are there, the first in this order is read: `-idx` before
/// `.idx`, gzip before plain.
///
/// # Errors
/// A missing or unreadable file, a file that is not IDX, as many labels as there are not images, a
/// label that is not 0 … 9, images of different shapes.
pub fn from_folder(folder: &Path) -> Result<Dataset, DataError> {
    let files = read_files(folder)?;
    let name = folder.file_name().unwrap_or(folder.as_os_str());
    Dataset::from_files(
        name.to_string_lossy().into_owned(),
        Origin::Folder(folder.to_owned()),
        CLASSES,
        files,
    )
}

/// The four files of `folder` in the order of [`Role::ALL`].
pub(crate) fn read_files(folder: &Path) -> Result<[IdxFile; 4], DataError> {
    if !folder.is_dir() {
        return Err(DataError::NoFolder {
            folder: folder.to_owned(),
        });
    }
    let read = |role: Role| {
        let path = role.find(folder).ok_or_else(|| DataError::MissingFile {
            folder: folder.to_owned(),
            names: role.spellings(),
        })?;
        IdxFile::read(&path, role.kind())
    };
    let [train_images, train_labels, test_images, test_labels] = Role::ALL.map(read);
    Ok([train_images?, train_labels?, test_images?, test_labels?])
}

#[cfg(test)]
#[path = "folder_tests.rs"]
mod tests;
