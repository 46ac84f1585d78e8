//! The coefficients of the correction, estimated from runs by matching updates.

use thalweg::flow::{FixedRungeKutta, Integrator, tableau};

use super::setting::{Begin, Setting};
use crate::study::matched_updates::{MatchedUpdates, whole_parts};
use crate::study::regression::Regression;
use crate::study::smooth_problem::SmoothProblem;
use crate::study::{StudyError, Watch, halving};

/// Learning rates, each half of the one before.
const RATES: usize = 3;

/// How far and how finely a problem is descended.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extent {
    /// nh.
    pub time: f64,
    /// The largest h divided by 1−β for the larger β.
    pub base: f64,
    /// ε.
    pub epsilon: f64,
}

/// What was estimated for one pair (β₁, β₂).
#[derive(Clone, Debug)]
pub(super) struct Coefficient {
    pub problem: String,
    pub decays: [f64; 2],
    /// The largest h.
    pub rate: f64,
    /// The coefficient of (h/2)∂ⱼ‖∇E‖₁ where gⱼ² ≫ ε; claimed are c₁ − c₂.
    pub norm: f64,
    /// What ε/(gⱼ²+ε) adds to it; claimed is c₂.
    pub share: f64,
    /// The part of the deviation that neither explains, at the smallest learning rate.
    pub unexplained: f64,
}

impl Coefficient {
    /// c₁ − c₂ and c₂.
    pub(super) fn claimed(&self) -> [f64; 2] {
        let [first, second] = self.decays.map(|decay| (1.0 + decay) / (1.0 - decay));
        [first - second, second]
    }

    /// By how much both differ from the claim, relative to the larger of c₁ and c₂.
    pub(super) fn misses(&self) -> [f64; 2] {
        let [norm, share] = self.claimed();
        let scale = share.max(norm + share);
        [(self.norm - norm) / scale, (self.share - share) / scale]
    }
}

/// Both coefficients, extrapolated to h = 0.
pub(super) fn estimate(
    problem: &mut SmoothProblem,
    extent: Extent,
    decays: [f64; 2],
    watch: &Watch<'_>,
) -> Result<Coefficient, StudyError> {
    let slowest = decays[0].max(decays[1]);
    let least = whole_parts(extent.time / (extent.base * (1.0 - slowest)));
    let (mut norms, mut shares, mut unexplained) = (Vec::new(), Vec::new(), f64::NAN);
    for halvings in 0..RATES {
        let steps = least << halvings;
        let setting = Setting {
            rate: extent.time / steps as f64,
            decays,
            epsilon: extent.epsilon,
        };
        let fit = matched(problem, setting, steps, watch)?.fit();
        norms.push(fit.coefficients[0]);
        shares.push(fit.coefficients[1]);
        unexplained = fit.unexplained;
    }
    Ok(Coefficient {
        problem: problem.name.clone(),
        decays,
        rate: extent.time / least as f64,
        norm: halving::extrapolated(&norms),
        share: halving::extrapolated(&shares),
        unexplained,
    })
}

/// From an iterate, the flow of lowest order over the time h and the update differ by
/// (h²/2)(A + Bεⱼ)∂ⱼ‖∇E‖_{1,ε}/√(gⱼ²+ε), εⱼ = ε/(gⱼ²+ε), up to terms of higher order: the equations
/// for A and B.
fn matched(
    problem: &mut SmoothProblem,
    setting: Setting,
    steps: usize,
    watch: &Watch<'_>,
) -> Result<Regression<2>, StudyError> {
    let slowest = setting.decays[0].max(setting.decays[1]);
    let mut updates = MatchedUpdates::new(steps, slowest);
    setting.walk(problem, Begin::Filled, steps, watch, |step, theta| {
        updates.see(step, theta);
    })?;
    let (rate, epsilon) = (setting.rate, setting.epsilon);
    let flow = FixedRungeKutta::new(&tableau::runge_kutta_4(), rate);
    let objective = &mut *problem.objective;
    let mut regression = Regression::new();
    for [theta, next] in updates.pairs() {
        let mut gradient = vec![0.0; theta.len()];
        objective.gradient(&theta, &mut gradient)?;
        let sizes: Vec<f64> = gradient.iter().map(|g| (g * g + epsilon).sqrt()).collect();
        let direction: Vec<f64> = gradient.iter().zip(&sizes).map(|(g, s)| g / s).collect();
        let mut penalty = vec![0.0; theta.len()];
        objective.hessian_vector(&theta, &direction, &mut penalty)?;
        let norm: Vec<f64> = penalty.iter().zip(&sizes).map(|(p, s)| p / s).collect();
        let share: Vec<f64> = norm
            .iter()
            .zip(&sizes)
            .map(|(n, s)| n * epsilon / (s * s))
            .collect();
        let mut field = setting.modified()?.lowest_order_flow(&mut *objective);
        let end = flow.values_at(&mut field, &theta, &[rate])?;
        let Some(end) = end.values.first() else {
            continue;
        };
        let ahead = end
            .iter()
            .zip(&next)
            .map(|(x, y)| (x - y) * 2.0 / (rate * rate));
        regression.add(&ahead.collect::<Vec<f64>>(), [&norm, &share]);
    }
    Ok(regression)
}
