//! Flows far more accurate than what is compared with them.

use thalweg::flow::{AdaptiveRungeKutta, Control, Field, Integrator, Tolerance};

use super::StudyError;

/// What the error of a step of the flow may be, absolute and relative: far below every distance that
/// a study measures.
const TOLERANCE: f64 = 1e-12;

/// θ of the flow of `field` from `start` at each of `times`, ascending. Where the flow does not come
/// to is NaN.
pub(super) fn values(
    field: &mut dyn Field,
    start: &[f64],
    times: &[f64],
) -> Result<Vec<Vec<f64>>, StudyError> {
    let integrator = AdaptiveRungeKutta::verner_8(Control::new(Tolerance::new(TOLERANCE)));
    let mut values = integrator.values_at(field, start, times)?.values;
    values.resize(times.len(), vec![f64::NAN; start.len()]);
    Ok(values)
}

/// θ of the flow at `time`.
pub(super) fn end(field: &mut dyn Field, start: &[f64], time: f64) -> Result<Vec<f64>, StudyError> {
    let values = values(field, start, &[time])?;
    Ok(values.into_iter().next_back().unwrap_or_default())
}

/// ‖x − y‖.
pub(super) fn distance(x: &[f64], y: &[f64]) -> f64 {
    let squares = x.iter().zip(y).map(|(x, y)| (x - y).powi(2));
    squares.sum::<f64>().sqrt()
}
