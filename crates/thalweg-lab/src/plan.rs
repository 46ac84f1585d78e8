//! The trials of an experiment, each once, in a fixed order.

use crate::spec::TrialSpec;

/// What is to be run: every trial of every sweep, each once.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The identity of the experiment.
    pub id: String,
    /// The trials in the order of the sweeps, grids and seeds of the file.
    pub trials: Vec<PlannedTrial>,
}

/// A trial with its place in the experiment.
#[derive(Clone, Debug, PartialEq)]
pub struct PlannedTrial {
    /// The trial.
    pub spec: TrialSpec,
    /// Its identity, [`TrialSpec::id`].
    pub id: String,
    /// The names of the sweeps that it belongs to, in the order of the file.
    pub sweeps: Vec<String>,
}
