//! IDX: the file format of MNIST, a tensor of bytes behind a header.
//!
//! ```text
//! 00 00 08 r        magic: element type 08 (unsigned byte), rank r
//! d₁ … d_r          dimensions, 32 bits each, most significant byte first
//! d₁·…·d_r bytes    values, last dimension fastest
//! ```
//! Format: <http://yann.lecun.com/exdb/mnist/>. Files may be compressed by gzip (RFC 1952), which is
//! recognised by its own magic bytes and not by the file's name.

use crate::{DataError, Sha256};
use flate2::read::MultiGzDecoder;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use thiserror::Error;

const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// What an IDX file of a dataset holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdxKind {
    /// Greyscale images, shape `[examples, height, width]`.
    Images,
    /// One class label an example, shape `[examples]`.
    Labels,
}

impl IdxKind {
    /// The number of dimensions.
    pub fn rank(self) -> usize {
        match self {
            Self::Images => 3,
            Self::Labels => 1,
        }
    }

    /// The first four bytes of such a file.
    pub fn magic(self) -> [u8; 4] {
        [0, 0, 8, self.rank() as u8]
    }

    fn noun(self) -> &'static str {
        match self {
            Self::Images => "images",
            Self::Labels => "labels",
        }
    }
}

/// Why bytes are not an IDX file of the wanted kind.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum IdxError {
    /// The gzip stream is damaged or cut off.
    #[error("its gzip compression is damaged or cut off ({0})")]
    Gzip(#[source] io::Error),
    /// The file ends before its header does.
    #[error("it ends after {found} bytes, within its header of {needed} bytes")]
    HeaderTruncated {
        /// Bytes there are.
        found: usize,
        /// Bytes the header has.
        needed: usize,
    },
    /// The first four bytes are of another format or another kind of IDX file.
    #[error(
        "it starts with the bytes {found:02x?}, but IDX {} start with {:02x?}{}",
        expected.noun(), expected.magic(), swapped(*found, *expected)
    )]
    Magic {
        /// The first four bytes.
        found: [u8; 4],
        /// What the file was to hold.
        expected: IdxKind,
    },
    /// The header declares a dimension of zero.
    #[error("its header declares the shape {dimensions:?}, which holds nothing")]
    Empty {
        /// The declared shape.
        dimensions: Vec<usize>,
    },
    /// The header declares more bytes than this machine can address.
    #[error(
        "its header declares the shape {dimensions:?}, more than fits in memory; it is damaged"
    )]
    TooLarge {
        /// The declared shape.
        dimensions: Vec<usize>,
    },
    /// There are fewer values than declared.
    #[error(
        "it is cut off: its header declares the shape {dimensions:?}, {} values, and {found} follow",
        dimensions.iter().product::<usize>()
    )]
    Truncated {
        /// The declared shape.
        dimensions: Vec<usize>,
        /// Values there are.
        found: usize,
    },
    /// There is more behind the declared values.
    #[error(
        "more bytes follow than the {} its header declares by the shape {dimensions:?}",
        dimensions.iter().product::<usize>()
    )]
    TrailingBytes {
        /// The declared shape.
        dimensions: Vec<usize>,
    },
}

fn swapped(found: [u8; 4], expected: IdxKind) -> &'static str {
    let other = match expected {
        IdxKind::Images => IdxKind::Labels,
        IdxKind::Labels => IdxKind::Images,
    };
    if found == other.magic() {
        "; are the files of images and labels swapped?"
    } else {
        ""
    }
}

/// The content of an IDX file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Idx {
    kind: IdxKind,
    dimensions: Vec<usize>,
    values: Vec<u8>,
}

impl Idx {
    /// Decodes the bytes of a file, gzip or plain.
    ///
    /// Memory grows with what is really there, never with what a header claims.
    ///
    /// # Errors
    /// An [`IdxError`] if the bytes are not exactly one IDX file of this kind.
    pub fn decode(bytes: &[u8], kind: IdxKind) -> Result<Self, IdxError> {
        let mut stream = open(bytes);
        let dimensions = read_header(&mut stream, kind)?;
        let declared = size(&dimensions)?;
        let values = read_at_most(&mut stream, declared + 1)?;
        let found = values.len();
        match found as u64 {
            _ if found as u64 == declared => Ok(Self {
                kind,
                dimensions,
                values,
            }),
            fewer if fewer < declared => Err(IdxError::Truncated { dimensions, found }),
            _ => Err(IdxError::TrailingBytes { dimensions }),
        }
    }

