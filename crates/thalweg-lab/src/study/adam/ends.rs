//! A consequence: how large the one-norm of the gradient is around the minima that Adam finds.

use super::setting::{Begin, Setting};
use crate::study::smooth_problem::SmoothProblem;
use crate::study::{StudyError, Watch, accurate_flow};

/// h.
pub(super) const RATE: f64 = 5e-4;
/// ε: on most of a path the gradient is far above √ε.
pub(super) const EPSILON: f64 = 1e-2;
/// When every path has reached its minimum to all digits.
const TIME: f64 = 10.0;

/// Where Adam ends on the two-parameter model, and where its flows do: |a| + |b|, by which the
/// one-norm of the gradient grows with the residual.
#[derive(Clone, Copy, Debug)]
pub(super) struct End {
    pub decays: [f64; 2],
    /// Of the last iterate.
    pub measured: f64,
    /// Of the flow with the correction.
    pub corrected: f64,
    /// Of the flow without it, which knows neither h nor β.
    pub lowest: f64,
}

impl End {
    /// What finite steps change.
    pub(super) fn change(&self) -> f64 {
        self.measured - self.lowest
    }

    /// What the correction says of that.
    pub(super) fn claimed_change(&self) -> f64 {
        self.corrected - self.lowest
    }
}

/// Where Adam ends, started as in practice.
pub(super) fn end(
    problem: &mut SmoothProblem,
    decays: [f64; 2],
    watch: &Watch<'_>,
) -> Result<End, StudyError> {
    let setting = Setting {
        rate: RATE,
        decays,
        epsilon: EPSILON,
    };
    let steps = (TIME / RATE).round() as usize;
    let mut measured = f64::NAN;
    setting.walk(problem, Begin::Corrected, steps, watch, |_, theta| {
        measured = one_norm(theta);
    })?;
    let mut field = setting.modified()?.flow(&mut *problem.objective);
    let corrected = accurate_flow::end(&mut field, &problem.start, TIME)?;
    let mut field = setting
        .modified()?
        .lowest_order_flow(&mut *problem.objective);
    let lowest = accurate_flow::end(&mut field, &problem.start, TIME)?;
    Ok(End {
        decays,
        measured,
        corrected: one_norm(&corrected),
        lowest: one_norm(&lowest),
    })
}

fn one_norm(theta: &[f64]) -> f64 {
    theta.iter().map(|x| x.abs()).sum()
}
