//! Penalties on minibatches and on the parts of a batch, against differences of the penalised loss.

#![allow(clippy::unwrap_used)] // a failed unwrap is a failed test

use std::num::NonZeroUsize;
use std::sync::Arc;

use thalweg::Threads;
use thalweg::network::{Activation, Distribution, Initialisation, Mlp, Network, VarianceScaling};
use thalweg::noise::GradientNoise;
use thalweg::objective::{Examples, FiniteSum, Loss, Minibatch, Supervised, Targets};
use thalweg::regularizer::{
    GradientPenalty, MicroBatchPenalty, Normalisation, PenaltyDerivative, Scratch,
};
use thalweg::vector::norm_squared;

const EXAMPLES: usize = 12;
const BATCH: [usize; 7] = [9, 2, 5, 11, 0, 7, 3];
const PART: usize = 3;

fn objective() -> (Supervised<f64>, Vec<f64>) {
    let network = Mlp::new(5, &[6, 4], 3, Activation::Tanh).unwrap();
    let start = Initialisation::new(VarianceScaling::Lecun, Distribution::Normal);
    let theta = network.parameters().initialise(start, 0.1, 3);
    let inputs = (1..=EXAMPLES * 5).map(|i| (0.7 * i as f64).sin()).collect();
    let labels = (0..EXAMPLES as u32).map(|i| (i * i) % 3).collect();
    let targets = Targets::Labels { labels, classes: 3 };
    let examples = Arc::new(Examples::new(inputs, 5, targets).unwrap());
    let network = Box::new(network);
    let objective = Supervised::new(network, Loss::CrossEntropy, examples, Threads::one());
    (objective.unwrap(), theta)
}

fn penalty(coefficient: f64, derivative: PenaltyDerivative) -> GradientPenalty {
    GradientPenalty {
        coefficient,
        normalisation: Normalisation::EReg,
        derivative,
        epsilon: None,
    }
}

fn parts_of_three(each: f64, whole: f64, derivative: PenaltyDerivative) -> MicroBatchPenalty {
    MicroBatchPenalty {
        size: NonZeroUsize::new(PART).unwrap(),
        of_each: penalty(each, derivative),
        of_whole_batch: (whole > 0.0).then(|| penalty(whole, derivative)),
    }
}

/// The gradient of a minibatch's mean loss.
fn gradient_of(objective: &mut Supervised<f64>, batch: &[usize], theta: &[f64]) -> Vec<f64> {
    let mut gradient = vec![0.0; theta.len()];
    objective
        .minibatch_gradient(batch, theta, &mut gradient)
        .unwrap();
    gradient
}

/// Σ_b w_b (Ê_b + (λ/4)‖∇Ê_b‖²) + (λ′/4)‖∇Ê‖² as it stands in the documentation.
fn penalised_loss(objective: &mut Supervised<f64>, theta: &[f64], each: f64, whole: f64) -> f64 {
    let mut loss = 0.0;
    for part in BATCH.chunks(PART) {
        let share = part.len() as f64 / BATCH.len() as f64;
        let norm = norm_squared(&gradient_of(objective, part, theta));
        let part = objective.minibatch_loss(part, theta).unwrap();
        loss += share * (part + each / 4.0 * norm);
    }
    loss + whole / 4.0 * norm_squared(&gradient_of(objective, &BATCH, theta))
}

fn differences(theta: &[f64], mut loss: impl FnMut(&[f64]) -> f64) -> Vec<f64> {
    const STEP: f64 = 1e-5;
    let mut displaced = theta.to_vec();
    let mut along = |i: usize| {
        let mut at = |value: f64| {
            displaced[i] = value;
            loss(&displaced)
        };
        let slope = (at(theta[i] + STEP) - at(theta[i] - STEP)) / (2.0 * STEP);
        at(theta[i]);
        slope
    };
    (0..theta.len()).map(&mut along).collect()
}

fn furthest(ours: &[f64], theirs: &[f64]) -> f64 {
    assert_eq!(ours.len(), theirs.len());
    let pairs = ours.iter().zip(theirs);
    pairs.map(|(x, y)| (x - y).abs()).fold(0.0, f64::max)
}

