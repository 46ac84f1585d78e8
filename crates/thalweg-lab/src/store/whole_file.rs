//! Files that appear whole or not at all.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use super::StoreError;
use super::lock::Lock;

/// How the names of files end that are being written.
const ASIDE: &str = ".part";

/// Writes aside in the same folder, brings that to the disk, and renames it into place. Whoever
/// reads sees the old file or the new one, also after a crash; of several writers the last wins.
/// What killed writers left in the folder is removed.
///
/// # Errors
/// If the system refuses; an old file is then still there.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    remove_leftovers(folder_of(path));
    let aside = aside(path);
    let written = fill(&aside, bytes).and_then(|_locked| fs::rename(&aside, path));
    if let Err(source) = written {
        // What could not be completed is of no use; that it may not be removable changes nothing.
        let _ = fs::remove_file(&aside);
        return Err(StoreError::io("write", path)(source));
    }
    sync_folder(folder_of(path))
}

/// Writes a file of a folder whole or not at all and returns where it is; `name` may begin with
/// folders, which are made.
///
/// # Errors
/// If the system refuses.
pub fn write_below(folder: &Path, name: &str, bytes: &[u8]) -> Result<PathBuf, StoreError> {
    let path = folder.join(name);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(StoreError::io("create", parent))?;
    }
    write(&path, bytes)?;
    Ok(path)
}

/// A name beside `path` that no other writer uses, be it of this process or another.
fn aside(path: &Path) -> PathBuf {
    static WRITTEN: AtomicU64 = AtomicU64::new(0);
    let number = WRITTEN.fetch_add(1, Ordering::Relaxed);
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".{}.{number}{ASIDE}", std::process::id()));
    path.with_file_name(name)
}

/// Makes a file and brings it to the disk. From before its first byte it is locked, as a sign that
/// its writer lives.
fn fill(path: &Path, bytes: &[u8]) -> io::Result<Lock> {
    let lock = Lock::wait(File::create(path)?)?;
    lock.file().write_all(bytes)?;
    lock.file().sync_all()?;
    Ok(lock)
}

fn folder_of(path: &Path) -> &Path {
    let parent = path.parent().filter(|parent| *parent != Path::new(""));
    parent.unwrap_or(Path::new("."))
}

/// Whether files of this name are being written, or were when their writer ended.
pub(super) fn is_aside(name: &OsStr) -> bool {
    name.as_encoded_bytes().ends_with(ASIDE.as_bytes())
}

/// Removes what writers that no longer live left in a folder. What cannot be removed does no harm.
fn remove_leftovers(folder: &Path) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let asides = entries.filter(|entry| is_aside(&entry.file_name()));
    for path in asides.map(|entry| entry.path()) {
        let lock = File::open(&path).and_then(Lock::if_free);
        if let Ok(Some(lock)) = lock
            && has_content(&lock)
        {
            let _ = fs::remove_file(path);
        }
    }
}

/// Whether a file was locked before: one that is empty may be about to be.
fn has_content(lock: &Lock) -> bool {
    let metadata = lock.file().metadata();
    metadata.is_ok_and(|metadata| metadata.len() > 0)
}

/// Brings new names in a folder to the disk.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> Result<(), StoreError> {
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(StoreError::io("write", folder))
}

/// Elsewhere folders cannot be opened, and the system sees to their names.
#[cfg(not(unix))]
fn sync_folder(_: &Path) -> Result<(), StoreError> {
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
    fn what_a_dead_writer_left_is_swept_away_and_a_live_one_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let in_folder = |name: &str| folder.path().join(name);
        let (dead, live) = (in_folder("a.7.0.part"), in_folder("b.7.1.part"));
        fs::write(&dead, "torn").unwrap();
        let writer = fill(&live, b"half").unwrap();
        let others = ["part", "a.parts"].map(in_folder);
        for path in &others {
            fs::write(path, "not ours").unwrap();
        }
        let new = in_folder("d.7.2.part");
        fs::write(&new, "").unwrap();
        write(&in_folder("c"), b"").unwrap();
        assert!(!dead.exists() && live.exists() && new.exists());
        assert!(others.iter().all(|path| path.exists()));
        drop(writer);
        write(&in_folder("c"), b"").unwrap();
        assert!(!live.exists());
    }

    #[test]
    fn many_writers_of_one_file_leave_one_of_their_texts_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("summary.csv");
        std::thread::scope(|scope| {
            for writer in 0..4_u8 {
                let path = &path;
                scope.spawn(move || {
                    for _ in 0..20 {
                        write(path, &[writer; 1000]).unwrap();
                    }
                });
            }
        });
        let text = fs::read(&path).unwrap();
        assert!(text.len() == 1000 && text.iter().all(|byte| *byte == text[0]));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
