//! Whole files of JSON.

use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{StoreError, whole_file};

/// Writes a value with indentation and a last line end, whole or not at all.
pub(super) fn write<V: Serialize + ?Sized>(path: &Path, value: &V) -> Result<(), StoreError> {
    let mut text = serde_json::to_string_pretty(value).map_err(StoreError::encode(path))?;
    text.push('\n');
    whole_file::write(path, text.as_bytes())
}

/// Reads a file that may not be there; `damaged` makes the error of one that does not hold a `V`.
pub(super) fn read_if_there<V: DeserializeOwned>(
    path: &Path,
    damaged: impl FnOnce(serde_json::Error) -> StoreError,
) -> Result<Option<V>, StoreError> {
    let Some(bytes) = whole_file::read_if_there(path)? else {
        return Ok(None);
    };
    serde_json::from_slice(&bytes).map(Some).map_err(damaged)
}
