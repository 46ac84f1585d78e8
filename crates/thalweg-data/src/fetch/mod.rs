//! Bringing a dataset from the network to the cache.
//!
//! A file arrives as `NAME.part` beside its place; a later call continues it where it stopped. Once its
//! content has the checksum of the catalogue it is renamed, so a file under its own name is whole.

mod attempt;
mod mirror;
mod wanted;

pub use attempt::{Attempt, AttemptError};

use crate::{DataError, DatasetInfo, Storage};
use attempt::Failure;
use mirror::Mirror;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use wanted::Wanted;

/// How to fetch.
#[derive(Clone, Debug)]
pub struct FetchOptions {
    /// The directory for caches; see [`default_cache_dir`](crate::default_cache_dir).
    pub cache_dir: PathBuf,
    /// Addresses of folders with the files, tried instead of those of the catalogue if there are any.
    /// Unlike those of the catalogue they may start with `http://`: checksums are compared in any case.
    pub mirrors: Vec<String>,
    /// Whether to do without the network, and fail if a file is missing.
    pub offline: bool,
}

/// What fetching came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fetched {
    /// Nothing was to be done: the dataset is embedded in the program.
    Embedded,
    /// Nothing was to be done: this folder has all files, with the right checksums.
    Present(PathBuf),
    /// Files were brought to this folder.
    Brought(PathBuf),
}

/// What happens while fetching.
#[derive(Debug)]
#[non_exhaustive]
pub enum Progress<'a> {
    /// Another process fetches the same dataset; this one waits for it.
    Waiting,
    /// Bytes of a file have arrived.
    Receiving {
        /// The file.
        file: &'static str,
        /// Bytes of it that are here, those of earlier calls included.
        received: u64,
        /// Bytes it has, if the mirror says so.
        total: Option<u64>,
    },
    /// A mirror failed; the next one is tried if there is one.
    MirrorFailed(&'a Attempt),
}

/// Who is told of [`Progress`].
type Observer<'a> = dyn FnMut(Progress<'_>) + 'a;

/// Brings the dataset called `name` to the cache, unless it is there already.
///
/// `observe` is called for every piece that arrives.
///
/// # Errors
/// An unknown name; an address that is not one; files missing while offline; a cache that cannot be
/// written; or, for one of the files, no mirror that has it: then every mirror is listed with its
/// reason, and what has arrived is kept for the next call.
pub fn fetch(
    name: &str,
    options: &FetchOptions,
    observe: &mut dyn FnMut(Progress<'_>),
) -> Result<Fetched, DataError> {
    fetch_dataset(DatasetInfo::find(name)?, options, observe)
}

fn fetch_dataset(
    info: &DatasetInfo,
    options: &FetchOptions,
    observe: &mut Observer<'_>,
) -> Result<Fetched, DataError> {
    let Storage::Fetched { mirrors, checksums } = &info.storage else {
        return Ok(Fetched::Embedded);
    };
    let mirrors = chosen_mirrors(mirrors, &options.mirrors)?;
    let folder = info.folder(&options.cache_dir);
    let mut missing = Wanted::all(info, checksums);
    missing.retain(|file| !file.is_in(&folder));
    if missing.is_empty() {
        return Ok(Fetched::Present(folder));
    }
    if options.offline {
        return Err(DataError::Offline {
            name: info.name,
            folder,
            missing: missing.iter().map(Wanted::file_name).collect(),
        });
    }
    let _lock = lock(&folder, observe)?;
    // Another process may have brought them while this one waited for the lock.
    missing.retain(|file| !file.is_in(&folder));
    for file in &missing {
        bring(file, &folder, &mirrors, observe)?;
    }
    Ok(Fetched::Brought(folder))
}

/// The mirrors that the caller named, or else those of the catalogue.
fn chosen_mirrors(known: &[&str], named: &[String]) -> Result<Vec<Mirror>, DataError> {
    if named.is_empty() {
        known.iter().map(|address| Mirror::new(address)).collect()
    } else {
        named.iter().map(|address| Mirror::new(address)).collect()
    }
}

/// Creates the folder and keeps other processes from fetching to it until the returned file is closed.
fn lock(folder: &Path, observe: &mut Observer<'_>) -> Result<File, DataError> {
    fs::create_dir_all(folder).map_err(|source| unwritable(folder, source))?;
    let path = folder.join(".lock");
    let file = File::create(&path).map_err(|source| unwritable(&path, source))?;
    if let Err(TryLockError::WouldBlock) = file.try_lock() {
        observe(Progress::Waiting);
        // Some network file systems cannot lock. Then two processes may spoil each other's part, which
        // the checksum finds out; nothing wrong is ever kept.
        let _ = file.lock();
    }
    Ok(file)
}

/// Brings one file from the first mirror that has it.
fn bring(
    file: &Wanted,
    folder: &Path,
    mirrors: &[Mirror],
    observe: &mut Observer<'_>,
) -> Result<(), DataError> {
    let mut attempts = Vec::new();
    for mirror in mirrors {
        match bring_from(mirror, file, folder, observe) {
            Ok(()) => return Ok(()),
            Err(Failure::Cache(error)) => return Err(error),
            Err(Failure::Mirror(error)) => {
                let url = mirror.url(file);
                let attempt = Attempt { url, error };
                observe(Progress::MirrorFailed(&attempt));
                attempts.push(attempt);
            }
        }
    }
    Err(DataError::NoMirror {
        name: file.dataset(),
        file: file.file_name(),
        attempts,
    })
}

/// Downloads, compares the checksum, renames. A part left by an earlier call may have come from a mirror
/// that compresses differently, so when a continued file turns out wrong it is fetched once more, whole.
fn bring_from(
    mirror: &Mirror,
    file: &Wanted,
    folder: &Path,
    observe: &mut Observer<'_>,
) -> Result<(), Failure> {
    let part = folder.join(format!("{}.part", file.file_name()));
    loop {
        let continued = mirror.download(file, &part, observe)?;
        match file.verify(&part) {
            Ok(()) => break,
            Err(error) => {
                fs::remove_file(&part).map_err(|source| unwritable(&part, source))?;
                if !continued {
                    return Err(error);
                }
            }
        }
    }
    let place = folder.join(file.file_name());
    fs::rename(&part, &place).map_err(|source| unwritable(&place, source))?;
    Ok(())
}

fn unwritable(path: &Path, source: std::io::Error) -> DataError {
    DataError::Unwritable {
        path: path.to_owned(),
        source,
    }
}

#[cfg(test)]
mod server;
#[cfg(test)]
mod tests;
