//! What is measured at θ, pass by pass.

use std::time::Instant;

use thalweg::Threads;
use thalweg::curvature::{Eigenpairs, LanczosOptions, largest_eigenpairs};
use thalweg::noise::{EpochNoise, Estimate, GradientNoise};
use thalweg::objective::{Evaluation, FiniteSum, Gradient, Supervised};
use thalweg::optimizer::Sampling;
use thalweg::robustness::RobustnessCurve;
use thalweg::vector::{add_scaled, dot, norm_squared};

use super::pass::{OF_LOSS, OF_PRODUCT};
use super::sample::{self, Each, Sample};
use super::{AuditError, Budget, Cost, Pass, Subject, perturbation};
use crate::spec::Precision;
use crate::study::Watch;
use crate::trial::Standing;

/// What stands for the scatter of rounding where one draw of it is known.
const DRAW: f64 = 4.0;

/// Draws of the rounding of θ to single precision.
const ROUNDINGS: usize = 3;

/// Everything measured.
#[derive(Clone, Debug)]
pub(super) struct Measured {
    /// E, ‖∇E‖², Γ and the square norms of the gradients of all examples.
    pub(super) noise: GradientNoise,
    pub(super) train_accuracy: Option<f64>,
    /// ‖θ‖².
    pub(super) theta_norm_squared: f64,
    /// ‖∇E + wθ‖².
    pub(super) decayed_norm_squared: f64,
    pub(super) rounding: Each,
    pub(super) sample: Sample,
    /// Those of an epoch, if there are any.
    pub(super) minibatches: Option<EpochNoise>,
    pub(super) curvature: Curvature,
    /// ‖g₃₂ − g‖², if training is in single precision.
    pub(super) single_precision_floor: Option<Estimate>,
    pub(super) test: Evaluation,
    /// Its loss's standard error.
    pub(super) test_loss_error: Option<f64>,
    /// N of the test examples.
    pub(super) test_examples: usize,
    pub(super) robustness: Option<RobustnessCurve>,
    pub(super) costs: Vec<Cost>,
}

/// λ_max and how well it is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Curvature {
    pub(super) value: f64,
    /// ‖Hv − λv‖.
    pub(super) residual: f64,
    pub(super) converged: bool,
    pub(super) products: usize,
    /// Its standard error as that of a sample, if it was measured.
    pub(super) sample_error: Option<f64>,
}

/// Who measures: one pass after another, watched and timed.
struct Measuring<'a, 'w> {
    watch: &'a mut Watch<'w>,
    passes: u64,
    costs: Vec<Cost>,
}

