//! A consequence: how flat the minima are that momentum finds.

use thalweg::modified::PenalisedFlow;
use thalweg::objective::problem::TwoParameterModel;

use super::method::{Begin, Method, Setting};
use crate::study::smooth_problem::SmoothProblem;
use crate::study::{StudyError, Watch, accurate_flow};

/// h/(1−β), the same for every β.
pub(super) const EFFECTIVE_RATE: f64 = 2.5e-4;
/// The effective time after which a minimum is reached: with curvature a² + b² > 4 there, what is left
/// of the residual is below 10⁻¹⁴ of it.
const TIME: f64 = 8.0;
/// β: from 0 to 0.9 in twentieths.
const TWENTIETHS: u32 = 18;

/// Where a method that starts at rest ends on the two-parameter model, and where flows do.
#[derive(Clone, Copy, Debug)]
pub(super) struct End {
    pub method: Method,
    pub momentum: f64,
    /// a² + b² of the last iterate.
    pub measured: f64,
    /// That of the flow with the claimed penalty, from where a start at rest falls into it.
    pub claimed: f64,
    /// That of the flow with the penalty of gradient descent, from the start.
    pub plain: f64,
}

/// Where every method ends for every β.
pub(super) fn all(problem: &mut SmoothProblem, watch: &Watch<'_>) -> Result<Vec<End>, StudyError> {
    let mut ends = Vec::new();
    for method in Method::ALL {
        for twentieths in 0..=TWENTIETHS {
            let momentum = f64::from(twentieths) / 20.0;
            ends.push(end(problem, method, momentum, watch)?);
        }
    }
    Ok(ends)
}

fn end(
    problem: &mut SmoothProblem,
    method: Method,
    momentum: f64,
    watch: &Watch<'_>,
) -> Result<End, StudyError> {
    let setting = Setting {
        method,
        momentum,
        effective_rate: EFFECTIVE_RATE,
    };
    let steps = (TIME / EFFECTIVE_RATE).round() as usize;
    let mut measured = f64::NAN;
    setting.walk(problem, Begin::AtRest, steps, watch, |_, theta| {
        measured = squares(theta)
    })?;
    let shifted = setting.start_from_rest(problem)?;
    let start = problem.start.clone();
    let mut flow = |coefficient: f64, start: &[f64]| {
        let mut field = PenalisedFlow::new(&mut *problem.objective, 1.0, coefficient);
        Ok::<_, StudyError>(squares(&accurate_flow::end(&mut field, start, TIME)?))
    };
    Ok(End {
        method,
        momentum,
        measured,
        claimed: flow(setting.claimed_coefficient(), &shifted)?,
        plain: flow(setting.plain_coefficient(), &start)?,
    })
}

/// a² + b² where the gradient flow ends.
pub(super) fn of_gradient_flow() -> f64 {
    let model = TwoParameterModel::PUBLISHED;
    squares(&model.gradient_flow_limit(TwoParameterModel::START_I))
}

fn squares(theta: &[f64]) -> f64 {
    theta.iter().map(|x| x * x).sum()
}
