//! Means over every order of minibatches of a network, and damaged losses that must be refuted.

#![allow(clippy::unwrap_used)] // a failed unwrap is a failed test

use std::sync::Arc;

use thalweg::network::{Activation, Mlp};
use thalweg::objective::{Examples, Loss, Objective, Supervised, Targets};
use thalweg::optimizer::Sampling;
use thalweg::verification::{
    Claim, Family, MethodName, MinibatchDescent, MinibatchNorms, Pair, Protocol, SampledEpochs,
    Settings, Span, Verdict, certify, measure,
};
use thalweg::{Named, Threads};

/// Twelve examples for a network of 2-3-1, or for a straight line without hidden layer.
fn sum(hidden: &[usize]) -> (Supervised<f64>, Vec<f64>) {
    let numbers =
        |count: i32, step: f64| (0..count).map(move |x| (f64::from(x) * step + 0.4).sin());
    let targets = Targets::Values {
        values: numbers(12, 2.3).collect(),
        outputs: 1,
    };
    let examples = Arc::new(Examples::new(numbers(24, 1.7).collect(), 2, targets).unwrap());
    let network = Box::new(Mlp::new(2, hidden, 1, Activation::Tanh).unwrap());
    let sum = Supervised::new(network, Loss::MeanSquaredError, examples, Threads::one()).unwrap();
    let start = numbers(Objective::<f64>::parameter_count(&sum) as i32, 0.9);
    let start = start.collect();
    (sum, start)
}

fn batches(count: usize) -> Vec<Vec<usize>> {
    (0..count)
        .map(|i| (i..12).step_by(count).collect())
        .collect()
}

fn methods() -> impl Iterator<Item = MethodName> {
    let methods = MethodName::NAMES.iter().map(|(_, method)| *method);
    methods.filter(|method| method.family() == Family::Minibatch)
}

fn verdicts(method: MethodName, count: usize, terms: usize, damage: f64) -> Vec<&'static str> {
    let (mut sum, start) = match method {
        MethodName::SgdHeavyBall => sum(&[]),
        _ => sum(&[3]),
    };
    let pair = MinibatchDescent::new(&mut sum, batches(count), &start, method, terms).unwrap();
    let mut pair = pair.damaged(damage);
    let protocol = Protocol {
        learning_rate: pair.usual_learning_rate().unwrap(),
        halvings: 7,
        steps: 4,
    };
    let certificate = certify(&mut pair, method.claims(terms).unwrap(), &protocol).unwrap();
    certificate.all().map(|one| one.verdict.name()).collect()
}

#[test]
fn every_method_of_minibatches_is_as_far_from_each_flow_as_claimed() {
    for method in methods() {
        for count in [2, 3] {
            for terms in 1..=method.most_terms() {
                let found = verdicts(method, count, terms, 1.0);
                assert!(
                    found.iter().all(|verdict| *verdict == "confirmed"),
                    "{method:?}, {count} batches, {terms}: {found:?}"
                );
            }
        }
    }
}

#[test]
fn a_damaged_modified_loss_of_minibatches_is_refuted() {
    for method in methods() {
        let Some(terms) = method.damaged_terms() else {
            assert_eq!(method, MethodName::SgdFixedOrder);
            continue;
        };
        let found = verdicts(method, 3, terms, 1.1);
        assert!(
            !found.is_empty() && found.iter().all(|verdict| *verdict == "refuted"),
            "{method:?}: {found:?}"
        );
    }
}

#[test]
fn one_fixed_order_is_not_of_third_order_from_any_flow() {
    let (mut sum, start) = sum(&[3]);
    for terms in 1..=3 {
        let method = MethodName::SgdFixedOrder;
        let mut pair = MinibatchDescent::new(&mut sum, batches(3), &start, method, terms).unwrap();
        let protocol = Protocol {
            learning_rate: 1.0 / 32.0,
            halvings: 6,
            steps: 1,
        };
        let found = measure(&mut pair, Span::OneStep, &protocol).unwrap();
        assert_eq!(found.verdict(Claim::Order(3)), Verdict::Refuted);
    }
}

