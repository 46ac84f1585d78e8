//! A run that goes on, drawn on a whole terminal or printed as one table.

mod chart;
mod columns;
mod plain;
mod screen;
#[cfg(test)]
mod tests;
mod words;

use ratatui::crossterm::event::KeyCode;

pub use self::plain::plain;
pub use self::screen::{draw, draw_nothing};

/// What somebody has chosen to see.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// The table of settings in place of that of trials, where there is room for one.
    settings: bool,
    /// The chart of the test accuracy in place of the loss, where there is room for one.
    accuracy: bool,
    /// Rows of the table that are scrolled away.
    scrolled: usize,
}

impl View {
    /// Rows that a page key moves by.
    const PAGE: usize = 10;

    /// Takes a key; others than those of the last line of the screen do nothing.
    pub fn press(&mut self, key: KeyCode) {
        match key {
            KeyCode::Tab => {
                self.settings = !self.settings;
                self.scrolled = 0;
            }
            KeyCode::Char('c') => self.accuracy = !self.accuracy,
            KeyCode::Down | KeyCode::Char('j') => self.scrolled += 1,
            KeyCode::Up | KeyCode::Char('k') => self.scrolled = self.scrolled.saturating_sub(1),
            KeyCode::PageDown => self.scrolled += Self::PAGE,
            KeyCode::PageUp => self.scrolled = self.scrolled.saturating_sub(Self::PAGE),
            KeyCode::Home => self.scrolled = 0,
            _ => {}
        }
    }
}
