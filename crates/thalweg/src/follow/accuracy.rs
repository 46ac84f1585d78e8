//! How exactly a flow must be integrated for its distance from gradient descent to mean something.

use super::dynamics::first_integrator;
use super::{Dynamics, Follow, IntegratorName};
use crate::flow::{Tolerance, Work};
use crate::objective::{HessianVector, ObjectiveError};
use crate::vector::norm_squared;

/// The error of an integrator's step in units of the distance that one step of gradient descent adds.
const SHARE: f64 = 1e-3;
/// The least error of a step in units of ‖θ₀‖: some fifty roundings.
const ROUNDING: f64 = 1e-14;
/// What a tolerance is at least where everything is zero.
const SMALLEST: f64 = 1e-100;

/// Norms at θ₀.
#[derive(Clone, Debug)]
pub(super) struct Sizes {
    theta: f64,
    /// ‖Hᵏg‖ for k = 0, 1, ….
    powers: Vec<f64>,
    parameter_count: usize,
}

/// How a flow is integrated.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plan {
    pub(super) learning_rate: f64,
    pub(super) tolerance: Tolerance,
    pub(super) integrator: IntegratorName,
    pub(super) is_at_rounding: bool,
}

impl Sizes {
    /// With ‖Hᵏg‖ up to k = `powers`.
    pub(super) fn measure(
        objective: &mut impl HessianVector<f64>,
        theta: &[f64],
        powers: usize,
        work: &mut Work,
    ) -> Result<Self, ObjectiveError> {
        let mut vector = vec![0.0; theta.len()];
        let mut product = vector.clone();
        objective.gradient(theta, &mut vector)?;
        work.count(0);
        let mut norms = vec![norm_squared(&vector).sqrt()];
        for _ in 0..powers {
            objective.hessian_vector(theta, &vector, &mut product)?;
            work.count(1);
            std::mem::swap(&mut vector, &mut product);
            norms.push(norm_squared(&vector).sqrt());
        }
        Ok(Self {
            theta: norm_squared(theta).sqrt(),
            powers: norms,
            parameter_count: theta.len(),
        })
    }

    /// ‖Hᵏg‖, if it is known.
    fn power(&self, k: usize) -> f64 {
        self.powers.get(k).copied().unwrap_or(0.0)
    }

    /// What one step of gradient descent adds to its distance from this flow.
    fn distance(&self, dynamics: &Dynamics, h: f64) -> f64 {
        let leaves =
            |terms: usize| h.powi(terms as i32 + 1) * self.power(terms) / (terms as f64 + 1.0);
        match dynamics {
            Dynamics::ModifiedFlow { terms } => leaves(*terms),
            Dynamics::PenalisedDescent(penalty) | Dynamics::PenalisedFlow(penalty) => {
                let factor = penalty.factor(self.parameter_count);
                h * self.power(0).min(factor * self.power(1))
            }
            Dynamics::GradientDescent | Dynamics::GradientFlow => leaves(1),
        }
    }
}

impl Follow {
    /// How one of the dynamics is integrated.
    pub(super) fn plan(&self, dynamics: &Dynamics, sizes: &Sizes) -> Plan {
        let h = self.learning_rate;
        let step = h * sizes.power(0);
        let wished = SHARE * sizes.distance(dynamics, h);
        // NaN, where the start is not finite, goes the same way as 0.
        let rounding = (ROUNDING * sizes.theta.max(step)).max(SMALLEST);
        let error = if wished > rounding { wished } else { rounding };
        let root = (sizes.parameter_count.max(1) as f64).sqrt();
        // Half of it for all elements alike, half in proportion to their size.
        let relative = (error / (2.0 * sizes.theta)).clamp(1e-14, 1e-3);
        let found = Tolerance {
            absolute: error / (2.0 * root),
            relative: if relative.is_nan() { 1e-14 } else { relative },
        };
        Plan {
            learning_rate: h,
            tolerance: self.tolerance.unwrap_or(found),
            integrator: first_integrator(match self.tolerance {
                Some(tolerance) => tolerance.relative,
                None => error / step,
            }),
            is_at_rounding: self.tolerance.is_none() && wished < rounding && step > 0.0,
        }
    }
}
