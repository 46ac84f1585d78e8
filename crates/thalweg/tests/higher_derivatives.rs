//! Directional derivatives of orders 1 to 4: against closed forms, against differences of the order
//! below, and their symmetry.

#![allow(clippy::unwrap_used)] // a failed unwrap is a failed test

use std::sync::Arc;

use thalweg::network::{Activation, Mlp};
use thalweg::objective::{
    DirectionalDerivative, Examples, Gradient, HessianVector, Loss, Supervised, Targets, Traced,
};
use thalweg::vector::{add_scaled, dot};
use thalweg::{Named, Threads};

const EXAMPLES: usize = 7;
const INPUTS: usize = 5;
const CLASSES: usize = 3;

fn wave(count: usize, frequency: f64) -> Vec<f64> {
    (1..=count).map(|i| (frequency * i as f64).sin()).collect()
}

fn inputs() -> Vec<f64> {
    wave(EXAMPLES * INPUTS, 0.7)
}

fn label(example: usize) -> usize {
    (3 * example + 1) % CLASSES
}

fn network(hidden: &[usize], activation: Activation, loss: Loss) -> Supervised<f64> {
    let network = Mlp::new(INPUTS, hidden, CLASSES, activation).unwrap();
    let labels = (0..EXAMPLES).map(|j| label(j) as u32).collect();
    let targets = Targets::Labels {
        labels,
        classes: CLASSES,
    };
    let examples = Arc::new(Examples::new(inputs(), INPUTS, targets).unwrap());
    Supervised::new(Box::new(network), loss, examples, Threads::one()).unwrap()
}

fn derivative<O: DirectionalDerivative<f64>>(
    objective: &mut O,
    theta: &[f64],
    directions: &[&[f64]],
) -> Vec<f64> {
    let mut derivative = vec![0.0; theta.len()];
    objective
        .directional_derivative(theta, directions, &mut derivative)
        .unwrap();
    derivative
}

fn assert_close(ours: &[f64], theirs: &[f64], tolerance: f64, what: &str) {
    assert_eq!(ours.len(), theirs.len());
    let scale = theirs.iter().fold(1.0_f64, |scale, x| scale.max(x.abs()));
    for (index, (ours, theirs)) in ours.iter().zip(theirs).enumerate() {
        assert!(
            (ours - theirs).abs() < tolerance * scale,
            "{what}, component {index}: {ours}, {theirs}"
        );
    }
}

/// The derivatives of softmax regression along `directions`: with logits z = Wx + b, log Σ exp(z) has
/// the cumulants of the distribution softmax(z) as its derivatives.
fn softmax_regression(theta: &[f64], directions: &[&[f64]]) -> Vec<f64> {
    let x = inputs();
    let mut sum = vec![0.0; theta.len()];
    for j in 0..EXAMPLES {
        let x = &x[j * INPUTS..(j + 1) * INPUTS];
        let logits = |theta: &[f64]| -> Vec<f64> {
            let row = |c: usize| dot(&theta[c * INPUTS..(c + 1) * INPUTS], x);
            (0..CLASSES)
                .map(|c| row(c) + theta[CLASSES * INPUTS + c])
                .collect()
        };
        let z = logits(theta);
        let total: f64 = z.iter().map(|z| z.exp()).sum();
        let p: Vec<f64> = z.iter().map(|z| z.exp() / total).collect();
        let mean = |a: &[f64]| dot(&p, a);
        let centred: Vec<Vec<f64>> = directions
            .iter()
            .map(|direction| {
                let a = logits(direction);
                let mean = mean(&a);
                a.iter().map(|a| a - mean).collect()
            })
            .collect();
        let product = |which: &[usize]| -> Vec<f64> {
            let value = |c: usize| which.iter().map(|i| centred[*i][c]).product();
            (0..CLASSES).map(value).collect()
        };
        let covariance = |a: usize, b: usize| mean(&product(&[a, b]));
        let component = |c: usize| match directions.len() {
            0 => p[c] - f64::from(u8::from(label(j) == c)),
            1 => p[c] * centred[0][c],
            2 => p[c] * (centred[0][c] * centred[1][c] - covariance(0, 1)),
            _ => {
                let crossed = covariance(0, 1) * centred[2][c]
                    + covariance(0, 2) * centred[1][c]
                    + covariance(1, 2) * centred[0][c];
                let triple = product(&[0, 1, 2]);
                p[c] * (triple[c] - mean(&triple) - crossed)
            }
        };
        for c in 0..CLASSES {
            let own = component(c) / EXAMPLES as f64;
            add_scaled(&mut sum[c * INPUTS..(c + 1) * INPUTS], own, x);
            sum[CLASSES * INPUTS + c] += own;
        }
    }
    sum
}

