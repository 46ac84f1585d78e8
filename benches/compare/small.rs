//! Small problems: what a gradient costs beside its arithmetic.

use std::hint::black_box;
use std::time::Instant;

use serde::Serialize;
use thalweg::objective::{Gradient, Traced};

use crate::Error;
use crate::work::median;

/// A problem timed beside the same arithmetic written out by hand.
#[derive(Debug, Serialize)]
pub struct Small {
    pub problem: &'static str,
    pub parameters: usize,
    pub nanoseconds: f64,
    /// The same gradient as a plain loop.
    pub by_hand_nanoseconds: f64,
}

/// Gradients timed together; one alone is shorter than the clock can tell.
const TOGETHER: usize = 100;
const ROUNDS: usize = 201;

pub fn measure() -> Result<Vec<Small>, Error> {
    let mut results = Vec::new();
    let two = Traced::new(2, |theta| {
        let product = theta.slice(0, 0, 1) * theta.slice(0, 1, 1);
        ((0.6 - product).power(2.0) * 0.5).sum_all()
    })?;
    results.push(time("two-parameter model", 2, two, |theta, gradient| {
        let residual = 0.6 - theta[0] * theta[1];
        gradient[0] = -residual * theta[1];
        gradient[1] = -residual * theta[0];
        0.5 * residual * residual
    })?);
    for parameters in [10, 100, 1000] {
        let objective = Traced::new(parameters, move |theta| {
            let last = parameters - 1;
            let (x, next) = (theta.slice(0, 0, last), theta.slice(0, 1, last));
            ((1.0 - x).power(2.0) + 100.0 * (next - x * x).power(2.0)).sum_all()
        })?;
        results.push(time("Rosenbrock", parameters, objective, rosenbrock)?);
    }
    Ok(results)
}

fn rosenbrock(theta: &[f64], gradient: &mut [f64]) -> f64 {
    let mut loss = 0.0;
    gradient.fill(0.0);
    for i in 0..theta.len() - 1 {
        let (left, curve) = (1.0 - theta[i], theta[i + 1] - theta[i] * theta[i]);
        loss += left * left + 100.0 * curve * curve;
        gradient[i] += -2.0 * left - 400.0 * curve * theta[i];
        gradient[i + 1] += 200.0 * curve;
    }
    loss
}

fn time(
    problem: &'static str,
    parameters: usize,
    mut objective: Traced<f64>,
    by_hand: impl Fn(&[f64], &mut [f64]) -> f64,
) -> Result<Small, Error> {
    let theta: Vec<f64> = (0..parameters).map(|i| (0.3 * i as f64).cos()).collect();
    let (mut gradient, mut expected) = (vec![0.0; parameters], vec![0.0; parameters]);
    let (mut ours, mut plain) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let started = Instant::now();
        for _ in 0..TOGETHER {
            black_box(objective.gradient(black_box(&theta), &mut gradient)?);
        }
        ours.push(started.elapsed().as_secs_f64() / TOGETHER as f64);
        let started = Instant::now();
        for _ in 0..TOGETHER {
            black_box(by_hand(black_box(&theta), &mut expected));
        }
        plain.push(started.elapsed().as_secs_f64() / TOGETHER as f64);
    }
    let close = |(a, b): (&f64, &f64)| (a - b).abs() <= 1e-9 * (1.0 + b.abs());
    if !gradient.iter().zip(&expected).all(close) {
        return Err(format!("{problem}: the two gradients differ").into());
    }
    Ok(Small {
        problem,
        parameters,
        nanoseconds: median(ours) * 1e9,
        by_hand_nanoseconds: median(plain) * 1e9,
    })
}
