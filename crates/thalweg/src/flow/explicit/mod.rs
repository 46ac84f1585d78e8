//! Explicit Runge–Kutta methods in double precision: stages, the step, its error, values within it.

mod judge;
mod method;

use thalweg_cpu::{Threads, vector};

use super::Field;
use super::control::Tolerance;
use super::drive::{Attempt, Stepper};
use super::error::FlowError;
use super::pieces::{PIECE, root_mean, scaled_square, sums};

pub(super) use method::Method;

/// An explicit method at some θ.
pub(super) struct Explicit<'a> {
    method: &'a Method,
    /// Of error control, if errors are to be known.
    tolerance: Option<Tolerance>,
    threads: &'a Threads,
    theta: Vec<f64>,
    tried: Vec<f64>,
    /// kᵢ, then those of dense output once they have been needed.
    slopes: Vec<Vec<f64>>,
    /// Whether the first slope is that of θ.
    first_known: bool,
    /// How many of the slopes of dense output are those of the step that was tried.
    further_known: usize,
    length: f64,
}

impl<'a> Explicit<'a> {
    pub(super) fn new(
        method: &'a Method,
        tolerance: Option<Tolerance>,
        threads: &'a Threads,
        dimension: usize,
    ) -> Self {
        Self {
            method,
            tolerance,
            threads,
            theta: vec![0.0; dimension],
            tried: vec![0.0; dimension],
            slopes: vec![vec![0.0; dimension]; method.stages],
            first_known: false,
            further_known: 0,
            length: 0.0,
        }
    }

    fn know_first(&mut self, field: &mut dyn Field) -> Result<(), FlowError> {
        if !self.first_known {
            field.velocity(&self.theta, &mut self.slopes[0])?;
            self.first_known = true;
        }
        Ok(())
    }

    /// θ + h Σ aᵢkᵢ for terms (i, aᵢ), increments first: each is smaller than θ, and so is its rounding.
    fn combine(&self, terms: impl Iterator<Item = (usize, f64)>, out: &mut [f64]) {
        /// Terms added in one pass; more than any tableau here has stages.
        const AT_ONCE: usize = 24;
        let mut list: [(f64, &[f64]); AT_ONCE] = [(1.0, &self.theta); AT_ONCE];
        let (mut used, mut own) = (0, None);
        for (stage, factor) in terms {
            list[used] = (self.length * factor, &self.slopes[stage]);
            used += 1;
            if used == AT_ONCE {
                vector::weighted_sum(out, own, &list, self.threads);
                (used, own) = (0, Some(1.0));
            }
        }
        list[used] = (1.0, &self.theta);
        vector::weighted_sum(out, own, &list[..=used], self.threads);
    }

    /// The slopes that dense output needs, with `scratch` to work in.
    fn know_further(
        &mut self,
        field: &mut dyn Field,
        scratch: &mut [f64],
    ) -> Result<(), FlowError> {
        let method = self.method;
        for (index, row) in method.further.iter().enumerate().skip(self.further_known) {
            let place = method.stages + index;
            if self.slopes.len() <= place {
                self.slopes.push(vec![0.0; self.theta.len()]);
            }
            self.combine(row.iter().copied(), scratch);
            field.velocity(scratch, &mut self.slopes[place])?;
            self.further_known = index + 1;
        }
        Ok(())
    }
}

impl Stepper for Explicit<'_> {
    fn begin(&mut self, field: &mut dyn Field, theta: &[f64]) -> Result<(), FlowError> {
        self.theta.copy_from_slice(theta);
        self.first_known = false;
        self.know_first(field)
    }

    /// Hairer, Nørsett and Wanner, *Solving Ordinary Differential Equations I*, II.4: a first step of
    /// Euler's that moves θ by a hundredth tells the size of the second derivative.
    fn first_step(&mut self, field: &mut dyn Field, end: f64) -> Result<f64, FlowError> {
        let (Some(tolerance), true) = (self.tolerance, self.method.stages > 1) else {
            return Ok(end);
        };
        let [size] = sums(self.theta.len(), self.threads, |range| {
            let theta = &self.theta[range];
            let mut sizes = [0.0; PIECE];
            sizes[..theta.len()].copy_from_slice(theta);
            [scaled_square(
                &tolerance,
                &mut sizes[..theta.len()],
                theta,
                theta,
            )]
        });
        let size = root_mean(size, self.theta.len());
        let speed = self.norm(&tolerance, &[(0, 1.0)]);
        let trial = match size < 1e-5 || speed < 1e-5 {
            true => 1e-6,
            false => 0.01 * size / speed,
        };
        let trial = trial.min(end);
        let (theta, first) = (&self.theta, &self.slopes[0]);
        vector::displaced(&mut self.tried, theta, trial, first, self.threads);
        field.velocity(&self.tried, &mut self.slopes[1])?;
        let bend = self.norm(&tolerance, &[(1, 1.0), (0, -1.0)]) / trial;
        let largest = speed.max(bend);
        let step = match largest <= 1e-15 {
            true => (1e-3 * trial).max(1e-6),
            false => (0.01 / largest).powf(1.0 / self.method.power as f64),
        };
        let step = step.min(100.0 * trial).min(end);
        Ok(if step > 0.0 { step } else { end })
    }

    fn attempt(&mut self, field: &mut dyn Field, length: f64) -> Result<Attempt, FlowError> {
        (self.length, self.further_known) = (length, 0);
        self.know_first(field)?;
        let mut tried = std::mem::take(&mut self.tried);
        for stage in 1..self.method.stages {
            self.combine(self.method.rows[stage].iter().copied(), &mut tried);
            field.velocity(&tried, &mut self.slopes[stage])?;
        }
        if !self.method.reuses_last {
            self.combine(self.method.weights.iter().copied(), &mut tried);
        }
        self.tried = tried;
        Ok(self.judge())
    }

    fn theta(&self) -> &[f64] {
        &self.theta
    }

    fn tried(&self) -> &[f64] {
        &self.tried
    }

    fn value(
        &mut self,
        field: &mut dyn Field,
        fraction: f64,
        value: &mut [f64],
    ) -> Result<(), FlowError> {
        self.know_further(field, value)?;
        let horner = |weights: &[f64]| {
            weights
                .iter()
                .rev()
                .fold(0.0, |sum, b| (sum + b) * fraction)
        };
        let terms = self
            .method
            .within
            .iter()
            .map(|(stage, weights)| (*stage, horner(weights)));
        self.combine(terms, value);
        Ok(())
    }

    fn accept(&mut self) {
        std::mem::swap(&mut self.theta, &mut self.tried);
        let method = self.method;
        let end = match method.reuses_last {
            true => Some(method.stages - 1),
            false if method.further_begins_at_end && self.further_known > 0 => Some(method.stages),
            false => None,
        };
        self.first_known = end.is_some();
        if let Some(end) = end {
            self.slopes.swap(0, end);
        }
    }
}
