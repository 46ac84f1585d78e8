//! Flows with error control, distances at equal times, ends over learning rates.

use std::ops::ControlFlow;

use thalweg::flow::{
    AdaptiveRungeKutta, Chebyshev, Control, FlowError, Integrator, RegularizedFlow, Tolerance,
};
use thalweg::follow::{Dynamics, Follow};
use thalweg::objective::problem::TwoParameterModel;
use thalweg::regularizer::GradientPenalty;

use super::Start;
use super::descent::{Path, descend, stepped};
use super::squares;
use crate::study::{StudyError, Watch};

/// When a flow has reached its minimum: the slowest of them closes in with e⁻¹·⁹ᵗ.
const LONG: f64 = 20.0;
/// Of the pair of order 8.
const TOLERANCE: f64 = 1e-11;
/// Of the stabilised method, of order 2.
const STABILISED: f64 = 1e-7;
/// When Euler's method and the flow are compared: the path has come from 106 to 5.
const EARLY: f64 = 1e-2;
/// Euler's steps there.
const STEPS: [u64; 3] = [250_000, 500_000, 1_000_000];

/// The ends over learning rates.
pub(super) struct Sweep {
    pub learning_rates: Vec<f64>,
    /// a² + b² at the end of gradient descent.
    pub descents: Vec<f64>,
    /// The same of the modified flow.
    pub flows: Vec<f64>,
}

/// How far Euler's method is from the flow at an early time.
pub(super) struct EulerErrors {
    pub steps: Vec<f64>,
    pub errors: Vec<f64>,
}

fn regularised(c: f64) -> Result<RegularizedFlow<thalweg::objective::Traced<f64>>, StudyError> {
    let objective = TwoParameterModel::PUBLISHED.objective()?;
    Ok(RegularizedFlow::new(
        objective,
        GradientPenalty::squared_norm(c)?,
    ))
}

/// The flow of E + c‖∇E‖² to its end.
pub(super) fn flow(start: [f64; 2], c: f64, watch: &Watch<'_>) -> Result<Path, StudyError> {
    watch.go_on()?;
    let method = AdaptiveRungeKutta::verner_8(Control::new(Tolerance::new(TOLERANCE)));
    integrated(&method, start, c, LONG)
}

fn integrated(
    method: &dyn Integrator,
    start: [f64; 2],
    c: f64,
    until: f64,
) -> Result<Path, StudyError> {
    /// Points looked at within a step.
    const WITHIN: u32 = 16;
    let mut path = Path::new(start);
    let mut theta = start;
    let done = method.integrate(&mut regularised(c)?, &mut theta, until, &mut |step| {
        let length = step.end() - step.start();
        for part in 1..WITHIN {
            let time = step.start() + length * f64::from(part) / f64::from(WITHIN);
            let mut value = [0.0; 2];
            step.value(time.min(step.end()), &mut value)?;
            path.add(value);
        }
        Ok::<_, FlowError>(ControlFlow::Continue(()))
    })?;
    path.finish(theta);
    path.is_converged &= done.outcome.reached_end();
    Ok(path)
}

/// Where the stabilised method ends.
pub(super) fn stabilised_end(
    start: [f64; 2],
    c: f64,
    watch: &Watch<'_>,
) -> Result<[f64; 2], StudyError> {
    watch.go_on()?;
    let method = Chebyshev::new(Control::new(Tolerance::new(STABILISED)));
    let mut theta = start;
    method.integrate(&mut regularised(c)?, &mut theta, LONG, &mut |_| {
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(theta)
}

/// max ‖GD − modified flow‖/max ‖GD − gradient flow‖ with h_M.
pub(super) fn distance_ratio(start: Start, watch: &Watch<'_>) -> Result<f64, StudyError> {
    watch.go_on()?;
    let (descent, flow) = (Dynamics::GradientDescent, Dynamics::GradientFlow);
    let modified = Dynamics::ModifiedFlow { terms: 2 };
    let follow = Follow::new(start.moderate, start.steps, &[descent, flow, modified])?;
    let objective = TwoParameterModel::PUBLISHED.objective()?;
    let mut largest = [0.0_f64; 2];
    follow.run(objective, &start.theta, &mut |moment| {
        for (largest, other) in largest.iter_mut().zip([modified, flow]) {
            let distance = moment.distance(descent, other);
            *largest = largest.max(distance.unwrap_or(f64::INFINITY));
        }
        ControlFlow::Continue(())
    })?;
    Ok(largest[0] / largest[1])
}

/// The ends for learning rates from the least to h_M.
pub(super) fn sweep(start: Start, watch: &Watch<'_>) -> Result<Sweep, StudyError> {
    let even = (1..=start.count).map(|i| start.moderate * f64::from(i) / f64::from(start.count));
    let learning_rates: Vec<f64> = std::iter::once(start.least).chain(even).collect();
    let (mut descents, mut flows) = (Vec::new(), Vec::new());
    for rate in &learning_rates {
        descents.push(squares(descend(start.theta, *rate, 0.0, watch)?.end()));
        flows.push(squares(flow(start.theta, rate / 4.0, watch)?.end()));
    }
    Ok(Sweep {
        learning_rates,
        descents,
        flows,
    })
}

/// How far Euler's method is from the flow at the early time, with ever shorter steps.
pub(super) fn euler_errors(
    start: [f64; 2],
    c: f64,
    watch: &Watch<'_>,
) -> Result<EulerErrors, StudyError> {
    let method = AdaptiveRungeKutta::verner_8(Control::new(Tolerance::new(TOLERANCE)));
    let path = integrated(&method, start, c, EARLY)?;
    let [a, b] = path.points[path.points.len() - 1];
    let mut found = EulerErrors {
        steps: Vec::new(),
        errors: Vec::new(),
    };
    for count in STEPS {
        watch.go_on()?;
        let step = EARLY / count as f64;
        let end = (0..count).fold(start, |theta, _| stepped(theta, step, c));
        found.steps.push(step);
        found.errors.push((end[0] - a).hypot(end[1] - b));
    }
    Ok(found)
}