impl Measuring<'_, '_> {
    /// Does a pass, which says what it has cost in gradients.
    fn pass<A>(
        &mut self,
        pass: Pass,
        work: impl FnOnce(&mut Watch<'_>) -> Result<(A, f64), AuditError>,
    ) -> Result<A, AuditError> {
        let done = self.costs.len() as u64;
        let told = self.watch.advanced(done, self.passes, pass.doing());
        told.map_err(|_| AuditError::Interrupted)?;
        let started = Instant::now();
        let (answer, gradients) = work(self.watch)?;
        self.costs.push(Cost {
            pass,
            seconds: started.elapsed().as_secs_f64(),
            gradients,
        });
        Ok(answer)
    }
}

impl Measured {
    /// Measures what the budget allows.
    pub(super) fn of(
        subject: &Subject,
        standing: &Standing,
        budget: Budget,
        threads: &Threads,
        watch: &mut Watch<'_>,
    ) -> Result<Self, AuditError> {
        let theta = &subject.theta;
        let data = subject.double()?;
        let mut training = subject.objective(&data.training, threads)?;
        let mut test = subject.objective(&data.test, threads)?;
        let mut gradient = vec![0.0; theta.len()];
        let is_single = subject.spec.precision == Precision::F32;
        let batches = &standing.minibatches;
        let mut measuring = Measuring {
            passes: passes(budget, is_single, !batches.is_empty()),
            watch,
            costs: Vec::new(),
        };
        let noise = measuring.pass(Pass::Examples, |_| {
            let noise = GradientNoise::measure(&mut training, theta, &mut gradient)?;
            Ok((noise, 1.0))
        })?;
        let mut decayed = gradient.clone();
        add_scaled(&mut decayed, standing.analysis.weight_decay, theta);
        let rounding = measuring.pass(Pass::Rounding, |_| {
            let decayed_norm = norm_squared(&decayed).sqrt();
            let rounding = rounding(&mut training, theta, &gradient, &noise, decayed_norm)?;
            Ok((rounding, 1.0))
        })?;
        let sample = measuring.pass(Pass::Groups, |_| {
            let norms = noise.by_example.square_norms();
            let sample = Sample::measure(&mut training, theta, &norms, &gradient, &decayed)?;
            Ok((sample, 1.0))
        })?;
        let minibatches = match batches.is_empty() {
            true => None,
            false => Some(measuring.pass(Pass::Minibatches, |_| {
                let seen: usize = batches.iter().map(Vec::len).sum();
                let mut mean = vec![0.0; theta.len()];
                let noise = EpochNoise::measure(&mut training, batches, theta, &mut mean)?;
                Ok((noise, seen as f64 / noise_examples(&training)))
            })?),
        };
        let pairs = measuring.pass(Pass::Curvature, |_| {
            let pairs = sharpest(&mut training, theta, budget.lanczos())?;
            let products = pairs.products as f64;
            Ok((pairs, OF_PRODUCT * products))
        })?;
        let mut curvature = Curvature::of(&pairs);
        if budget.has_curvature_error() {
            curvature.sample_error = measuring.pass(Pass::CurvatureOfGroups, |_| {
                let error = curvature_error(&mut training, theta, &pairs.vectors[0])?;
                Ok((error, OF_PRODUCT))
            })?;
        }
        let single_precision_floor = match is_single {
            false => None,
            true => Some(measuring.pass(Pass::SinglePrecision, |_| {
                let floor = single_precision_floor(subject, &mut training, threads)?;
                Ok((floor, 1.0 + ROUNDINGS as f64))
            })?),
        };
        let test_examples = test.data().count();
        let share = test_examples as f64 / noise.examples as f64;
        let (seen, test_loss_error) = measuring.pass(Pass::Test, |_| {
            let seen = test.evaluate(theta)?;
            Ok(((seen, loss_error(&mut test, theta)?), 2.0 * OF_LOSS * share))
        })?;
        let robustness = match budget.draws() {
            None => None,
            Some(draws) => Some(measuring.pass(Pass::Perturbation, |watch| {
                perturbation::measure(subject, draws, threads, watch)
            })?),
        };
        Ok(Self {
            train_accuracy: noise.by_example.accuracy,
            theta_norm_squared: norm_squared(theta),
            decayed_norm_squared: norm_squared(&decayed),
            noise,
            rounding,
            sample,
            minibatches,
            curvature,
            single_precision_floor,
            test: seen,
            test_loss_error,
            test_examples,
            robustness,
            costs: measuring.costs,
        })
    }
}

/// How many passes there will be.
fn passes(budget: Budget, is_single: bool, has_batches: bool) -> u64 {
    let some = [
        is_single,
        has_batches,
        budget.has_curvature_error(),
        budget.draws().is_some(),
    ];
    5 + some.iter().map(|one| u64::from(*one)).sum::<u64>()
}

/// The rounding of E, ‖∇E‖², ‖∇E + wθ‖² and Γ in double precision: by how much they change when every
/// component of θ moves by a random part of half a unit of its last place, which rounds everything
/// computed from it anew. ∇E changes by Δ, its squared norm by at most 2‖∇E‖‖Δ‖ + ‖Δ‖²; of the others
/// one draw may happen to be small, and [`DRAW`] times it is taken.
fn rounding(
    training: &mut Supervised<f64>,
    theta: &[f64],
    gradient: &[f64],
    noise: &GradientNoise,
    decayed_norm: f64,
) -> Result<Each, AuditError> {
    let mut moved_gradient = vec![0.0; theta.len()];
    let theta = moved(theta, f64::EPSILON, 0);
    let other = GradientNoise::measure(training, &theta, &mut moved_gradient)?;
    let pairs = gradient.iter().zip(&moved_gradient);
    let change: f64 = pairs.map(|(one, other)| (one - other).powi(2)).sum();
    let change = change.sqrt();
    let of_norm = |norm: f64| 2.0 * norm * change + change * change;
    let norm = of_norm(noise.gradient_norm_squared.sqrt());
    let drawn = |one: f64, other: f64| DRAW * ((one - other).abs() + f64::EPSILON * one);
    Ok(Each {
        loss: drawn(noise.loss, other.loss),
        norm,
        decayed_norm: of_norm(decayed_norm),
        variance: drawn(noise.gradient_variance, other.gradient_variance),
    })
}

fn noise_examples(training: &Supervised<f64>) -> f64 {
    training.data().count() as f64
}

fn sharpest(
    training: &mut Supervised<f64>,
    theta: &[f64],
    options: LanczosOptions,
) -> Result<Eigenpairs<f64>, AuditError> {
    Ok(largest_eigenpairs(training, theta, 1, &[], &options)?)
}

impl Curvature {
    fn of(pairs: &Eigenpairs<f64>) -> Self {
        Self {
            value: pairs.values[0],
            residual: pairs.residuals[0],
            converged: pairs.all_converged(),
            products: pairs.products,
            sample_error: None,
        }
    }
}

/// The standard error of λ_max as that of a sample: to first order λ_max moves as v·Hv does, whose
/// influence of a group is v·H_group v − λ_max.
fn curvature_error(
    training: &mut Supervised<f64>,
    theta: &[f64],
    vector: &[f64],
) -> Result<Option<f64>, AuditError> {
    let examples = training.data().count();
    let mut product = vec![0.0; theta.len()];
    let mut seen = Vec::new();
    for group in sample::groups(examples) {
        training.minibatch_hessian_vector(&group, theta, vector, &mut product)?;
        let share = group.len() as f64 / examples as f64;
        seen.push((share, dot(vector, &product)));
    }
    Ok(sample::standard_error(seen.into_iter()))
}

/// The standard error of a mean loss, from groups.
fn loss_error(objective: &mut Supervised<f64>, theta: &[f64]) -> Result<Option<f64>, AuditError> {
    let examples = objective.data().count();
    let mut seen = Vec::new();
    for group in sample::groups(examples) {
        let loss = objective.minibatch_loss(&group, theta)?;
        seen.push((group.len() as f64 / examples as f64, loss));
    }
    Ok(sample::standard_error(seen.into_iter()))
}

/// ‖g₃₂(θ) − g(θ + δ)‖², where g₃₂ is ∇E computed in single precision, g in double precision, and δ
/// rounds every parameter at random by up to half a unit of its last place: about what ‖∇E‖² cannot
/// fall below in training, and below which it is rounding. The mean over draws of δ.
fn single_precision_floor(
    subject: &Subject,
    training: &mut Supervised<f64>,
    threads: &Threads,
) -> Result<Estimate, AuditError> {
    let theta = &subject.theta;
    let single: Vec<f32> = theta.iter().map(|value| *value as f32).collect();
    let mut rounded = vec![0.0_f32; theta.len()];
    let examples = subject.single()?.training;
    let mut objective: Supervised<f32> = subject.objective(&examples, threads)?;
    objective.gradient(&single, &mut rounded)?;
    let mut gradient = vec![0.0; theta.len()];
    let mut floors = Vec::with_capacity(ROUNDINGS);
    for draw in 1..=ROUNDINGS as u64 {
        let beside = moved(theta, f32::EPSILON.into(), draw);
        training.gradient(&beside, &mut gradient)?;
        let pairs = rounded.iter().zip(&gradient);
        let differences = pairs.map(|(rounded, exact)| (f64::from(*rounded) - exact).powi(2));
        floors.push(differences.sum());
    }
    Ok(Estimate::mean_of(
        &floors,
        "the floor of single precision",
        "draws",
    )?)
}

/// θ with every component moved by a random part of half a unit of its last place, of which `epsilon`
/// is the size beside 1; the same parts for the same `draw`.
fn moved(theta: &[f64], epsilon: f64, draw: u64) -> Vec<f64> {
    let half_unit = epsilon / 2.0;
    // Places in a random order are uniform numbers.
    let order = Sampling::Shuffled.epoch_order(theta.len(), 0, draw);
    let uniform = |place: usize| (2.0 * place as f64 + 1.0) / theta.len() as f64 - 1.0;
    let pairs = theta.iter().zip(order);
    pairs
        .map(|(value, place)| value * (1.0 + half_unit * uniform(place)))
        .collect()
}
