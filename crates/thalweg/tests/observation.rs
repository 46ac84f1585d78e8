//! What is measured along a path, against the same from dense matrices.

#![allow(clippy::unwrap_used)] // a failed unwrap is a failed test

use std::sync::Arc;

use thalweg::Threads;
use thalweg::curvature::dense_hessian;
use thalweg::modified::stochastic::Epoch;
use thalweg::network::{Activation, Distribution, Initialisation, Mlp, Network, VarianceScaling};
use thalweg::objective::{Examples, FiniteSum, Loss, Supervised, Targets};
use thalweg::optimizer::{Adam, Analysed, GradientDescent, HeavyBall, LastBatch, Sampling};
use thalweg::probe::{Course, Needs, Observation, Quantity};
use thalweg::vector::norm_squared;

fn small() -> (Supervised<f64>, Vec<f64>) {
    let network = Mlp::new(3, &[5], 2, Activation::Tanh).unwrap();
    let start = Initialisation::new(VarianceScaling::He, Distribution::Normal);
    let theta = network.parameters().initialise(start, 0.1, 3);
    let inputs = (0..60)
        .map(|index| (f64::from(index) * 0.7).sin())
        .collect();
    let labels = (0..20).map(|index| index % 2).collect();
    let targets = Targets::Labels { labels, classes: 2 };
    let examples = Arc::new(Examples::new(inputs, 3, targets).unwrap());
    let network = Box::new(network);
    let objective = Supervised::new(network, Loss::CrossEntropy, examples, Threads::one());
    (objective.unwrap(), theta)
}

fn observe(theta: &[f64], method: &dyn Analysed, quantities: &[Quantity]) -> Vec<Option<f64>> {
    let course = Course {
        analysis: method.analysis(),
        ..Course::default()
    };
    observe_course(theta, &course, quantities)
}

fn observe_course(theta: &[f64], course: &Course<'_>, quantities: &[Quantity]) -> Vec<Option<f64>> {
    let ((mut training, _), (mut test, _)) = (small(), small());
    let needs = Needs::of(quantities.iter().copied());
    let mut gradient = vec![0.0; theta.len()];
    let seen = Observation::at(
        theta,
        course,
        needs,
        &mut training,
        &mut test,
        &mut gradient,
    );
    let seen = seen.unwrap();
    quantities.iter().map(|one| one.value(&seen)).collect()
}

const CURVATURE: [Quantity; 3] = [
    Quantity::Sharpness,
    Quantity::HessianTrace,
    Quantity::Stability,
];

#[test]
fn sharpness_trace_and_stability_are_those_of_the_dense_hessian() {
    let (mut objective, theta) = small();
    let dense = dense_hessian(&mut objective, &theta).unwrap();
    let values = dense.eigen().unwrap().values;
    let largest = values.iter().copied().fold(f64::MIN, f64::max);
    let trace: f64 = values.iter().sum();
    let descent = GradientDescent::new(0.2).unwrap();
    let seen = observe(&theta, &descent, &CURVATURE);
    assert!((seen[0].unwrap() / largest - 1.0).abs() < 1e-5);
    assert!(
        (seen[1].unwrap() - trace).abs() < 1e-10 * trace.abs(),
        "60 products are all of H"
    );
    assert!((seen[2].unwrap() / (0.1 * largest) - 1.0).abs() < 1e-5);
}

#[test]
fn stability_knows_the_optimizer_and_is_absent_where_theory_has_no_edge() {
    let (_, theta) = small();
    let ball = HeavyBall::new(0.2, 0.5).unwrap();
    let seen = observe(&theta, &ball, &CURVATURE);
    let edge = seen[0].unwrap() / seen[2].unwrap();
    assert!((edge - 3.0 / 0.2).abs() < 1e-9, "(2 + 2β)/h, not {edge}");
    let adam = Adam::new(0.1).unwrap();
    let seen = observe(&theta, &adam, &CURVATURE);
    assert!(seen[0].is_some() && seen[2].is_none());
}

#[test]
fn curvature_that_is_not_finite_is_absent() {
    let (_, theta) = small();
    let lost = vec![f64::NAN; theta.len()];
    let descent = GradientDescent::new(0.2).unwrap();
    assert_eq!(observe(&lost, &descent, &CURVATURE), [None; 3]);
}

const OF_MINIBATCHES: [Quantity; 6] = [
    Quantity::Loss,
    Quantity::GradientNormSquared,
    Quantity::MinibatchGradientNormSquared,
    Quantity::ModifiedLossSgd,
    Quantity::PenaltyFullBatch,
    Quantity::PenaltyVariance,
];

/// Batches of 5 of the 20 examples.
fn epoch(sampling: Sampling) -> Epoch {
    Epoch {
        examples: 20,
        batch_size: 5,
        last_batch: LastBatch::Keep,
        sampling,
    }
}

#[test]
fn the_modified_loss_of_minibatches_is_the_loss_with_the_mean_of_their_squared_norms() {
    let (mut objective, theta) = small();
    let order = Sampling::Shuffled.epoch_order(20, 7, 0);
    let norms = order.chunks(5).map(|batch| {
        let mut gradient = vec![0.0; theta.len()];
        objective
            .minibatch_gradient(batch, &theta, &mut gradient)
            .unwrap();
        norm_squared(&gradient)
    });
    let mean = norms.sum::<f64>() / 4.0;
    let analysis = GradientDescent::new(0.2).unwrap().analysis();
    let of = |sampling| Course {
        analysis,
        minibatch_coefficients: epoch(sampling).coefficients(&analysis),
        minibatches: order.chunks(5).collect(),
        ..Course::default()
    };
    let seen = observe_course(&theta, &of(Sampling::Shuffled), &OF_MINIBATCHES);
    let [loss, norm, minibatch, modified, full, variance] =
        [0, 1, 2, 3, 4, 5].map(|i| seen[i].unwrap());
    let is = |one: f64, other: f64| (one - other).abs() < 1e-14 * (1.0 + other.abs());
    assert!(is(minibatch, mean) && minibatch > norm * 1.01);
    assert!(is(modified, loss + 0.05 * mean));
    assert!(is(full, 0.05 * norm) && is(variance, 0.05 * (mean - norm)));

    let drawn = observe_course(&theta, &of(Sampling::WithReplacement), &OF_MINIBATCHES);
    assert!(
        is(drawn[3].unwrap(), loss + 0.05 * norm),
        "no variance term"
    );
    let fixed = observe_course(&theta, &of(Sampling::FixedOrder), &OF_MINIBATCHES);
    assert_eq!((fixed[3], fixed[5]), (None, None), "no modified loss");
}

#[test]
fn without_minibatches_nothing_is_said_of_them() {
    let (_, theta) = small();
    let descent = GradientDescent::new(0.2).unwrap();
    let seen = observe(&theta, &descent, &OF_MINIBATCHES);
    assert_eq!((seen[2], seen[3], seen[5]), (None, None, None));
    assert!(seen[4].is_some(), "the full batch has its own penalty");
}
