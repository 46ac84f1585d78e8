//! For tests of modified equations: flows far more accurate than what they are compared with, and
//! orders of convergence.

#![allow(dead_code, clippy::unwrap_used)] // each test file uses a part

use thalweg::flow::Field;
use thalweg::objective::{Gradient, Traced};
use thalweg::vector::add_scaled;

/// Substeps of the Runge–Kutta method over the whole time: its error is below 1e-11 in these tests.
pub const SUBSTEPS: usize = 2000;

/// θ(`time`) of θ' = f(θ) from `start`, by the classical Runge–Kutta method.
pub fn flow(field: &mut dyn Field, start: &[f64], time: f64) -> Vec<f64> {
    let step = time / SUBSTEPS as f64;
    let mut theta = start.to_vec();
    for _ in 0..SUBSTEPS {
        let mut stages: Vec<Vec<f64>> = Vec::new();
        for node in [0.0, 0.5, 0.5, 1.0] {
            let mut place = theta.clone();
            if let Some(last) = stages.last() {
                add_scaled(&mut place, node * step, last);
            }
            let mut velocity = vec![0.0; theta.len()];
            field.velocity(&place, &mut velocity).unwrap();
            stages.push(velocity);
        }
        for (stage, weight) in stages.iter().zip([1.0, 2.0, 2.0, 1.0]) {
            add_scaled(&mut theta, weight * step / 6.0, stage);
        }
    }
    theta
}

/// A smooth loss of three parameters, with no symmetry and third derivatives everywhere.
pub fn landscape() -> Traced<f64> {
    Traced::new(3, |theta| {
        let [a, b, c] = [0, 1, 2].map(|index| theta.slice(0, index, 1));
        let first = (0.6 - a * b).power(2.0) * 0.5;
        let second = (b - c.power(2.0)).power(2.0) * 0.25;
        first + second + c.power(4.0) * 0.1 + (a * 0.5 + c).softplus() * 0.3
    })
    .unwrap()
}

/// Where tests start on it: no element of the gradient there is small.
pub const START: [f64; 3] = [1.3, -0.4, 0.9];

pub fn gradient(objective: &mut impl Gradient<f64>, theta: &[f64]) -> Vec<f64> {
    let mut gradient = vec![0.0; theta.len()];
    objective.gradient(theta, &mut gradient).unwrap();
    gradient
}

pub fn distance(left: &[f64], right: &[f64]) -> f64 {
    let squares = left.iter().zip(right).map(|(x, y)| (x - y).powi(2));
    squares.sum::<f64>().sqrt()
}

/// The order p in errors ∝ 2⁻ᵖ, from the last halving, with the one before within 0.2 of it.
pub fn order(errors: &[f64]) -> f64 {
    assert!(
        errors.iter().all(|error| *error > 1e-10),
        "{errors:?}: rounding"
    );
    let slopes: Vec<f64> = errors.windows(2).map(|e| (e[0] / e[1]).log2()).collect();
    let [.., before, last] = slopes[..] else {
        panic!("three errors at least")
    };
    assert!((before - last).abs() < 0.2, "slopes {slopes:?}");
    last
}

pub fn assert_order(errors: &[f64], expected: f64, what: &str) {
    let order = order(errors);
    assert!(
        (order - expected).abs() < 0.2,
        "{what}: {order} from {errors:?}"
    );
}
