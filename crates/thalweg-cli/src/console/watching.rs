//! Everybody who is told how trials get on.

use thalweg_lab::plan::PlannedTrial;
use thalweg_lab::record::{Measurement, Outcome};
use thalweg_lab::run::Observer;
use thalweg_lab::store::LostSnapshot;
use thalweg_lab::tensorboard::{Board, BoardError};
use thalweg_lab::trial::TrialError;

use super::Bars;

/// The bars and, if it is wanted, a board. A board that cannot be written is said once a trial and
/// stops nothing.
#[derive(Debug)]
pub struct Watching<'a> {
    /// On the terminal.
    pub bars: &'a Bars,
    /// In event files.
    pub board: Option<&'a Board>,
}

impl Watching<'_> {
    fn on_board(&self, write: impl FnOnce(&Board) -> Result<(), BoardError>) {
        if let Some(Err(error)) = self.board.map(write) {
            self.bars.say(&format!("warning: {error}"));
        }
    }
}

impl Observer for Watching<'_> {
    fn started(&self, trial: &PlannedTrial) {
        self.bars.started(trial);
    }

    fn restarted(&self, trial: &PlannedTrial, lost: &LostSnapshot) {
        self.bars.restarted(trial, lost);
    }

    fn began(&self, trial: &PlannedTrial, kept: &[Measurement]) {
        self.on_board(|board| board.began(trial, kept));
    }

    fn measured(&self, trial: &PlannedTrial, measurement: &Measurement) {
        self.on_board(|board| board.measured(trial, measurement));
    }

    fn advanced(&self, trial: &PlannedTrial, step: u64, most: u64) {
        self.bars.advanced(trial, step, most);
    }

    fn finished(&self, trial: &PlannedTrial, outcome: &Outcome, is_new: bool) {
        self.on_board(|board| board.complete(trial));
        self.bars.finished(trial, outcome, is_new);
    }

    fn failed(&self, trial: &PlannedTrial, error: &TrialError) {
        self.bars.failed(trial, error);
    }
}
