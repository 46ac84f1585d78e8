//! What integrates a flow, and how it is watched.

use std::ops::ControlFlow;

use super::drive::Stepper;
use super::error::{FlowError, check_length};
use super::{Field, Integration};

/// What watches an integration: called after every accepted step, it may ask for values within the
/// step, and may end the integration.
pub type Observer<'a> = dyn FnMut(&mut Step<'_>) -> Result<ControlFlow<()>, FlowError> + 'a;

/// A method for θ' = f(θ).
pub trait Integrator {
    /// Follows `field` from `theta` at time 0 to time `end`, and leaves in `theta` where it came to.
    ///
    /// # Errors
    /// If a setting or length is wrong, and those of the field and the observer. That an integration
    /// cannot be carried to the end is no error, but an [`Outcome`](super::Outcome).
    fn integrate(
        &self,
        field: &mut dyn Field,
        theta: &mut [f64],
        end: f64,
        observer: &mut Observer<'_>,
    ) -> Result<Integration, FlowError>;

    /// θ at each of `times`, which are in order and begin no earlier than 0, where θ is `start`. The
    /// last time ends the integration; the others do not influence the steps.
    ///
    /// # Errors
    /// As for [`Self::integrate`], and if times are not in order.
    fn values_at(
        &self,
        field: &mut dyn Field,
        start: &[f64],
        times: &[f64],
    ) -> Result<Solution, FlowError> {
        check_length("start", field.dimension(), start.len())?;
        check_times(times)?;
        let mut values = Vec::with_capacity(times.len());
        values.extend(
            times
                .iter()
                .take_while(|time| **time == 0.0)
                .map(|_| start.to_vec()),
        );
        let mut theta = start.to_vec();
        let end = times.last().copied().unwrap_or(0.0);
        let integration = self.integrate(field, &mut theta, end, &mut |step| {
            while let Some(time) = times.get(values.len()).filter(|time| **time <= step.end()) {
                let mut value = vec![0.0; start.len()];
                step.value(*time, &mut value)?;
                values.push(value);
            }
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(Solution {
            values,
            integration,
        })
    }
}

/// Values of a flow at the times asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Solution {
    /// θ at each time, in order: at all of them if the integration reached its end, else at those
    /// before its last step.
    pub values: Vec<Vec<f64>>,
    /// How it ended, and what it cost.
    pub integration: Integration,
}

fn check_times(times: &[f64]) -> Result<(), FlowError> {
    let mut before = 0.0;
    for (index, time) in times.iter().copied().enumerate() {
        if !(time.is_finite() && time >= before) {
            return Err(FlowError::Time { index, time });
        }
        before = time;
    }
    Ok(())
}

/// An accepted step, as an observer sees it.
pub struct Step<'a> {
    start: f64,
    end: f64,
    stepper: &'a mut dyn Stepper,
    field: &'a mut dyn Field,
}

impl<'a> Step<'a> {
    pub(super) fn new(
        start: f64,
        end: f64,
        stepper: &'a mut dyn Stepper,
        field: &'a mut dyn Field,
    ) -> Self {
        Self {
            start,
            end,
            stepper,
            field,
        }
    }

    /// When the step begins.
    #[must_use]
    pub fn start(&self) -> f64 {
        self.start
    }

    /// When it ends.
    #[must_use]
    pub fn end(&self) -> f64 {
        self.end
    }

    /// θ at its end.
    #[must_use]
    pub fn theta(&self) -> &[f64] {
        self.stepper.tried()
    }

    /// Writes θ at a `time` within the step to `value`, by the method's dense output. The first call
    /// for a step may ask the field for what dense output needs beyond the step; further ones cost no
    /// values of the field.
    ///
    /// # Errors
    /// If the time is not within the step or `value` has the wrong length, and those of the field.
    pub fn value(&mut self, time: f64, value: &mut [f64]) -> Result<(), FlowError> {
        let (start, end) = (self.start, self.end);
        if !(start <= time && time <= end) {
            return Err(FlowError::OutsideStep { time, start, end });
        }
        check_length("value", self.theta().len(), value.len())?;
        if time == end {
            value.copy_from_slice(self.theta());
            return Ok(());
        }
        let fraction = (time - start) / (end - start);
        self.stepper.value(self.field, fraction, value)
    }
}

impl std::fmt::Debug for Step<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Step")
            .field("start", &self.start)
            .field("end", &self.end)
            .finish_non_exhaustive()
    }
}
