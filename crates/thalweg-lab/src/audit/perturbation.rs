//! How much noise in θ test accuracy survives.

use std::ops::ControlFlow;

use thalweg::Threads;
use thalweg::objective::Supervised;
use thalweg::robustness::{
    Perturbation, PerturbationNoise, RobustnessCurve, RobustnessError, filters, robustness,
};

use super::pass::OF_LOSS;
use super::{AuditError, Subject};
use crate::study::Watch;

/// Multiplicative noise of 10 % to 300 %.
const STRENGTHS: [f64; 10] = [0.1, 0.2, 0.3, 0.45, 0.6, 0.8, 1.0, 1.5, 2.0, 3.0];
/// Training examples over which slopes are measured.
const SLOPE_EXAMPLES: usize = 1000;
/// Of the noise: the same in every audit.
const SEED: u64 = 0;

/// The curve and its cost in gradients. In single precision, which is enough to be right or wrong.
pub(super) fn measure(
    subject: &Subject,
    draws: usize,
    threads: &Threads,
    watch: &mut Watch<'_>,
) -> Result<(RobustnessCurve, f64), AuditError> {
    let data = subject.single()?;
    let mut training: Supervised<f32> = subject.objective(&data.training, threads)?;
    let mut test: Supervised<f32> = subject.objective(&data.test, threads)?;
    let theta: Vec<f32> = subject.theta.iter().map(|value| *value as f32).collect();
    let perturbation = Perturbation {
        noise: PerturbationNoise::Multiplicative,
        strengths: STRENGTHS.to_vec(),
        draws,
        slope_examples: Some(SLOPE_EXAMPLES),
        seed: SEED,
    };
    let filters = filters(training.parameters());
    let mut go_on = |_, _| match watch.go_on() {
        Ok(()) => ControlFlow::Continue(()),
        Err(_) => ControlFlow::Break(()),
    };
    let curve = robustness(
        &perturbation,
        &theta,
        &filters,
        &mut training,
        &mut test,
        &mut go_on,
    );
    let curve = curve.map_err(|error| match error {
        RobustnessError::Stopped => AuditError::Interrupted,
        error => AuditError::Robustness(error),
    })?;
    let examples = data.training.count() as f64;
    let each =
        OF_LOSS * data.test.count() as f64 + SLOPE_EXAMPLES.min(data.training.count()) as f64;
    let all = (draws * STRENGTHS.len()) as f64;
    Ok((curve, all * each / examples))
}
