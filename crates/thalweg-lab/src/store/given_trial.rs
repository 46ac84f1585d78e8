//! A trial that somebody names by its folder.

use std::fs;
use std::path::{Path, PathBuf};

use super::StoreError;

/// The `trial.toml` of a folder that is to be one of a trial: where it is, and its text.
///
/// # Errors
/// If the folder has none, with one that has; or if it cannot be read.
pub fn read_given_trial(folder: &Path) -> Result<(PathBuf, String), StoreError> {
    let file = folder.join("trial.toml");
    if !file.is_file() {
        return Err(StoreError::NoTrial {
            path: folder.to_owned(),
            example: example_in(folder),
        });
    }
    let text = fs::read_to_string(&file).map_err(StoreError::io("read", &file))?;
    Ok((file, text))
}

/// The first folder of a finished trial in a run folder, or what one looks like.
fn example_in(folder: &Path) -> PathBuf {
    let entries = fs::read_dir(folder.join("trials"));
    let entries = entries.into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    found.retain(|path| path.join("outcome.json").is_file());
    found.sort();
    let first = found.into_iter().next();
    first.unwrap_or_else(|| PathBuf::from("runs/NAME/trials/0123456789abcdef"))
}
