//! What people see in the terminal: progress and messages on standard error, data on standard
//! output. Bars are drawn only on a terminal.

mod study_bar;
pub mod watch;
mod watching;

use std::collections::HashMap;
use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use thalweg_lab::audit::AuditError;
use thalweg_lab::plan::PlannedTrial;
use thalweg_lab::record::{Outcome, Termination};
use thalweg_lab::run::Observer;
use thalweg_lab::spec::Strength;
use thalweg_lab::store::LostSnapshot;
use thalweg_lab::study::StudyError;
use thalweg_lab::trial::TrialError;

pub use self::study_bar::StudyBar;
pub use self::watching::Watching;
use crate::failure::Failure;

/// Steps between two drawings of a trial's bar: drawing must not cost.
const DRAW_EVERY: u64 = 16;

/// Parts of a trial that the bar over trials counts, so that its time left is known before the first
/// trial ends.
const PARTS: u64 = 1000;

/// The columns of a table where there is no terminal to ask.
const WIDTH: usize = 100;

/// The columns that a table on standard output may have.
pub fn width() -> usize {
    match console::Term::stdout().size_checked() {
        Some((_, columns)) if io::stdout().is_terminal() => columns.into(),
        _ => WIDTH,
    }
}

/// Whether messages may be coloured.
pub fn is_coloured() -> bool {
    io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}

/// Says why a command did not succeed.
pub fn error(failure: &Failure) {
    match failure {
        // Its diagnostics begin with `error` themselves.
        Failure::Experiment(_) => say(&failure.to_string()),
        Failure::Interrupted
        | Failure::Study(StudyError::Interrupted)
        | Failure::Audit(AuditError::Interrupted) => {
            say(&failure.to_string());
        }
        _ => say(&format!("error: {failure}")),
    }
}

/// Says something by the way.
pub fn note(text: &str) {
    say(text);
}

fn say(text: &str) {
    // With standard error gone there is nobody to tell.
    let _ = writeln!(io::stderr(), "{text}");
}

/// Bars over trials and within each that is running, with the time left; quiet off a terminal.
#[derive(Debug)]
pub struct Bars {
    all: MultiProgress,
    trials: ProgressBar,
    count: usize,
    ended: AtomicUsize,
    running: Mutex<HashMap<String, ProgressBar>>,
}

impl Bars {
    /// For so many trials; hidden if `quiet` or off a terminal.
    pub fn new(trials: usize, quiet: bool) -> Self {
        let all = MultiProgress::new();
        if quiet || !io::stderr().is_terminal() {
            all.set_draw_target(indicatif::ProgressDrawTarget::hidden());
        }
        let bar = ProgressBar::new(trials as u64 * PARTS);
        let bar = all.add(bar.with_style(style("{bar:30} {msg} trials, {eta} left")));
        let bars = Self {
            all,
            trials: bar,
            count: trials,
            ended: AtomicUsize::new(0),
            running: Mutex::default(),
        };
        bars.show_overall();
        bars
    }

    fn with_running(&self, work: impl FnOnce(&mut HashMap<String, ProgressBar>)) {
        work(&mut self.running.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn end(&self, trial: &PlannedTrial) {
        self.with_running(|running| {
            if let Some(bar) = running.remove(&trial.id) {
                bar.finish_and_clear();
                self.all.remove(&bar);
            }
        });
        self.ended.fetch_add(1, Ordering::Relaxed);
        self.show_overall();
    }

    /// Moves the bar over trials: ended ones, and the parts of those that are running.
    fn show_overall(&self) {
        let ended = self.ended.load(Ordering::Relaxed);
        let mut position = ended as u64 * PARTS;
        self.with_running(|running| {
            let part = |bar: &ProgressBar| {
                let most = bar.length().unwrap_or(0).max(1);
                bar.position() * PARTS / most
            };
            position += running.values().map(part).sum::<u64>();
        });
        self.trials.set_message(format!("{ended}/{}", self.count));
        self.trials.set_position(position);
    }

    /// Says something above the bars.
    pub fn say(&self, text: &str) {
        self.all.suspend(|| note(text));
    }

    /// Takes the bars away.
    pub fn clear(&self) {
        self.trials.finish_and_clear();
    }
}

fn style(template: &str) -> ProgressStyle {
    let style = ProgressStyle::with_template(template);
    style
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .progress_chars("━╸─")
}

/// A trial in a few words.
fn label(trial: &PlannedTrial) -> String {
    let spec = &trial.spec;
    let penalty = spec
        .regularizer
        .as_ref()
        .map(|penalty| match penalty.strength {
            Strength::Penalty { coefficient, .. } => format!(" μ={coefficient}"),
            Strength::ImplicitMultiple { multiplier } => format!(" implicit×{multiplier}"),
        });
    let penalty = penalty.unwrap_or_default();
    format!(
        "h={}{penalty} seed {}",
        spec.optimizer.learning_rate, spec.seed
    )
}

impl Observer for Bars {
    fn started(&self, trial: &PlannedTrial) {
        let bar = self.all.add(ProgressBar::new(0));
        bar.set_style(style("  {bar:20} {pos}/{len} steps, {eta} left  {msg}"));
        bar.set_message(label(trial));
        self.with_running(|running| {
            running.insert(trial.id.clone(), bar);
        });
    }

    fn advanced(&self, trial: &PlannedTrial, step: u64, most: u64) {
        if !step.is_multiple_of(DRAW_EVERY) {
            return;
        }
        self.with_running(|running| {
            if let Some(bar) = running.get(&trial.id) {
                bar.set_length(most);
                bar.set_position(step);
            }
        });
        self.show_overall();
    }

    fn restarted(&self, trial: &PlannedTrial, lost: &LostSnapshot) {
        self.say(&format!("trial {} ({}): {lost}", trial.id, label(trial)));
    }

    fn finished(&self, trial: &PlannedTrial, outcome: &Outcome, _is_new: bool) {
        if outcome.termination == Termination::Diverged {
            self.say(&format!(
                "{} diverged at step {}",
                label(trial),
                outcome.steps
            ));
        }
        self.end(trial);
    }

    fn failed(&self, trial: &PlannedTrial, error: &TrialError) {
        self.say(&format!(
            "error: trial {} ({}): {error}",
            trial.id,
            label(trial)
        ));
        self.end(trial);
    }
}
