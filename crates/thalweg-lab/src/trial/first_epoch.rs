//! The first epoch of a trial, for what can be measured after it.

use thalweg::Threads;
use thalweg::objective::Supervised;

use super::TrialError;
use super::descent::Descent;
use crate::record::StreamedSums;
use crate::spec::TrialSpec;

/// θ after an epoch of steps from `theta`, in double precision and without measuring on the way; `None`
/// if the loss grows without bound.
pub(crate) fn first_epoch(
    spec: &TrialSpec,
    theta: Vec<f64>,
    training: &mut Supervised<f64>,
    threads: &Threads,
) -> Result<Option<Vec<f64>>, TrialError> {
    let examples = training.data().count();
    let mut descent = Descent::new(spec, examples, theta.len(), threads)?;
    let steps = descent.steps_per_epoch();
    let (mut state, mut sums) = (descent.start(theta), StreamedSums::default());
    for step in 0..steps {
        state = descent.step(step, state, training, &mut sums)?;
        let is_finite = state.theta.iter().all(|value| value.is_finite());
        if spec.stop.is_divergence(state.loss) || !is_finite {
            return Ok(None);
        }
    }
    Ok(Some(state.theta))
}
