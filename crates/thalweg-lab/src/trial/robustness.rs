//! What noise in its parameters does to a trial that has ended.

use std::ops::ControlFlow;

use thalweg::probe::Quantity;
use thalweg::robustness::{
    HalfAccuracy, Perturbation, RobustnessCurve, RobustnessError, filters, robustness,
};

use super::measuring::Measuring;
use crate::record::{Measurement, Robustness, Warning, WarningKind};
use crate::spec::{RobustnessSpec, TrialSpec};
use crate::store::Storable;

/// Exposes `theta`, reached after so many steps, to the noise of `asked`.
///
/// `is_interrupted` is looked at every few draws; the error is then [`RobustnessError::Stopped`].
pub(super) fn measure<T: Storable>(
    asked: &RobustnessSpec,
    spec: &TrialSpec,
    measuring: &mut Measuring<'_, T>,
    (theta, step): (&[T], u64),
    is_interrupted: &dyn Fn() -> bool,
) -> Result<Robustness, RobustnessError> {
    let perturbation = Perturbation {
        noise: asked.noise,
        strengths: asked.strengths.clone(),
        draws: asked.draws,
        slope_examples: Some(asked.slope_examples),
        seed: spec.seed,
    };
    let mut watch = |_, _| match is_interrupted() {
        true => ControlFlow::Break(()),
        false => ControlFlow::Continue(()),
    };
    let filters = filters(measuring.training.parameters());
    let (training, test) = (&mut measuring.training, &mut measuring.test);
    let curve = robustness(&perturbation, theta, &filters, training, test, &mut watch)?;
    Ok(Robustness {
        at: asked.at,
        step,
        curve,
    })
}

/// Enters the strength at which accuracy falls to one half among what is measured at the point;
/// undefined where it does not within the strengths.
pub(super) fn enter(curve: &RobustnessCurve, measurement: &mut Measurement) {
    let half = curve.half_accuracy_strength();
    let strength = half.and_then(HalfAccuracy::strength).unwrap_or(f64::NAN);
    let quantity = Quantity::HalfAccuracyStrength;
    measurement.values.insert(quantity, strength);
}

/// Whether accuracy does not fall to one half within the strengths, so that where it does is not
/// known.
pub(super) fn warning(curve: &RobustnessCurve) -> Option<Warning> {
    let message = match curve.half_accuracy_strength() {
        Some(HalfAccuracy::At { .. }) => return None,
        Some(HalfAccuracy::StartsBelow { accuracy }) => format!(
            "test accuracy is {:.1} % without any noise",
            100.0 * accuracy
        ),
        None => {
            let last = curve.points.last()?;
            format!(
                "test accuracy is still {:.1} % at the strongest noise, σ = {}",
                100.0 * last.test_accuracy?.mean,
                last.strength
            )
        }
    };
    Some(Warning {
        kind: WarningKind::NoHalfAccuracyStrength,
        message,
    })
}
