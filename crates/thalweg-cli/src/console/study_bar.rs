//! How far a study is.

use std::io::{self, IsTerminal};

use indicatif::{ProgressBar, ProgressDrawTarget};
use thalweg_lab::study::Progress;

/// A bar over the parts of a study; quiet off a terminal.
#[derive(Debug)]
pub struct StudyBar {
    bar: ProgressBar,
}

impl StudyBar {
    /// Hidden if `quiet` or off a terminal.
    pub fn new(quiet: bool) -> Self {
        let target = match quiet || !io::stderr().is_terminal() {
            true => ProgressDrawTarget::hidden(),
            false => ProgressDrawTarget::stderr(),
        };
        let bar = ProgressBar::with_draw_target(None, target);
        let style = super::style("{bar:30} {pos}/{len}, {eta} left  {msg}");
        Self {
            bar: bar.with_style(style),
        }
    }

    /// Moves it.
    pub fn show(&self, progress: Progress<'_>) {
        self.bar.set_length(progress.most);
        self.bar.set_message(progress.doing.to_owned());
        self.bar.set_position(progress.done);
    }

    /// Takes it away.
    pub fn clear(&self) {
        self.bar.finish_and_clear();
    }
}
