//! What is measured along a path, against the same from dense matrices.

#![allow(clippy::unwrap_used)] // a failed unwrap is a failed test

use std::sync::Arc;

use thalweg::Threads;
use thalweg::curvature::dense_hessian;
use thalweg::network::{Activation, Distribution, Initialisation, Mlp, Network, VarianceScaling};
use thalweg::objective::{Examples, Loss, Supervised, Targets};
use thalweg::optimizer::{Adam, Analysed, GradientDescent, HeavyBall};
use thalweg::probe::{Needs, Observation, Quantity};

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
    let ((mut training, _), (mut test, _)) = (small(), small());
    let needs = Needs::of(quantities.iter().copied());
    let mut gradient = vec![0.0; theta.len()];
    let analysis = method.analysis();
    let seen = Observation::at(
        theta,
        analysis,
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