#[test]
fn a_penalty_of_micro_batches_has_the_gradient_of_the_loss_it_stands_for() {
    let (mut objective, theta) = objective();
    for (each, whole) in [(0.8, 0.0), (0.8, 0.5), (0.0, 0.5), (-0.3, 0.0)] {
        let wanted = differences(&theta, |theta| {
            penalised_loss(&mut objective, theta, each, whole)
        });
        for (derivative, close) in [
            (PenaltyDerivative::Exact, 1e-8),
            (PenaltyDerivative::CentralDifference, 1e-7),
            (PenaltyDerivative::ForwardDifference, 1e-5),
        ] {
            let mut gradient = vec![f64::NAN; theta.len()];
            let mut scratch = Scratch::default();
            let penalty = parts_of_three(each, whole, derivative);
            let seen =
                penalty.gradient(&mut objective, &BATCH, &theta, &mut gradient, &mut scratch);
            let off = furthest(&gradient, &wanted);
            assert!(off < close, "{each}, {whole}, {derivative:?}: {off}");
            let loss = objective.minibatch_loss(&BATCH, &theta).unwrap();
            assert!((seen.unwrap().loss - loss).abs() < 1e-14);
        }
    }
}

#[test]
fn one_micro_batch_is_the_batch_and_no_penalty_is_its_gradient() {
    let (mut objective, theta) = objective();
    let of_batch = penalty(0.8, PenaltyDerivative::Exact);
    let mut wanted = vec![0.0; theta.len()];
    let mut scratch = Scratch::default();
    let mut batch = Minibatch::new(&mut objective, &BATCH);
    of_batch
        .gradient(&mut batch, &theta, &mut wanted, &mut scratch)
        .unwrap();
    let whole = MicroBatchPenalty {
        size: NonZeroUsize::new(100).unwrap(),
        of_each: of_batch,
        of_whole_batch: None,
    };
    let mut gradient = vec![0.0; theta.len()];
    whole
        .gradient(&mut objective, &BATCH, &theta, &mut gradient, &mut scratch)
        .unwrap();
    assert_eq!(gradient, wanted);
    assert!(furthest(&wanted, &gradient_of(&mut objective, &BATCH, &theta)) > 1e-3);

    let none = parts_of_three(0.0, 0.0, PenaltyDerivative::Exact);
    none.gradient(&mut objective, &BATCH, &theta, &mut gradient, &mut scratch)
        .unwrap();
    assert!(furthest(&gradient, &gradient_of(&mut objective, &BATCH, &theta)) < 1e-15);
}

#[test]
fn the_gradient_without_its_penalty_is_kept_on_request() {
    let (mut objective, theta) = objective();
    let plain = gradient_of(&mut objective, &BATCH, &theta);
    let mut gradient = vec![0.0; theta.len()];
    for whole in [0.0, 0.5] {
        let mut scratch = Scratch::default();
        scratch.keep_unpenalised(true);
        let penalty = parts_of_three(0.8, whole, PenaltyDerivative::Exact);
        penalty
            .gradient(&mut objective, &BATCH, &theta, &mut gradient, &mut scratch)
            .unwrap();
        assert!(furthest(scratch.unpenalised().unwrap(), &plain) < 1e-15);
        assert!(furthest(&gradient, &plain) > 1e-3);
        scratch.keep_unpenalised(false);
        assert_eq!(scratch.unpenalised(), None);
    }
}

#[test]
fn over_all_pairs_the_mean_squared_norm_of_micro_batches_has_their_variance_and_not_the_batches() {
    let (mut objective, theta) = objective();
    let mut gradient = vec![0.0; theta.len()];
    let noise = GradientNoise::measure(&mut objective, &theta, &mut gradient).unwrap();
    let pairs: Vec<[usize; 2]> = (0..EXAMPLES)
        .flat_map(|a| (a + 1..EXAMPLES).map(move |b| [a, b]))
        .collect();
    let norms = pairs
        .iter()
        .map(|pair| norm_squared(&gradient_of(&mut objective, pair, &theta)));
    let mean = norms.sum::<f64>() / pairs.len() as f64;
    let wanted = noise.gradient_norm_squared + noise.minibatch_variance(2).unwrap();
    assert!((mean - wanted).abs() < 1e-13 * wanted, "{mean}, {wanted}");
    let wrong = noise.gradient_norm_squared + noise.gradient_variance / 2.0;
    assert!((mean - wrong).abs() > 1e-3 * wanted);
}
