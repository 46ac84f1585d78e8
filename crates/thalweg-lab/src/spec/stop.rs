//! `[stop]`: when a trial ends.

use super::Setting;
use super::diagnostic::Problems;
use super::problem::Problem;
use super::reader::Reader;
use super::tree::Node;
use super::want::{COUNT, POSITIVE, SHARE};

/// The conditions that end a trial, whichever is met first. At least one of `steps`, `epochs` and
/// `time` is set, so that every trial ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StopSpec {
    /// Steps taken, at least 1.
    pub steps: Option<u64>,
    /// Epochs completed, at least 1.
    pub epochs: Option<u64>,
    /// Physical time > 0 reached: n·h, or the sum of the rates where they change.
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

    /// Whether a loss is divergence: not finite, or above the limit.
    pub(crate) fn is_divergence(&self, loss: f64) -> bool {
        !(loss.is_finite() && loss <= self.divergence_loss)
    }

    /// The most steps that limits in steps and epochs allow, with so many steps an epoch.
    pub(crate) fn most_steps(&self, steps_per_epoch: u64) -> Option<u64> {
        let epochs = self.epochs;
        let epochs = epochs.map(|epochs| epochs.saturating_mul(steps_per_epoch));
        self.steps.into_iter().chain(epochs).min()
    }

    pub(super) fn read(node: Option<&Node>, problems: &mut Problems) -> Option<Self> {
        let mut reader = Reader::new("stop", node, problems);
        let stop = Self {
            steps: reader.get("steps", &COUNT),
            epochs: reader.get("epochs", &COUNT),
            time: reader.get("time", &POSITIVE),
            train_accuracy: reader.get("train_accuracy", &SHARE),
            loss: reader.get("loss", &POSITIVE),
            divergence_loss: reader
                .get("divergence_loss", &POSITIVE)
                .unwrap_or(Self::DIVERGENCE_LOSS),
        };
        let ends = ["steps", "epochs", "time"];
        if ends.iter().all(|key| reader.span_of(key).is_none()) {
            reader
                .problems
                .add(Problem::Endless, node.map(|node| node.span));
        }
        reader.finish();
        Some(stop)
    }

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
