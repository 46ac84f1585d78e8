//! Two estimates, from runs alone, of the coefficient of ‖∇E‖² in the loss that a method descends.

use thalweg::flow::{FixedRungeKutta, GradientFlow, Integrator, tableau};
use thalweg::modified::PenalisedFlow;
use thalweg::vector::dot;

use super::method::{Begin, Method, Setting};
use crate::study::matched_updates::{MatchedUpdates, whole_parts};
use crate::study::regression::Regression;
use crate::study::smooth_problem::SmoothProblem;
use crate::study::{StudyError, Watch, accurate_flow, halving, matched_updates};

/// Where iterates are compared with a flow: so many times, evenly apart.
const TIMES: usize = matched_updates::PARTS / 3;
/// Learning rates, each half of the one before.
const RATES: usize = 3;
/// When the coefficient that fits is found, relative to it.
const FITTED: f64 = 1e-9;
/// The most improvements of it; five are needed.
const MOST_IMPROVEMENTS: usize = 20;

/// How far and how finely a problem is descended for estimates.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extent {
    /// The effective time nh/(1−β).
    pub time: f64,
    /// The largest effective rate divided by 1−β, with which the first term that the theory leaves
    /// out has the same relative size for every β.
    pub base: f64,
}

/// What was estimated for one method, momentum and problem. All are factors: coefficients divided
/// by h/(4(1−β)), that of gradient descent.
#[derive(Clone, Debug)]
pub(super) struct Estimate {
    pub problem: String,
    pub method: Method,
    pub momentum: f64,
    /// The largest effective rate used; the others are halves of it.
    pub effective_rate: f64,
    /// By the flow that fits best, extrapolated to h = 0.
    pub by_flow: f64,
    /// The same at the smallest learning rate, without extrapolation.
    pub by_flow_last: f64,
    /// By matching updates, extrapolated to h = 0.
    pub by_matching: f64,
    /// The part of the deviation of updates that is not along H∇E, at the smallest learning rate.
    pub unexplained: f64,
}

impl Estimate {
    pub(super) fn claimed(&self) -> f64 {
        self.method.factor(self.momentum)
    }

    /// The relative difference of the estimate by flow from the claim.
    pub(super) fn miss(&self) -> f64 {
        self.by_flow / self.claimed() - 1.0
    }

    /// That of the estimate by matching.
    pub(super) fn matching_miss(&self) -> f64 {
        self.by_matching / self.claimed() - 1.0
    }
}

/// Both estimates.
pub(super) fn estimate(
    problem: &mut SmoothProblem,
    extent: Extent,
    method: Method,
    momentum: f64,
    watch: &Watch<'_>,
) -> Result<Estimate, StudyError> {
    let finest = extent.base * (1.0 - momentum);
    let most_steps = whole_parts(extent.time / finest);
    let setting = |halvings: usize| Setting {
        method,
        momentum,
        effective_rate: extent.time / (most_steps << halvings) as f64,
    };
    let (mut by_flow, mut by_matching, mut unexplained) = (Vec::new(), Vec::new(), f64::NAN);
    for halvings in 0..RATES {
        let (setting, steps) = (setting(halvings), most_steps << halvings);
        by_flow.push(fitted(problem, setting, steps, watch)? / setting.plain_coefficient());
        let (coefficient, left) = matched(problem, setting, steps, watch)?;
        by_matching.push(coefficient / setting.plain_coefficient());
        unexplained = left;
    }
    Ok(Estimate {
        problem: problem.name.clone(),
        method,
        momentum,
        effective_rate: setting(0).effective_rate,
        by_flow_last: by_flow[RATES - 1],
        by_flow: halving::extrapolated(&by_flow),
        by_matching: halving::extrapolated(&by_matching),
        unexplained,
    })
}

/// The μ with which the flow of E + μ‖∇E‖² comes nearest to the iterates, at [`TIMES`] times, when
/// both start in the same place and the method is moving.
///
/// The least squares are solved by chords from μ = 0, nearly exact as the flow is nearly linear in μ.
fn fitted(
    problem: &mut SmoothProblem,
    setting: Setting,
    steps: usize,
    watch: &Watch<'_>,
) -> Result<f64, StudyError> {
    let every = steps / TIMES;
    let mut iterates = Vec::new();
    setting.walk(problem, Begin::Moving, steps, watch, |step, theta| {
        if step > 0 && step.is_multiple_of(every) {
            iterates.push(theta.to_vec());
        }
    })?;
    let iterates = iterates.concat();
    let times: Vec<f64> = (1..=TIMES)
        .map(|index| (index * every) as f64 * setting.effective_rate)
        .collect();
    let mut flow = |coefficient: f64| {
        let mut field = PenalisedFlow::new(&mut *problem.objective, 1.0, coefficient);
        let values = accurate_flow::values(&mut field, &problem.start, &times)?;
        Ok::<_, StudyError>(values.concat())
    };
    let without = flow(0.0)?;
    let mut coefficient = setting.plain_coefficient();
    for _ in 0..MOST_IMPROVEMENTS {
        let with = flow(coefficient)?;
        let chord: Vec<f64> = with.iter().zip(&without).map(|(x, y)| x - y).collect();
        let missing: Vec<f64> = iterates.iter().zip(&with).map(|(x, y)| x - y).collect();
        let change = coefficient * dot(&chord, &missing) / dot(&chord, &chord);
        coefficient += change;
        if change.is_nan() || change.abs() <= FITTED * coefficient.abs() {
            break;
        }
    }
    Ok(coefficient)
}

/// The μ that fits the updates of a run from rest, once its start is forgotten, and the part of what
/// was to be fitted that is left: from an iterate, the gradient flow over the time H = h/(1−β) and
/// the update differ by 2HμH∇E, up to terms of higher order (gradient matching).
fn matched(
    problem: &mut SmoothProblem,
    setting: Setting,
    steps: usize,
    watch: &Watch<'_>,
) -> Result<(f64, f64), StudyError> {
    let mut updates = MatchedUpdates::new(steps, setting.momentum);
    setting.walk(problem, Begin::AtRest, steps, watch, |step, theta| {
        updates.see(step, theta);
    })?;
    let time = setting.effective_rate;
    // One step of RK4: its error is of the fifth order in the time, what is matched of the second.
    let flow = FixedRungeKutta::new(&tableau::runge_kutta_4(), time);
    let objective = &mut problem.objective;
    let mut regression = Regression::<1>::new();
    for [theta, next] in updates.pairs() {
        let (mut gradient, mut product) = (vec![0.0; theta.len()], vec![0.0; theta.len()]);
        objective.gradient_and_hessian_gradient(&theta, &mut gradient, &mut product)?;
        let end = flow.values_at(&mut GradientFlow::new(&mut **objective), &theta, &[time])?;
        let Some(end) = end.values.first() else {
            continue;
        };
        let ahead: Vec<f64> = end.iter().zip(&next).map(|(x, y)| x - y).collect();
        regression.add(&ahead, [&product]);
    }
    let fit = regression.fit();
    Ok((fit.coefficients[0] / (2.0 * time), fit.unexplained))
}
