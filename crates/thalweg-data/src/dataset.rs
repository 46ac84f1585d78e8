//! A dataset: what to train on, what to test on, and where both come from.

use crate::idx::IdxFile;
use crate::{DataError, Sha256, Split};
use std::fmt;
use std::path::PathBuf;

/// Labelled images, split into training and test examples.
#[derive(Clone, Debug)]
pub struct Dataset {
    /// The name in the catalogue, or that of the folder.
    pub name: String,
    /// The examples to train on.
    pub train: Split,
    /// The examples to test on; same image shape and classes.
    pub test: Split,
    /// The number of classes; labels are 0 … classes − 1.
    pub classes: usize,
    /// The shape of every image.
    pub image_shape: ImageShape,
    /// Where the examples were read from.
    pub origin: Origin,
}

/// The shape of an image in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ImageShape {
    /// Rows.
    pub height: usize,
    /// Columns.
    pub width: usize,
}

impl ImageShape {
    /// The number of pixels.
    pub fn features(self) -> usize {
        self.height * self.width
    }
}

impl fmt::Display for ImageShape {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} × {}", self.height, self.width)
    }
}

/// Where the examples of a [`Dataset`] were read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The program itself.
    Embedded,
    /// Files that were fetched to this folder and have the checksums of the catalogue.
    Cache(PathBuf),
    /// A folder that the caller named.
    Folder(PathBuf),
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Embedded => write!(formatter, "embedded in the program"),
            Self::Cache(folder) => write!(formatter, "fetched to {}", folder.display()),
            Self::Folder(folder) => write!(formatter, "folder {}", folder.display()),
        }
    }
}

impl Dataset {
    /// The dataset of four files: images and labels for training, images and labels for testing.
    pub(crate) fn from_files(
        name: String,
        origin: Origin,
        classes: usize,
        [train_images, train_labels, test_images, test_labels]: [IdxFile; 4],
    ) -> Result<Self, DataError> {
        let train = Split::from_files(&train_images, &train_labels, classes)?;
        let test = Split::from_files(&test_images, &test_labels, classes)?;
        let image_shape = train.image_shape();
        if test.image_shape() != image_shape {
            return Err(DataError::ShapeMismatch {
                train_path: train_images.path,
                train: image_shape,
                test_path: test_images.path,
                test: test.image_shape(),
            });
        }
        Ok(Self {
            name,
            train,
            test,
            classes,
            image_shape,
            origin,
        })
    }

    /// The SHA-256 of the plain IDX files of images and labels for training, then for testing, one
    /// after the other: what tells whether two runs saw the same examples in the same order.
    ///
    /// It covers the splits as they are now, so taking the [`first`](Split::first) few changes it.
    pub fn checksum(&self) -> Sha256 {
        let pieces = [self.train.idx_pieces(), self.test.idx_pieces()].concat();
        let borrowed: Vec<&[u8]> = pieces.iter().map(Vec::as_slice).collect();
        Sha256::of(&borrowed)
    }
}
