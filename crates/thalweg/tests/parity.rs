//! Whole networks against another framework: `reference/reference.json`, made by the script beside
//! it.

#![allow(clippy::unwrap_used)] // a failed unwrap is a failed test

use std::sync::Arc;

use serde_json::Value;
use thalweg::network::{Activation, Mlp};
use thalweg::objective::{
    Examples, FiniteSum, Gradient, HessianVector, Loss, Minibatch, Supervised, Targets,
};
use thalweg::regularizer::{GradientPenalty, Normalisation, PenaltyDerivative, Scratch};
use thalweg::{Element, Named, Threads};

const WIDTHS: [usize; 4] = [5, 4, 6, 3];
const EXAMPLES: usize = 7;
const MU: f64 = 0.3;

fn wave<T: Element>(count: usize, frequency: f64) -> Vec<T> {
    (1..=count)
        .map(|index| T::from_f64((frequency * index as f64).sin()))
        .collect()
}

fn objective<T: Element>(case: &Value) -> Supervised<T> {
    let activation = Activation::from_name(case["activation"].as_str().unwrap()).unwrap();
    let network = Mlp::new(WIDTHS[0], &WIDTHS[1..3], WIDTHS[3], activation).unwrap();
    let labels = (0..EXAMPLES as u32)
        .map(|index| (3 * index + 1) % 3)
        .collect();
    let targets = Targets::Labels { labels, classes: 3 };
    let examples = Examples::new(wave(EXAMPLES * WIDTHS[0], 0.7), WIDTHS[0], targets).unwrap();
    let loss = Loss::from_name(case["loss"].as_str().unwrap()).unwrap();
    Supervised::new(Box::new(network), loss, Arc::new(examples), Threads::one()).unwrap()
}

fn penalty(derivative: PenaltyDerivative) -> GradientPenalty {
    GradientPenalty {
        coefficient: MU,
        normalisation: Normalisation::SquaredNorm,
        derivative,
        epsilon: None,
    }
}

fn assert_close<T: Element>(ours: &[T], theirs: &Value, tolerance: f64, what: &str) {
    let theirs = theirs.as_array().unwrap();
    assert_eq!(ours.len(), theirs.len());
    for (ours, theirs) in ours.iter().zip(theirs) {
        let (ours, theirs) = (ours.to_f64(), theirs.as_f64().unwrap());
        assert!(
            (ours - theirs).abs() < tolerance * (1.0 + theirs.abs()),
            "{what}: {ours}, {theirs}"
        );
    }
}

fn check<T: Element>(case: &Value, chunk: usize, exact: f64, differenced: [f64; 2]) {
    let name = format!("{} {}", case["activation"], case["loss"]);
    let mut objective = objective::<T>(case).with_chunk(chunk);
    let count = objective.parameters().count();
    let (theta, vector) = (wave::<T>(count, 2.1), wave::<T>(count, 1.3));
    let (mut gradient, mut product) = (vec![T::ZERO; count], vec![T::ZERO; count]);
    let loss = objective.gradient(&theta, &mut gradient).unwrap();
    let expected = case["value"].as_f64().unwrap();
    assert!(
        (loss - expected).abs() < exact * (1.0 + expected),
        "{name}: {loss}, {expected}"
    );
    assert_close(&gradient, &case["gradient"], exact, &name);
    objective
        .hessian_vector(&theta, &vector, &mut product)
        .unwrap();
    assert_close(&product, &case["hessian_vector"], exact, &name);
    let batch: Vec<usize> = (0..EXAMPLES).rev().collect();
    for (derivative, tolerance) in [
        (PenaltyDerivative::Exact, exact),
        (PenaltyDerivative::ForwardDifference, differenced[0]),
        (PenaltyDerivative::BackwardDifference, differenced[0]),
        (PenaltyDerivative::CentralDifference, differenced[1]),
    ] {
        let what = format!("{name} {}", derivative.name());
        let mut scratch = Scratch::default();
        let penalty = penalty(derivative);
        penalty
            .gradient(&mut objective, &theta, &mut gradient, &mut scratch)
            .unwrap();
        assert_close(&gradient, &case["penalised_gradient"], tolerance, &what);
        let mut minibatch = Minibatch::new(&mut objective, &batch);
        penalty
            .gradient(&mut minibatch, &theta, &mut gradient, &mut scratch)
            .unwrap();
        assert_close(&gradient, &case["penalised_gradient"], tolerance, &what);
    }
}

fn cases() -> Vec<Value> {
    let reference: Value = serde_json::from_str(include_str!("reference/reference.json")).unwrap();
    reference["cases"].as_array().unwrap().clone()
}

#[test]
fn derivatives_agree_in_double_precision_whole_and_in_chunks() {
    assert_eq!(cases().len(), 12);
    for case in cases() {
        for chunk in [EXAMPLES, 3, 1] {
            check::<f64>(&case, chunk, 1e-12, [1e-5, 1e-7]);
        }
    }
}

#[test]
fn derivatives_agree_in_single_precision() {
    for case in cases() {
        check::<f32>(&case, EXAMPLES, 5e-6, [5e-2, 2e-2]);
    }
}

#[test]
#[should_panic(expected = "relu")]
fn a_changed_reference_is_noticed() {
    let mut case = cases()[0].clone();
    case["gradient"][3] = Value::from(case["gradient"][3].as_f64().unwrap() + 1e-9);
    check::<f64>(&case, EXAMPLES, 1e-12, [1e-5, 1e-7]);
}

#[test]
fn a_minibatch_is_the_mean_of_its_examples() {
    let mut objective = objective::<f64>(&cases()[2]);
    let theta = wave::<f64>(objective.parameters().count(), 2.1);
    let mut loss = |batch: &[usize]| objective.minibatch_loss(batch, &theta).unwrap();
    let singles: Vec<f64> = (0..EXAMPLES).map(|example| loss(&[example])).collect();
    assert!((loss(&[4, 1, 4]) - (2.0 * singles[4] + singles[1]) / 3.0).abs() < 1e-14);
    let all: Vec<usize> = (0..EXAMPLES).collect();
    assert!((loss(&all) - singles.iter().sum::<f64>() / 7.0).abs() < 1e-14);
}

#[test]
fn questions_that_do_not_fit_are_refused() {
    let mut objective = objective::<f64>(&cases()[0]);
    let count = objective.parameters().count();
    let (theta, mut out) = (vec![0.0; count], vec![0.0; count]);
    let error = objective.gradient(&theta[1..], &mut out).unwrap_err();
    assert_eq!(
        error.to_string(),
        "theta has 74 elements, but the objective has 75 parameters"
    );
    let error = objective.minibatch_loss(&[], &theta).unwrap_err();
    assert_eq!(
        error.to_string(),
        "an empty batch has no loss; take at least one example"
    );
    let error = objective.minibatch_loss(&[2, 7], &theta).unwrap_err();
    assert_eq!(
        error.to_string(),
        "example 7 is not there: there are 7, counted from 0"
    );
}
