//! Sweeps: the grid of trials that one part of an experiment file stands for.

use super::{Setting, TrialSpec};

/// A grid of trials, repeated for every seed.
#[derive(Clone, Debug, PartialEq)]
pub struct Sweep {
    /// Its name; [`Sweep::UNNAMED`] where the file has no `[[sweep]]`.
    pub name: String,
    /// The settings that vary, in the order of [`TrialSpec::settings`].
    pub axes: Vec<Axis>,
    /// The trials: the last axis varies fastest but for the seed, which varies fastest of all.
    pub trials: Vec<TrialSpec>,
}

/// A setting that varies, with its values in the order of the file.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// Its dotted path, such as `optimizer.learning_rate`.
    pub path: String,
    /// Its values, at least one, none twice.
    pub values: Vec<Setting>,
}

impl Sweep {
    /// The name of the one sweep of a file without `[[sweep]]`.
    pub const UNNAMED: &'static str = "base";

    /// The axis of the setting at `path`, or `None` if it does not vary.
    #[must_use]
    pub fn axis(&self, path: &str) -> Option<&Axis> {
        self.axes.iter().find(|axis| axis.path == path)
    }
}