    /// The shape that the header of a file declares; the values are not looked at.
    ///
    /// # Errors
    /// As [`Idx::decode`].
    pub fn decode_shape(bytes: &[u8], kind: IdxKind) -> Result<Vec<usize>, IdxError> {
        read_header(&mut open(bytes), kind)
    }

    /// The shape: `[examples, height, width]` for images, `[examples]` for labels.
    pub fn dimensions(&self) -> &[usize] {
        &self.dimensions
    }

    /// The values, last dimension fastest.
    pub fn values(&self) -> &[u8] {
        &self.values
    }

    /// The SHA-256 of the plain file, whatever compression it was stored in.
    pub fn checksum(&self) -> Sha256 {
        Sha256::of(&[&header(self.kind, &self.dimensions), &self.values])
    }
}

/// The header of a plain IDX file.
pub(crate) fn header(kind: IdxKind, dimensions: &[usize]) -> Vec<u8> {
    let sizes = dimensions
        .iter()
        .flat_map(|&size| (size as u32).to_be_bytes());
    kind.magic().into_iter().chain(sizes).collect()
}

fn open(bytes: &[u8]) -> Box<dyn Read + '_> {
    if bytes.starts_with(&GZIP_MAGIC) {
        Box::new(MultiGzDecoder::new(bytes))
    } else {
        Box::new(bytes)
    }
}

fn read_header(stream: &mut dyn Read, kind: IdxKind) -> Result<Vec<usize>, IdxError> {
    let needed = 4 + 4 * kind.rank();
    let header = read_at_most(stream, needed as u64)?;
    if let Some(&found) = header.first_chunk::<4>()
        && found != kind.magic()
    {
        return Err(IdxError::Magic {
            found,
            expected: kind,
        });
    }
    if header.len() < needed {
        let found = header.len();
        return Err(IdxError::HeaderTruncated { found, needed });
    }
    let (sizes, _) = header[4..].as_chunks::<4>();
    let dimensions: Vec<usize> = sizes
        .iter()
        .map(|&size| u32::from_be_bytes(size) as usize)
        .collect();
    if dimensions.contains(&0) {
        return Err(IdxError::Empty { dimensions });
    }
    size(&dimensions)?;
    Ok(dimensions)
}

/// The number of values of a shape, checked to be addressable with one to spare.
fn size(dimensions: &[usize]) -> Result<u64, IdxError> {
    dimensions
        .iter()
        .try_fold(1usize, |product, &dimension| product.checked_mul(dimension))
        .filter(|&product| product < isize::MAX as usize)
        .map(|product| product as u64)
        .ok_or_else(|| IdxError::TooLarge {
            dimensions: dimensions.to_vec(),
        })
}

/// Up to `limit` bytes of the stream. Reading a slice cannot fail, so every error is one of gzip's.
fn read_at_most(stream: &mut dyn Read, limit: u64) -> Result<Vec<u8>, IdxError> {
    let mut bytes = Vec::new();
    stream
        .take(limit)
        .read_to_end(&mut bytes)
        .map_err(IdxError::Gzip)?;
    Ok(bytes)
}

/// An IDX file with the path that messages name it by.
pub(crate) struct IdxFile {
    pub(crate) path: PathBuf,
    pub(crate) content: Idx,
}

impl IdxFile {
    pub(crate) fn read(path: &Path, kind: IdxKind) -> Result<Self, DataError> {
        let bytes = std::fs::read(path).map_err(|source| DataError::Unreadable {
            path: path.to_owned(),
            source,
        })?;
        Self::decode(path, &bytes, kind)
    }

    pub(crate) fn decode(path: &Path, bytes: &[u8], kind: IdxKind) -> Result<Self, DataError> {
        let path = path.to_owned();
        match Idx::decode(bytes, kind) {
            Ok(content) => Ok(Self { path, content }),
            Err(source) => Err(DataError::Idx { path, source }),
        }
    }
}

#[cfg(test)]
#[path = "idx_tests.rs"]
mod tests;
