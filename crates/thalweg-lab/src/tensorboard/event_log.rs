//! The event files of one trial.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::{event, record};
use crate::record::Measurement;

/// How the names of event files begin, by which TensorBoard knows them.
const PREFIX: &str = "events.out.tfevents.";

/// The event files of a trial, of which the last is written to.
///
/// A trial that goes on after an interruption goes on in a further file. What the files before have of
/// steps that are made again is cut off, and the further file begins by saying where it goes on, so
/// that neither one who reads the files now nor a board that has been open all the time sees a point
/// twice or misses one.
#[derive(Debug)]
pub struct EventLog {
    folder: PathBuf,
    file: Option<File>,
    /// The step at which a further file goes on, if there are files before.
    goes_on_at: Option<u64>,
}

impl EventLog {
    /// Brings the files of a folder, made if it is not there, to exactly the measurements `kept`: what
    /// is not the beginning of those is cut off, and the rest appended with wall time `time`.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn open(folder: &Path, kept: &[Measurement], time: SystemTime) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let files = files(folder)?;
        let (mut present, mut is_whole) = (0, true);
        for path in &files {
            match is_whole {
                true => is_whole = cut(path, kept, &mut present)?,
                false => fs::remove_file(path)?,
            }
        }
        let after = kept.last().map_or(0, |last| last.step + 1);
        let goes_on_at = kept.get(present).map_or(after, |next| next.step);
        let mut log = Self {
            folder: folder.to_owned(),
            file: None,
            goes_on_at: (!files.is_empty()).then_some(goes_on_at),
        };
        for measurement in &kept[present..] {
            log.append(measurement, time)?;
        }
        Ok(log)
    }

    /// Appends a measurement, in one piece, and hands it to the system.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn append(&mut self, measurement: &Measurement, time: SystemTime) -> io::Result<()> {
        let mut file = match self.file.take() {
            Some(file) => file,
            None => self.begin(time)?,
        };
        file.write_all(&record::frame(&event::scalars(measurement, time)))?;
        self.file = Some(file);
        Ok(())
    }

    /// A further file with what stands at its beginning.
    fn begin(&self, time: SystemTime) -> io::Result<File> {
        let path = self.folder.join(next_name(&files(&self.folder)?));
        let mut file = OpenOptions::new()
            .create_new(true)
            .append(true)
            .open(path)?;
        file.write_all(&record::frame(&event::version(time)))?;
        if let Some(step) = self.goes_on_at {
            file.write_all(&record::frame(&event::session_start(step, time)))?;
        }
        Ok(file)
    }
}

/// The event files of a folder in the order in which they are read.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with(PREFIX) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// A name behind all others: seconds since 1970 in ten digits, later than those of the last file.
fn next_name(files: &[PathBuf]) -> String {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let now = now.map_or(0, |since| since.as_secs());
    let last = files.last().and_then(|path| {
        let name = path.file_name()?.to_str()?;
        let digits = name.strip_prefix(PREFIX)?.get(..10)?;
        digits.parse::<u64>().ok()
    });
    let time = last.map_or(now, |last| now.max(last + 1));
    format!("{PREFIX}{time:010}.thalweg")
}

/// Cuts a file off where it is torn or does not go on as `kept` does after the `present` first ones,
/// which are counted on. Returns whether the whole file did.
fn cut(path: &Path, kept: &[Measurement], present: &mut usize) -> io::Result<bool> {
    let bytes = fs::read(path)?;
    let mut good = 0;
    while let Some((data, length)) = record::unframe(&bytes[good..]) {
        if let Some(step) = event::step_of_scalars(data) {
            if kept.get(*present).is_none_or(|next| next.step != step) {
                break;
            }
            *present += 1;
        }
        good += length;
    }
    if good < bytes.len() {
        let file = OpenOptions::new().write(true).open(path)?;
        file.set_len(good as u64)?;
    }
    Ok(good == bytes.len())
}
