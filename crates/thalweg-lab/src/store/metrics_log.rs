//! Measurements, appended as they are made.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::{StoreError, whole_file};
use crate::record::Measurement;

/// `metrics.jsonl`: one JSON object a line. A torn last line is dropped on reading.
#[derive(Debug)]
pub struct MetricsLog {
    path: PathBuf,
    file: File,
    bytes: u64,
}

impl MetricsLog {
    /// Opens a log, made if it is not there, at its end.
    pub(super) fn open(path: &Path) -> Result<Self, StoreError> {
        let mut options = OpenOptions::new();
        let options = options.create(true).truncate(false).write(true);
        let mut file = options.open(path).map_err(StoreError::io("open", path))?;
        let end = file.seek(SeekFrom::End(0));
        Ok(Self {
            path: path.to_path_buf(),
            bytes: end.map_err(StoreError::io("read", path))?,
            file,
        })
    }

    /// Cuts off everything after the first `bytes` bytes, so that what is appended next follows
    /// them.
    pub(super) fn truncate(&mut self, bytes: u64) -> Result<(), StoreError> {
        let cut = self.file.set_len(bytes);
        let cut = cut.and_then(|()| self.file.seek(SeekFrom::Start(bytes)));
        self.bytes = cut.map_err(StoreError::io("cut", &self.path))?;
        Ok(())
    }

    /// Appends one measurement and hands it to the system: it outlives this process.
    ///
    /// # Errors
    /// If the system refuses. The log is then what it was, or, if it cannot even be cut, has part
    /// of a line at its end, which is dropped on reading.
    pub fn append(&mut self, measurement: &Measurement) -> Result<(), StoreError> {
        let line = serde_json::to_string(measurement);
        let mut line = line.map_err(StoreError::encode(&self.path))?;
        line.push('\n');
        if let Err(error) = self.file.write_all(line.as_bytes()) {
            let _ = self.truncate(self.bytes);
            return Err(StoreError::io("append to", &self.path)(error));
        }
        self.bytes += line.len() as u64;
        Ok(())
    }

    /// Brings everything appended to the disk: it outlives the machine.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn sync(&self) -> Result<(), StoreError> {
        let synced = self.file.sync_all();
        synced.map_err(StoreError::io("write", &self.path))
    }

    /// Its length in bytes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }
}

/// Every whole measurement of a log; none if there is no log yet.
pub(super) fn read(path: &Path) -> Result<Vec<Measurement>, StoreError> {
    let bytes = whole_file::read_if_there(path)?.unwrap_or_default();
    let mut measurements = Vec::new();
    for (number, line) in (1..).zip(bytes.split_inclusive(|byte| *byte == b'\n')) {
        if !line.ends_with(b"\n") {
            break;
        }
        let measurement = serde_json::from_slice(line).map_err(|error| {
            let reason = format!("line {number}: {error}");
            StoreError::damaged_trial(path)(reason)
        })?;
        measurements.push(measurement);
    }
    Ok(measurements)
}

/// A log that is read as it grows, by somebody who does not write it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tail {
    bytes: u64,
    measurements: Vec<Measurement>,
}

impl Tail {
    /// The whole measurements seen so far.
    pub(crate) fn measurements(&self) -> &[Measurement] {
        &self.measurements
    }

