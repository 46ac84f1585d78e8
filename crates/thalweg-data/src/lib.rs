//! Datasets: images with labels, embedded in the program, read from a folder, or fetched with a checksum.
//!
//! A [`Dataset`] holds bytes as they were recorded; [`Split::inputs`] turns them into the numbers a
//! network sees. Where it comes from is a [`DataSource`], and [`load`] is the one way in:
//!
//! ```
//! use thalweg_data::{DataSource, Scaling, load};
//! # fn main() -> Result<(), thalweg_data::DataError> {
//! let cache = std::env::temp_dir();
//! let digits = load(&DataSource::Named("mnist-small".into()), &cache)?;
//! let batch = digits.train.first(32)?;
//! let inputs: Vec<f32> = batch.inputs(Scaling::Unit);
//! assert_eq!(inputs.len(), 32 * digits.image_shape.features());
//! # Ok(())
//! # }
//! ```
//!
//! [`catalogue`] lists the datasets that have a name, [`fetch`] brings those that are not embedded.
//! Only [`fetch`] uses the network; nothing here prints.

mod catalogue;
mod checksum;
mod dataset;
mod error;
mod fetch;
mod folder;
mod idx;
mod mnist_small;
mod scaling;
mod source;
mod split;

pub use catalogue::{DatasetInfo, Storage, catalogue};
pub use checksum::Sha256;
pub use dataset::{Dataset, ImageShape, Origin};
pub use error::DataError;
pub use fetch::{Attempt, AttemptError, FetchOptions, Fetched, Progress, fetch};
pub use folder::from_folder;
pub use idx::{Idx, IdxError, IdxKind};
pub use scaling::{Precision, Scaling};
pub use source::{DataSource, default_cache_dir, load};
pub use split::Split;
