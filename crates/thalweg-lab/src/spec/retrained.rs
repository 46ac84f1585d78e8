//! An experiment with another way of training in every trial.

use super::{Experiment, TrialSpec};

impl Experiment {
    /// The same experiment with every trial changed in that way, to the same optimizer and regularizer;
    /// what varied of these no longer does.
    #[must_use]
    pub(crate) fn retrained(&self, change: impl Fn(&mut TrialSpec)) -> Self {
        const FIXED: [&str; 3] = ["optimizer.", "regularizer.", "weight_decay.in_penalty"];
        let mut experiment = self.clone();
        for sweep in &mut experiment.sweeps {
            let is_fixed = |path: &str| FIXED.iter().any(|fixed| path.starts_with(fixed));
            sweep.axes.retain(|axis| !is_fixed(&axis.path));
            sweep.trials.iter_mut().for_each(&change);
        }
        experiment
    }
}