#[test]
fn the_mean_over_orders_is_the_mean_of_single_runs() {
    let (mut sum, start) = sum(&[3]);
    let h = 0.1;
    let mut mean = vec![0.0; start.len()];
    for order in [
        [0, 1, 2],
        [0, 2, 1],
        [1, 0, 2],
        [1, 2, 0],
        [2, 0, 1],
        [2, 1, 0],
    ] {
        let in_order = order.map(|batch| batches(3)[batch].clone()).to_vec();
        let method = MethodName::SgdFixedOrder;
        let mut pair = MinibatchDescent::new(&mut sum, in_order, &start, method, 1).unwrap();
        let end = pair.iterate(h, 1).unwrap();
        thalweg::vector::add_scaled(&mut mean, 1.0 / 6.0, &end);
    }
    let mut pair = MinibatchDescent::new(&mut sum, batches(3), &start, MethodName::Sgd, 1).unwrap();
    let found = pair.iterate(h, 1).unwrap();
    for (one, other) in found.iter().zip(&mean) {
        assert!((one - other).abs() < 1e-15, "{one} {other}");
    }
}

#[test]
fn sampled_epochs_lie_on_the_flow_that_belongs_to_how_they_are_drawn() {
    let (mut sum, start) = sum(&[3]);
    let mut share = |sampling, epochs| {
        let sampled = SampledEpochs {
            batches: batches(12),
            sampling,
            learning_rate: 1e-4,
            epochs,
            seed: 3,
        };
        sampled.measure(&mut sum, &start).unwrap()
    };
    let shuffled = share(Sampling::Shuffled, 4000);
    assert!(shuffled.deviation(1.0).abs() < 3.0, "{shuffled:?}");
    assert!(shuffled.deviation(0.0) > 5.0, "{shuffled:?}");
    let drawn = share(Sampling::WithReplacement, 4000);
    assert!(drawn.deviation(0.0).abs() < 3.0, "{drawn:?}");
    assert!(drawn.deviation(1.0) < -5.0, "{drawn:?}");
    // Four times as many epochs halve the standard error.
    let fewer = share(Sampling::Shuffled, 1000);
    let ratio = fewer.standard_error / shuffled.standard_error;
    assert!((ratio - 2.0).abs() < 0.2, "{ratio}");
}

#[test]
fn the_mean_of_minibatch_norms_over_all_partitions_is_what_the_variance_says() {
    let (mut sum, start) = sum(&[3]);
    for (count, batch_size, partitions) in
        [(6, 1, 1), (6, 2, 15), (8, 4, 35), (9, 3, 280), (5, 5, 1)]
    {
        let examples: Vec<usize> = (0..count).collect();
        let found = MinibatchNorms::measure(&mut sum, &examples, batch_size, &start).unwrap();
        assert_eq!(found.partitions, partitions);
        assert!(found.relative_error() < 1e-14, "{found:?}");
        assert!(found.predicted > 0.0);
    }
    let wrong = MinibatchNorms::measure(&mut sum, &[0, 1, 2], 2, &start).unwrap_err();
    assert!(wrong.to_string().contains("a divisor"), "{wrong}");
}

#[test]
fn what_no_mean_can_be_taken_of_is_refused_with_the_numbers() {
    let (mut sum, start) = sum(&[3]);
    let mut refused = |method, count, terms| {
        let pair = MinibatchDescent::new(&mut sum, batches(count), &start, method, terms);
        pair.map(|_| ()).unwrap_err().to_string()
    };
    assert_eq!(
        refused(MethodName::Sgd, 7, 1),
        "the number of batches is 7; it must be from 2 to 6: every order of them is gone through"
    );
    assert_eq!(
        refused(MethodName::Sgd, 2, 4),
        "sgd is compared with 1 to 3 terms, not 4"
    );
    assert_eq!(
        refused(MethodName::Adam, 2, 1),
        "adam is not a method of minibatch training"
    );
    assert_eq!(
        refused(MethodName::SgdHeavyBall, 2, 1),
        "sgd-heavy-ball is not a method of losses that are no quadratics"
    );
    let mut pair = MinibatchDescent::new(&mut sum, batches(2), &start, MethodName::Sgd, 1)
        .unwrap()
        .with_settings(Settings::USUAL);
    let message = pair.iterate(0.1, 2).unwrap_err().to_string();
    assert!(
        message.starts_with("the number of epochs is 2"),
        "{message}"
    );
}