    /// Reads what has been appended since the last time. A line that is not whole yet is left for
    /// later, one that is damaged passed over.
    ///
    /// A log that has become shorter is read again from its beginning. One that was cut and has grown
    /// again meanwhile need not be: a trial that is continued, or starts again, writes the same bytes.
    pub(crate) fn follow(&mut self, path: &Path) {
        let length = std::fs::metadata(path).map_or(0, |metadata| metadata.len());
        if length < self.bytes {
            *self = Self::default();
        }
        if length == self.bytes {
            return;
        }
        let mut appended = Vec::new();
        let Ok(mut file) = File::open(path) else {
            return;
        };
        let from_here = file.seek(SeekFrom::Start(self.bytes));
        if from_here
            .and_then(|_| file.read_to_end(&mut appended))
            .is_err()
        {
            return;
        }
        let whole = appended.split_inclusive(|byte| *byte == b'\n');
        for line in whole.take_while(|line| line.ends_with(b"\n")) {
            self.bytes += line.len() as u64;
            self.measurements
                .extend(serde_json::from_slice::<Measurement>(line).ok());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(step: u64) -> Measurement {
        Measurement {
            step,
            ..Measurement::default()
        }
    }

    #[test]
    fn a_torn_last_line_is_dropped_wherever_it_is_torn() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("metrics.jsonl");
        assert_eq!(read(&path).unwrap(), []);
        let mut log = MetricsLog::open(&path).unwrap();
        (0..2).for_each(|step| log.append(&at(step)).unwrap());
        let kept = log.bytes() as usize;
        log.append(&at(2)).unwrap();
        let whole = std::fs::read(&path).unwrap();
        assert_eq!(whole.len() as u64, log.bytes());
        for length in kept..whole.len() {
            std::fs::write(&path, &whole[..length]).unwrap();
            assert_eq!(read(&path).unwrap(), [at(0), at(1)]);
        }
    }

    #[test]
    fn damage_before_the_last_line_is_an_error_with_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("metrics.jsonl");
        let mut log = MetricsLog::open(&path).unwrap();
        (0..3).for_each(|step| log.append(&at(step)).unwrap());
        let whole = std::fs::read(&path).unwrap();
        let line = whole.len() / 3;
        let torn = [&whole[..line + 5], &whole[2 * line..]].concat();
        std::fs::write(&path, torn).unwrap();
        let error = read(&path).unwrap_err().to_string();
        assert!(
            error.contains("metrics.jsonl is damaged: line 2"),
            "{error}"
        );
    }

    #[test]
    fn what_is_appended_after_cutting_follows_what_was_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("metrics.jsonl");
        let mut log = MetricsLog::open(&path).unwrap();
        log.append(&at(0)).unwrap();
        let kept = log.bytes();
        log.append(&at(1)).unwrap();
        drop(log);
        let mut log = MetricsLog::open(&path).unwrap();
        log.truncate(kept).unwrap();
        log.append(&at(2)).unwrap();
        assert_eq!(read(&path).unwrap(), [at(0), at(2)]);
        assert_eq!(log.bytes(), std::fs::metadata(&path).unwrap().len());
    }

    #[test]
    fn a_log_is_followed_while_it_grows_is_torn_cut_and_removed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("metrics.jsonl");
        let mut tail = Tail::default();
        tail.follow(&path);
        assert_eq!(tail.measurements(), []);
        let mut log = MetricsLog::open(&path).unwrap();
        log.append(&at(0)).unwrap();
        let whole = std::fs::read(&path).unwrap();
        for length in 0..whole.len() {
            std::fs::write(&path, &whole[..length]).unwrap();
            tail.follow(&path);
            assert_eq!(tail.measurements(), []);
        }
        std::fs::write(&path, [&whole[..], b"nonsense\n", &whole[..4]].concat()).unwrap();
        tail.follow(&path);
        assert_eq!(tail.measurements(), [at(0)]);
        std::fs::write(&path, [&whole[..], b"nonsense\n", &whole[..]].concat()).unwrap();
        tail.follow(&path);
        assert_eq!(tail.measurements(), [at(0), at(0)]);
        std::fs::write(&path, &whole).unwrap();
        tail.follow(&path);
        assert_eq!(tail.measurements(), [at(0)]);
        std::fs::remove_file(&path).unwrap();
        tail.follow(&path);
        assert_eq!(tail.measurements(), []);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_full_disk_is_an_error_that_says_what_to_do() {
        let path = Path::new("/dev/full");
        let file = OpenOptions::new().write(true).open(path).unwrap();
        let mut log = MetricsLog {
            path: path.to_path_buf(),
            file,
            bytes: 0,
        };
        let error = log.append(&at(0)).unwrap_err().to_string();
        assert!(error.contains("free some space"), "{error}");
        assert_eq!(log.bytes(), 0);
    }
}
