//! Why a mirror did not give a file.

use crate::{DataError, IdxError, Sha256};
use std::io;
use thiserror::Error;

/// A mirror that was tried in vain.
#[derive(Debug)]
pub struct Attempt {
    /// The address of the file.
    pub url: String,
    /// Why it failed.
    pub error: AttemptError,
}

/// Why a mirror did not give a file.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum AttemptError {
    /// There was no answer.
    #[error("no answer ({0})")]
    NoAnswer(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The answer is not the file.
    #[error("answered with HTTP status {0}")]
    Status(u16),
    /// Another part of the file was sent than the one asked for.
    #[error("sent another part of the file than the one asked for, from byte {asked} on")]
    WrongRange {
        /// The first byte asked for.
        asked: u64,
    },
    /// The connection broke.
    #[error("connection lost after {received} bytes{} ({source})", of(*total))]
    CutOff {
        /// Bytes that are here; they are kept.
        received: u64,
        /// Bytes the file has, if the mirror said so.
        total: Option<u64>,
        /// What the system says.
        source: io::Error,
    },
    /// More was sent than the file can have.
    #[error("sends more than the {limit} bytes the file can have")]
    TooLong {
        /// The most bytes the file can have.
        limit: u64,
    },
    /// What was sent is not an IDX file.
    #[error("sent something that is not the file: {0}")]
    NotIdx(#[source] IdxError),
    /// What was sent is an IDX file of another shape.
    #[error("sent a file of shape {found:?}, not {expected:?}")]
    WrongShape {
        /// The shape of the published file.
        expected: Vec<usize>,
        /// The shape its header declares.
        found: Vec<usize>,
    },
    /// What was sent is not the published file.
    #[error("sent a file whose content has the SHA-256 {found}, not {expected}")]
    WrongChecksum {
        /// The checksum of the published content.
        expected: Sha256,
        /// The checksum of what was sent.
        found: Sha256,
    },
}

fn of(total: Option<u64>) -> String {
    total.map_or(String::new(), |total| format!(" of {total}"))
}

/// Why a file did not arrive: the next mirror may help, or none can.
pub(super) enum Failure {
    Mirror(AttemptError),
    Cache(DataError),
}

impl From<AttemptError> for Failure {
    fn from(error: AttemptError) -> Self {
        Self::Mirror(error)
    }
}

impl From<DataError> for Failure {
    fn from(error: DataError) -> Self {
        Self::Cache(error)
    }
}
