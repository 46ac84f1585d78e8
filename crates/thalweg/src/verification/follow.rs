//! The flows that methods are compared with, as accurately as double precision allows.

use super::VerificationError;
use crate::flow::{AdaptiveRungeKutta, Control, Field, Integrator, Outcome, Tolerance};

/// What a step of the integration may be off, in units of θ: as near to rounding as steps can be
/// controlled.
const RELATIVE: f64 = 1e-14;

/// θ at a `time` on the flow of `field` from `start`, by the pair of orders 8(7) to a tolerance of
/// 10⁻¹⁴, and how the integration ended.
///
/// # Errors
/// If `start` has not the field's dimension, the time is not finite or negative, and those of the
/// field.
pub fn follow(
    field: &mut dyn Field,
    start: &[f64],
    time: f64,
) -> Result<(Vec<f64>, Outcome), VerificationError> {
    let largest = start.iter().fold(0.0_f64, |most, x| most.max(x.abs()));
    let scale = if largest > 0.0 { largest } else { 1.0 };
    let tolerance = Tolerance {
        absolute: RELATIVE * scale,
        relative: RELATIVE,
    };
    let mut control = Control::new(tolerance);
    control.first_step = (time > 0.0).then_some(time);
    let mut theta = start.to_vec();
    let method = AdaptiveRungeKutta::verner_8(control);
    let never = &mut |_: &mut crate::flow::Step<'_>| Ok(std::ops::ControlFlow::Continue(()));
    let integration = method.integrate(field, &mut theta, time, never)?;
    Ok((theta, integration.outcome))
}
