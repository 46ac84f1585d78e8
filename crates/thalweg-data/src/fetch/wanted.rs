//! A file to be fetched, and telling whether bytes are it.

use super::Failure;
use super::attempt::AttemptError;
use crate::folder::Role;
use crate::idx::{IdxKind, header};
use crate::{DataError, DatasetInfo, Idx, ImageShape, Sha256};
use std::path::Path;

/// A file of a dataset as it was published.
pub(super) struct Wanted {
    dataset: &'static str,
    role: Role,
    shape: Vec<usize>,
    checksum: Sha256,
}

impl Wanted {
    /// The four files of a dataset, in the order of [`Role::ALL`].
    pub(super) fn all(info: &DatasetInfo, checksums: &[Sha256; 4]) -> Vec<Self> {
        let roles = Role::ALL.into_iter().zip(checksums);
        roles
            .map(|(role, &checksum)| Self::new(info, role, checksum))
            .collect()
    }

    fn new(info: &DatasetInfo, role: Role, checksum: Sha256) -> Self {
        let examples = match role {
            Role::TrainImages | Role::TrainLabels => info.train_examples,
            Role::TestImages | Role::TestLabels => info.test_examples,
        };
        let ImageShape { height, width } = info.image_shape;
        let shape = match role.kind() {
            IdxKind::Images => vec![examples, height, width],
            IdxKind::Labels => vec![examples],
        };
        Self {
            dataset: info.name,
            role,
            shape,
            checksum,
        }
    }

    pub(super) fn dataset(&self) -> &'static str {
        self.dataset
    }

    pub(super) fn file_name(&self) -> &'static str {
        self.role.file_name()
    }

    /// The most bytes the compressed file can have. Deflate adds 5 bytes to every 65,535 it cannot
    /// compress (RFC 1951, section 3.2.4); the rest is room for gzip's header and a file name in it.
    pub(super) fn most_bytes(&self) -> u64 {
        let header = header(self.role.kind(), &self.shape).len();
        let plain = (header + self.shape.iter().product::<usize>()) as u64;
        plain + plain / 1000 + 1024
    }

    /// Whether the folder has this file, under any of its names.
    pub(super) fn is_in(&self, folder: &Path) -> bool {
        self.role
            .find(folder)
            .is_some_and(|path| self.verify(&path).is_ok())
    }

    /// Checks that the file at `path` has the published content. The shape is compared first, so that a
    /// small file which inflates to a huge one is refused unread.
    pub(super) fn verify(&self, path: &Path) -> Result<(), Failure> {
        let kind = self.role.kind();
        let bytes = std::fs::read(path).map_err(|source| DataError::Unreadable {
            path: path.to_owned(),
            source,
        })?;
        let found = Idx::decode_shape(&bytes, kind).map_err(AttemptError::NotIdx)?;
        if found != self.shape {
            let expected = self.shape.clone();
            return Err(AttemptError::WrongShape { expected, found }.into());
        }
        let content = Idx::decode(&bytes, kind).map_err(AttemptError::NotIdx)?;
        let (expected, found) = (self.checksum, content.checksum());
        if found != expected {
            return Err(AttemptError::WrongChecksum { expected, found }.into());
        }
        Ok(())
    }
}
