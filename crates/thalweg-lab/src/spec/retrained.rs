//! An experiment with another way of training in every trial.

use super::{Experiment, OptimizerSpec, RegularizerSpec, StopSpec};

impl Experiment {
    /// The same experiment with this optimizer and regularizer in every trial, and other limits; what
    /// varied of optimizer and regularizer no longer does.
    #[must_use]
    pub(crate) fn retrained(
        &self,
        optimizer: &OptimizerSpec,
        regularizer: Option<&RegularizerSpec>,
        stop: impl Fn(StopSpec) -> StopSpec,
    ) -> Self {
        let mut experiment = self.clone();
        let is_kept =
            |path: &str| !path.starts_with("optimizer.") && !path.starts_with("regularizer.");
        for sweep in &mut experiment.sweeps {
            sweep.axes.retain(|axis| is_kept(&axis.path));
            for trial in &mut sweep.trials {
                trial.optimizer.clone_from(optimizer);
                trial.regularizer = regularizer.copied();
                trial.stop = stop(trial.stop);
            }
        }
        experiment
    }
}
