//! `[[probe]]`: what is measured along the path, and when.

use thalweg::probe::{Quantity, Schedule};

/// Quantities that are measured together on one schedule.
#[derive(Clone, Debug, PartialEq)]
pub struct ProbeSpec {
    /// What is measured; at least one, none twice.
    pub measure: Vec<Quantity>,
    /// When.
    pub every: Schedule,
}

impl ProbeSpec {
    /// What is measured where a file has no `[[probe]]`: the loss and both accuracies, each epoch.
    #[must_use]
    pub fn standard() -> Self {
        Self {
            measure: vec![
                Quantity::Loss,
                Quantity::TrainAccuracy,
                Quantity::TestAccuracy,
            ],
            every: Schedule::Epochs(1),
        }
    }
}
