//! Files that appear whole or not at all.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use super::StoreError;

/// How the names of files end that are being written.
const ASIDE: &str = ".part";

/// Writes aside in the same folder, brings that to the disk, and renames it into place. Whoever
/// reads sees the old file or the new one, also after a crash; of several writers the last wins.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let aside = aside(path);
    let written = write_and_sync(&aside, bytes).and_then(|()| fs::rename(&aside, path));
    if let Err(source) = written {
        // What could not be completed is of no use; that it may not be removable changes nothing.
        let _ = fs::remove_file(&aside);
        return Err(StoreError::io("write", path)(source));
    }
    sync_folder(path)
}

/// A name beside `path` that no other writer uses, be it of this process or another.
fn aside(path: &Path) -> PathBuf {
    static WRITTEN: AtomicU64 = AtomicU64::new(0);
    let number = WRITTEN.fetch_add(1, Ordering::Relaxed);
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".{}.{number}{ASIDE}", std::process::id()));
    path.with_file_name(name)
}

fn write_and_sync(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Brings the new name to the disk.
#[cfg(unix)]
fn sync_folder(path: &Path) -> Result<(), StoreError> {
    let parent = path.parent().filter(|parent| *parent != Path::new(""));
    let folder = parent.unwrap_or(Path::new("."));
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(StoreError::io("write", folder))
}

/// Elsewhere folders cannot be opened, and the system sees to their names.
#[cfg(not(unix))]
fn sync_folder(_: &Path) -> Result<(), StoreError> {
    Ok(())
}

/// Whether a file of this name was being written when its writer ended.
pub(super) fn is_aside(name: &OsStr) -> bool {
    name.as_encoded_bytes().ends_with(ASIDE.as_bytes())
}

/// Removes what killed writers left in a folder that nobody else writes to.
pub(super) fn remove_leftovers(folder: &Path) -> Result<(), StoreError> {
    let entries = fs::read_dir(folder).map_err(StoreError::io("read", folder))?;
    for entry in entries {
        let entry = entry.map_err(StoreError::io("read", folder))?;
        if is_aside(&entry.file_name()) {
            remove_if_there(&entry.path())?;
        }
    }
    Ok(())
}

/// Reads a file that may not be there.
pub(super) fn read_if_there(path: &Path) -> Result<Option<Vec<u8>>, StoreError> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(StoreError::io("read", path)(error)),
    }
}

/// Removes a file that may not be there.
pub(super) fn remove_if_there(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(StoreError::io("remove", path)(error))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        write(&path, b"first").unwrap();
        write(&path, b"second").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"second");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_write_that_fails_leaves_the_old_file_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        fs::create_dir(&path).unwrap();
        fs::write(path.join("old"), "").unwrap();
        assert!(write(&path, b"new").is_err());
        assert!(path.join("old").exists());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_path_that_cannot_be_written_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        write(&file, b"").unwrap();
        let error = write(&file.join("below"), b"").unwrap_err().to_string();
        assert!(
            error.contains("cannot write") && error.contains("below"),
            "{error}"
        );
    }

    #[test]
    fn only_what_was_being_written_is_a_leftover() {
        let folder = tempfile::tempdir().unwrap();
        let stays = ["outcome.json", "part", "a.parts"];
        let goes = aside(&folder.path().join("outcome.json"));
        for name in stays {
            fs::write(folder.path().join(name), "").unwrap();
        }
        fs::write(&goes, "torn").unwrap();
        remove_leftovers(folder.path()).unwrap();
        assert!(stays.iter().all(|name| folder.path().join(name).exists()));
        assert!(!goes.exists());
    }
}