#[test]
fn softmax_regression_has_the_derivatives_of_its_closed_form() {
    let mut objective = network(&[], Activation::Identity, Loss::CrossEntropy);
    let count = objective.parameters().count();
    let theta = wave(count, 2.1);
    let directions = [wave(count, 1.3), wave(count, 0.9), wave(count, 1.7)];
    for order in 0..=3 {
        let along: Vec<&[f64]> = directions[..order].iter().map(Vec::as_slice).collect();
        let ours = derivative(&mut objective, &theta, &along);
        let theirs = softmax_regression(&theta, &along);
        assert_close(&ours, &theirs, 1e-12, &format!("{order} directions"));
    }
}

/// E = (1/N) Σⱼ log(1 + exp(−yⱼ xⱼ·θ)): its derivatives are those of φ(s) = log(1 + eˢ), of which
/// φ′ = σ, φ″ = σ(1−σ), φ‴ = φ″(1−2σ), φ⁗ = φ″(1 − 6σ + 6σ²).
#[test]
fn logistic_regression_has_the_derivatives_of_its_closed_form() {
    let sign = |j: usize| if j.is_multiple_of(3) { -1.0 } else { 1.0 };
    let mut objective = Traced::<f64>::new(INPUTS, move |theta| {
        let rows: Vec<_> = (0..EXAMPLES)
            .map(|j| {
                let x = &inputs()[j * INPUTS..(j + 1) * INPUTS];
                let terms = x.iter().enumerate();
                let score = terms
                    .map(|(i, x)| theta.slice(0, i, 1) * *x)
                    .reduce(|a, b| a + b)
                    .unwrap();
                (score * -sign(j)).softplus()
            })
            .collect();
        rows.into_iter().reduce(|a, b| a + b).unwrap() / EXAMPLES as f64
    })
    .unwrap();
    let theta = wave(INPUTS, 2.1);
    let directions = [wave(INPUTS, 1.3), wave(INPUTS, 0.9), wave(INPUTS, 1.7)];
    for order in 0..=3 {
        let along: Vec<&[f64]> = directions[..order].iter().map(Vec::as_slice).collect();
        let mut theirs = vec![0.0; INPUTS];
        for j in 0..EXAMPLES {
            let x = &inputs()[j * INPUTS..(j + 1) * INPUTS];
            let sigma = 1.0 / (1.0 + (sign(j) * dot(x, &theta)).exp());
            let phi = match order {
                0 => sigma,
                1 => sigma * (1.0 - sigma),
                2 => sigma * (1.0 - sigma) * (1.0 - 2.0 * sigma),
                _ => sigma * (1.0 - sigma) * (1.0 - 6.0 * sigma + 6.0 * sigma * sigma),
            };
            let inner: f64 = along.iter().map(|v| -sign(j) * dot(x, v)).product();
            add_scaled(&mut theirs, -sign(j) * phi * inner / EXAMPLES as f64, x);
        }
        let ours = derivative(&mut objective, &theta, &along);
        assert_close(&ours, &theirs, 1e-12, &format!("{order} directions"));
    }
}

/// E = (1/2N) Σⱼ ‖Wxⱼ + b − yⱼ‖²: Hv needs no θ, and nothing is left of third derivatives.
#[test]
fn linear_regression_has_a_constant_hessian_and_no_third_derivative() {
    let mut objective = network(&[], Activation::Identity, Loss::MeanSquaredError);
    let count = objective.parameters().count();
    let (theta, v) = (wave(count, 2.1), wave(count, 1.3));
    let x = inputs();
    let mut theirs = vec![0.0; count];
    for j in 0..EXAMPLES {
        let x = &x[j * INPUTS..(j + 1) * INPUTS];
        for c in 0..CLASSES {
            let row = c * INPUTS..(c + 1) * INPUTS;
            let own = (dot(&v[row.clone()], x) + v[CLASSES * INPUTS + c]) / EXAMPLES as f64;
            add_scaled(&mut theirs[row], own, x);
            theirs[CLASSES * INPUTS + c] += own;
        }
    }
    let ours = derivative(&mut objective, &theta, &[&v]);
    assert_close(&ours, &theirs, 1e-12, "Hv");
    assert_eq!(
        derivative(&mut objective, &theta, &[&v, &theta]),
        vec![0.0; count]
    );
}

