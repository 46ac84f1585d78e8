//! `thalweg watch`: a run seen from outside while it goes on.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

use clap::Args;
use ratatui::DefaultTerminal;
use ratatui::crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use thalweg_lab::store::{StoreError, StudyFolder};
use thalweg_lab::watching::Watcher;

use crate::console::{self, watch};
use crate::failure::Failure;

/// Arguments of `thalweg watch`.
#[derive(Args, Clone, Debug)]
pub struct WatchArguments {
    /// The folder of the run; it need not be there yet
    folder: PathBuf,
    /// Print how the run stands and end, as always where the output is no terminal
    #[arg(long)]
    once: bool,
    /// Seconds between two looks at the folder
    #[arg(long, value_name = "SECONDS", default_value_t = 1.0, value_parser = seconds)]
    every: f64,
}

/// Shortest and longest time between two looks.
const EVERY: std::ops::RangeInclusive<f64> = 0.1..=3600.0;

fn seconds(text: &str) -> Result<f64, String> {
    let seconds: Option<f64> = text.parse().ok().filter(|value| EVERY.contains(value));
    seconds.ok_or_else(|| "a number from 0.1 to 3600 is wanted".into())
}

/// Runs `thalweg watch`.
pub fn run(arguments: &WatchArguments) -> Result<(), Failure> {
    let folder = &arguments.folder;
    if StudyFolder::read(folder).is_ok_and(|study| study.is_some()) {
        return Err(Failure::NothingToWatch(folder.clone()));
    }
    if arguments.once || !io::stdout().is_terminal() {
        let mut watcher = Watcher::open(folder)?;
        let watched = watcher.look(SystemTime::now());
        let text = watch::plain(&watched, console::width());
        io::stdout().write_all(text.as_bytes())?;
        return Ok(());
    }
    // Before the screen is taken: a folder of something else is an error, not a picture.
    let watcher = open(folder)?;
    let terminated = on_termination();
    // The hook that gives the screen back in a panic is set here too.
    let mut terminal = ratatui::try_init()?;
    let every = Duration::from_secs_f64(arguments.every);
    let ended = show(&mut terminal, folder, watcher, every, &terminated);
    ratatui::try_restore()?;
    ended
}

/// A watcher, or `None` as long as there is no run yet.
fn open(folder: &Path) -> Result<Option<Watcher>, Failure> {
    match Watcher::open(folder) {
        Ok(watcher) => Ok(Some(watcher)),
        Err(StoreError::NoRun { .. }) if is_nothing(folder) => Ok(None),
        // Its files are being made.
        Err(StoreError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Whether there is no folder, or one without anything in it but what is being written.
fn is_nothing(folder: &Path) -> bool {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return !folder.exists();
    };
    let mut names = entries.flatten().map(|entry| entry.file_name());
    names.all(|name| name.as_encoded_bytes().ends_with(b".part"))
}

/// Draws and looks again until somebody quits.
fn show(
    terminal: &mut DefaultTerminal,
    folder: &Path,
    mut watcher: Option<Watcher>,
    every: Duration,
    terminated: &AtomicBool,
) -> Result<(), Failure> {
    let mut view = watch::View::default();
    loop {
        if watcher.is_none() {
            watcher = open(folder)?;
        }
        match &mut watcher {
            Some(watcher) => {
                let watched = watcher.look(SystemTime::now());
                terminal.draw(|frame| watch::draw(frame, &watched, &mut view))?;
            }
            None => {
                terminal.draw(|frame| watch::draw_nothing(frame, folder))?;
            }
        }
        match wait(every, terminated)? {
            Woken::End => return Ok(()),
            Woken::Key(key) => view.press(key),
            Woken::Look => {}
        }
    }
}

/// Why waiting ended.
enum Woken {
    /// Somebody quits.
    End,
    /// A key was pressed.
    Key(KeyCode),
    /// It is time to look again, or the window has changed its size.
    Look,
}

/// Waits for the next look, a key or the end.
fn wait(every: Duration, terminated: &AtomicBool) -> io::Result<Woken> {
    // In parts, so that a request to terminate is not left standing.
    const PART: Duration = Duration::from_millis(200);
    let begun = Instant::now();
    loop {
        if terminated.load(Ordering::Relaxed) {
            return Ok(Woken::End);
        }
        let left = every.saturating_sub(begun.elapsed());
        if event::poll(left.min(PART))? {
            return Ok(match event::read()? {
                Event::Key(key) if key.kind != KeyEventKind::Press => continue,
                Event::Key(key) if is_end(key) => Woken::End,
                Event::Key(key) => Woken::Key(key.code),
                _ => Woken::Look,
            });
        }
        if left.is_zero() {
            return Ok(Woken::Look);
        }
    }
}

fn is_end(key: KeyEvent) -> bool {
    let is_control = key.modifiers.contains(KeyModifiers::CONTROL);
    match key.code {
        KeyCode::Char('q') | KeyCode::Esc => true,
        KeyCode::Char('c') => is_control,
        _ => false,
    }
}

/// A flag that a request to terminate sets, so that the screen is given back first.
fn on_termination() -> Arc<AtomicBool> {
    let flag = Arc::new(AtomicBool::new(false));
    let shared = flag.clone();
    if let Err(error) = ctrlc::set_handler(move || shared.store(true, Ordering::Relaxed)) {
        console::note(&format!(
            "a request to terminate will leave the screen as it is: {error}"
        ));
    }
    flag
}
