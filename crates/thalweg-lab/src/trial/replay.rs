//! A trial's path once more, without measuring anything.

use std::ops::ControlFlow;

use thalweg::Threads;
use thalweg::network::{Mlp, Network};
use thalweg::objective::Supervised;

use super::TrialError;
use super::descent::Descent;
use crate::datasets::Splits;
use crate::record::StreamedSums;
use crate::spec::TrialSpec;
use crate::store::Storable;

/// Takes `steps` steps of a trial from its start, as it took them, and shows `visit` every position,
/// the start included, until it breaks off. Returns the last position.
///
/// Every random choice of a trial follows from its seed, so the positions are the same to the bit on
/// the same kind of machine.
pub(crate) fn replay<T: Storable>(
    spec: &TrialSpec,
    splits: &Splits<T>,
    threads: &Threads,
    steps: u64,
    visit: &mut dyn FnMut(u64, &[T]) -> ControlFlow<()>,
) -> Result<Vec<T>, TrialError> {
    let (data, network) = (&splits.training, &spec.network);
    let widths = &network.hidden_widths;
    let mlp = Mlp::new(data.features(), widths, data.outputs(), network.activation)?;
    let theta = mlp
        .parameters()
        .initialise(network.initialisation, network.bias, spec.seed);
    let mut descent = Descent::new(spec, data.count(), theta.len(), threads)?;
    let mut training = Supervised::new(Box::new(mlp), spec.loss, data.clone(), threads.clone())?;
    let (mut state, mut sums) = (descent.start(theta), StreamedSums::default());
    for step in 0..=steps {
        if visit(step, &state.theta).is_break() || step == steps {
            break;
        }
        state = descent.step(step, state, &mut training, &mut sums)?;
    }
    Ok(state.theta)
}
