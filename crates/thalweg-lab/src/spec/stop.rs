//! `[stop]`: when a trial ends.

use super::Setting;

/// The conditions that end a trial, whichever is met first. At least one of `steps`, `epochs` and
/// `time` is set, so that every trial ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StopSpec {
    /// Steps taken, at least 1.
    pub steps: Option<u64>,
    /// Epochs completed, at least 1.
    pub epochs: Option<u64>,
    /// Physical time n·h > 0 reached.
    pub time: Option<f64>,
    /// Training accuracy reached, in (0, 1].
    pub train_accuracy: Option<f64>,
    /// Training loss > 0 reached from above.
    pub loss: Option<f64>,
    /// A loss above this, or one that is not finite, is divergence.
    pub divergence_loss: f64,
}

impl StopSpec {
    /// The loss that counts as divergence where a file does not say.
    pub const DIVERGENCE_LOSS: f64 = 1e4;

    /// The entries of `[stop]` in the order of files and summaries.
    pub(super) fn settings(&self) -> Vec<(&'static str, Setting)> {
        vec![
            ("stop.steps", Setting::of(self.steps)),
            ("stop.epochs", Setting::of(self.epochs)),
            ("stop.time", Setting::of(self.time)),
            ("stop.train_accuracy", Setting::of(self.train_accuracy)),
            ("stop.loss", Setting::of(self.loss)),
            ("stop.divergence_loss", self.divergence_loss.into()),
        ]
    }
}
