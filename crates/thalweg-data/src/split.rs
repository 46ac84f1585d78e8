//! A split: the training or the test examples of a dataset.

use crate::idx::{IdxFile, IdxKind, header};
use crate::{DataError, ImageShape, Precision, Scaling};
use std::fmt;

/// Images with their labels, in a fixed order.
#[derive(Clone, PartialEq, Eq)]
pub struct Split {
    pixels: Vec<u8>,
    labels: Vec<u32>,
    shape: ImageShape,
}

impl Split {
    /// The split whose images and labels are in two files, in their order.
    pub(crate) fn from_files(
        images: &IdxFile,
        labels: &IdxFile,
        classes: usize,
    ) -> Result<Self, DataError> {
        let (image_dimensions, label_count) =
            (images.content.dimensions(), labels.content.values().len());
        if image_dimensions[0] != label_count {
            return Err(DataError::CountMismatch {
                images_path: images.path.clone(),
                images: image_dimensions[0],
                labels_path: labels.path.clone(),
                labels: label_count,
            });
        }
        check_labels(labels, classes)?;
        Ok(Self {
            pixels: images.content.values().to_vec(),
            labels: labels
                .content
                .values()
                .iter()
                .map(|&label| label.into())
                .collect(),
            shape: ImageShape {
                height: image_dimensions[1],
                width: image_dimensions[2],
            },
        })
    }

    /// The number of examples N.
    pub fn examples(&self) -> usize {
        self.labels.len()
    }

    /// The number of inputs an example has: its pixels.
    pub fn features(&self) -> usize {
        self.shape.features()
    }

    /// The shape of every image.
    pub fn image_shape(&self) -> ImageShape {
        self.shape
    }

    /// The pixels as recorded, 0 … 255, shape `[examples, height, width]`, last dimension fastest.
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// The class of each example, 0 … classes − 1, shape `[examples]`.
    pub fn labels(&self) -> &[u32] {
        &self.labels
    }

    /// The inputs of a network, shape `[examples, features]`, features fastest.
    pub fn inputs<T: Precision>(&self, scaling: Scaling) -> Vec<T> {
        let mut inputs = Vec::with_capacity(self.pixels.len());
        for image in self.pixels.chunks_exact(self.features()) {
            scaling.scale(image, &mut inputs);
        }
        inputs
    }

    /// The first `count` examples.
    ///
    /// # Errors
    /// [`DataError::ExampleCount`] unless 1 ≤ `count` ≤ [`examples`](Self::examples).
    pub fn first(&self, count: usize) -> Result<Self, DataError> {
        let present = self.examples();
        if count == 0 || count > present {
            return Err(DataError::ExampleCount {
                asked: count,
                present,
            });
        }
        Ok(Self {
            pixels: self.pixels[..count * self.features()].to_vec(),
            labels: self.labels[..count].to_vec(),
            shape: self.shape,
        })
    }

    /// The plain IDX files of this split in four pieces: header and values of images, then of labels.
    pub(crate) fn idx_pieces(&self) -> [Vec<u8>; 4] {
        let ImageShape { height, width } = self.shape;
        [
            header(IdxKind::Images, &[self.examples(), height, width]),
            self.pixels.clone(),
            header(IdxKind::Labels, &[self.examples()]),
            self.labels.iter().map(|&label| label as u8).collect(),
        ]
    }
}

fn check_labels(labels: &IdxFile, classes: usize) -> Result<(), DataError> {
    let values = labels.content.values();
    match values
        .iter()
        .position(|&label| usize::from(label) >= classes)
    {
        None => Ok(()),
        Some(position) => Err(DataError::LabelOutsideClasses {
            path: labels.path.clone(),
            position,
            label: values[position],
            classes,
        }),
    }
}

impl fmt::Debug for Split {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Split")
            .field("examples", &self.examples())
            .field("shape", &self.shape)
            .finish_non_exhaustive()
    }
}
