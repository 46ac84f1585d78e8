//! The largest eigenvalue of a Jacobian, from values of the field.

use thalweg_cpu::{Threads, vector};

use crate::flow::{Field, FlowError};

/// Two estimates in a row that differ by this part of them end the iteration.
const AGREEMENT: f64 = 0.01;
/// The iteration approaches the radius from below.
const MARGIN: f64 = 1.2;
/// The most values of the field for one estimate.
const ITERATIONS: usize = 50;

/// Nonlinear power iteration: v ← f(θ + εv/‖v‖) − f(θ), σ = ‖v‖/ε with ε = √(2⁻⁵²)‖θ‖, kept between
/// estimates so that later ones take few steps.
///
/// B. P. Sommeijer, L. F. Shampine and J. G. Verwer, *RKC: an explicit solver for parabolic PDEs*, J.
/// Comp. Appl. Math. 88 (1998) 315–326.
#[derive(Clone, Debug)]
pub(super) struct PowerIteration {
    vector: Vec<f64>,
}

impl PowerIteration {
    pub(super) fn new(dimension: usize) -> Self {
        Self {
            vector: vec![0.0; dimension],
        }
    }

    /// 1.2σ at `theta`, where the field is `velocity`; `point` and `value` are memory to work in.
    pub(super) fn estimate(
        &mut self,
        field: &mut dyn Field,
        (theta, velocity): (&[f64], &[f64]),
        (point, value): (&mut [f64], &mut [f64]),
        threads: &Threads,
    ) -> Result<f64, FlowError> {
        let size = vector::norm_squared(theta, threads).sqrt();
        let displacement = f64::EPSILON.sqrt() * if size > 0.0 { size } else { 1.0 };
        let mut norm = self.direction(velocity, threads);
        let mut radius = 0.0;
        for iteration in 0..ITERATIONS {
            vector::displaced(point, theta, displacement / norm, &self.vector, threads);
            field.velocity(point, value)?;
            vector::weighted_sum(
                &mut self.vector,
                None,
                &[(1.0, value), (-1.0, velocity)],
                threads,
            );
            norm = vector::norm_squared(&self.vector, threads).sqrt();
            let before = std::mem::replace(&mut radius, norm / displacement);
            if !radius.is_finite()
                || (iteration > 0 && (radius - before).abs() <= AGREEMENT * radius)
            {
                break;
            }
            norm = self.direction(velocity, threads);
        }
        Ok(MARGIN * radius)
    }

    /// Makes sure that there is a direction; its norm. The first is that of the flow: smooth, but not
    /// orthogonal to what is stiff. Where there is no flow, one that favours no axis.
    fn direction(&mut self, velocity: &[f64], threads: &Threads) -> f64 {
        let norm = vector::norm_squared(&self.vector, threads).sqrt();
        if norm.is_normal() {
            return norm;
        }
        self.vector.copy_from_slice(velocity);
        let norm = vector::norm_squared(&self.vector, threads).sqrt();
        if norm.is_normal() {
            return norm;
        }
        for (index, element) in self.vector.iter_mut().enumerate() {
            *element = 1.0 + (index % 7) as f64;
        }
        vector::norm_squared(&self.vector, threads).sqrt()
    }
}
