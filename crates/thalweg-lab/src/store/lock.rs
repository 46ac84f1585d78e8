//! Files that are locked as a sign that somebody is at work.

use std::fs::{File, TryLockError};
use std::io;

/// An exclusive lock on a file among all processes. It ends when this is dropped or, at the latest,
/// with the process, however that ends.
#[derive(Debug)]
pub(super) struct Lock(File);

impl Lock {
    /// Locks a file as soon as nobody else has it locked.
    pub(super) fn wait(file: File) -> io::Result<Self> {
        file.lock()?;
        Ok(Self(file))
    }

    /// Locks a file, or not if somebody else has it locked.
    pub(super) fn if_free(file: File) -> io::Result<Option<Self>> {
        match file.try_lock() {
            Ok(()) => Ok(Some(Self(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// The file.
    pub(super) fn file(&self) -> &File {
        &self.0
    }
}

impl Drop for Lock {
    /// Closing the file would not be enough: a process that another thread is just starting has it
    /// open too for a moment, and the lock with it.
    fn drop(&mut self) {
        // One that cannot be unlocked ends with the process.
        let _ = self.0.unlock();
    }
}