/// Each order is the difference quotient of the one below: the recursive check on whole networks.
#[test]
fn whole_networks_agree_with_differences_of_the_order_below_up_to_the_fourth() {
    for (_, activation) in Activation::NAMES {
        for (_, loss) in Loss::NAMES {
            let mut objective = network(&[4, 6], *activation, *loss);
            let count = objective.parameters().count();
            let theta = wave(count, 2.1);
            let directions = [wave(count, 1.3), wave(count, 0.9), wave(count, 1.7)];
            for order in 1..=3 {
                let along: Vec<&[f64]> = directions[..order].iter().map(Vec::as_slice).collect();
                let (last, before) = along.split_last().unwrap();
                let step = 1e-5;
                let mut at = |step: f64| {
                    let mut shifted = theta.clone();
                    add_scaled(&mut shifted, step, last);
                    derivative(&mut objective, &shifted, before)
                };
                let (ahead, behind) = (at(step), at(-step));
                let pairs = ahead.iter().zip(&behind);
                let difference: Vec<f64> = pairs.map(|(a, b)| (a - b) / (2.0 * step)).collect();
                let ours = derivative(&mut objective, &theta, &along);
                let name = format!("{} {}, order {}", activation.name(), loss.name(), order + 1);
                assert_close(&ours, &difference, 2e-8, &name);
            }
        }
    }
}

#[test]
fn fourth_derivatives_are_symmetric_in_everything() {
    let mut objective = network(&[4, 6], Activation::Gelu, Loss::CrossEntropy);
    let count = objective.parameters().count();
    let theta = wave(count, 2.1);
    let [a, b, c, d] = [1.3, 0.9, 1.7, 0.4].map(|frequency| wave(count, frequency));
    let orders: [[&[f64]; 4]; 4] = [
        [&a, &b, &c, &d],
        [&d, &c, &b, &a],
        [&b, &d, &a, &c],
        [&c, &a, &d, &b],
    ];
    let values =
        orders.map(|[u, v, w, last]| dot(&derivative(&mut objective, &theta, &[u, v, w]), last));
    for value in values {
        assert!(
            (value - values[0]).abs() < 1e-11 * values[0].abs(),
            "{values:?}"
        );
    }
}

#[test]
fn no_direction_is_the_gradient_and_one_the_hessian_vector_product_in_chunks_too() {
    let mut objective = network(&[4], Activation::Tanh, Loss::CrossEntropy);
    let count = objective.parameters().count();
    let (theta, v, w) = (wave(count, 2.1), wave(count, 1.3), wave(count, 0.9));
    let (mut gradient, mut product) = (vec![0.0; count], vec![0.0; count]);
    objective.gradient(&theta, &mut gradient).unwrap();
    objective.hessian_vector(&theta, &v, &mut product).unwrap();
    assert_eq!(derivative(&mut objective, &theta, &[]), gradient);
    assert_eq!(derivative(&mut objective, &theta, &[&v]), product);
    let third = derivative(&mut objective, &theta, &[&v, &w]);
    let mut chunked = network(&[4], Activation::Tanh, Loss::CrossEntropy).with_chunk(2);
    let ours = derivative(&mut chunked, &theta, &[&v, &w]);
    assert_close(&ours, &third, 1e-13, "chunks of two");
}

#[test]
fn a_direction_of_the_wrong_length_is_refused() {
    let mut objective = network(&[4], Activation::Tanh, Loss::CrossEntropy);
    let count = objective.parameters().count();
    let (theta, mut out) = (wave(count, 2.1), vec![0.0; count]);
    let error = objective.directional_derivative(&theta, &[&theta, &theta[1..]], &mut out);
    assert_eq!(
        error.unwrap_err().to_string(),
        format!(
            "direction has {} elements, but the objective has {count} parameters",
            count - 1
        )
    );
    let mut traced = Traced::<f64>::new(3, |theta| theta.power(4.0).sum_all()).unwrap();
    assert!(
        traced
            .directional_derivative(&[1.0; 3], &[&[1.0; 2]], &mut [0.0; 3])
            .is_err()
    );
    let quartic = derivative(
        &mut traced,
        &[2.0; 3],
        &[&[1.0; 3], &[1.0; 3], &[0.0, 1.0, 0.0]],
    );
    assert_eq!(quartic, [0.0, 24.0, 0.0]);
}
