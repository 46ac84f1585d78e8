//! Gradient descent on quadratics against the Principal Flow.

use super::learning_rate::{power_of_two, steepest};
use super::{Pair, VerificationError, follow};
use crate::curvature::dense_hessian;
use crate::flow::{Field, Outcome};
use crate::modified::PrincipalFlow;
use crate::objective::DirectionalDerivative;
use crate::objective::problem::{Problem, Quadratic};
use crate::optimizer::{GradientDescent, Optimizer};
use crate::vector::norm_squared;

/// How far the Hessian may differ between two points, in units of its entries, on what is called a
/// quadratic: rounding.
const CONSTANT: f64 = 1e-12;

/// Gradient descent on a quadratic, and the Principal Flow, which it follows exactly.
#[derive(Clone, Debug)]
pub struct PrincipalDescent {
    quadratic: Quadratic,
    start: Vec<f64>,
    damage: f64,
}

impl PrincipalDescent {
    /// From `start`.
    #[must_use]
    pub fn new(quadratic: Quadratic, start: &[f64]) -> Self {
        Self {
            quadratic,
            start: start.to_vec(),
            damage: 1.0,
        }
    }

    /// The negative control, as [`super::Descent::damaged`].
    #[must_use]
    pub fn damaged(self, factor: f64) -> Self {
        Self {
            damage: factor,
            ..self
        }
    }

    /// A learning rate to begin with, a power of two with h|λ|_max ≤ ½.
    #[must_use]
    pub fn usual_learning_rate(&self) -> f64 {
        let steepest = steepest(self.quadratic.eigenvalues());
        let is_flat = steepest == 0.0;
        let wanted = if is_flat { 1.0 } else { 0.5 / steepest };
        power_of_two(wanted)
    }
}

impl Pair for PrincipalDescent {
    fn iterate(&mut self, learning_rate: f64, steps: u64) -> Result<Vec<f64>, VerificationError> {
        use crate::objective::Gradient;
        let method = GradientDescent::new(learning_rate)?;
        let mut state = method.start(self.start.clone());
        for _ in 0..steps {
            state = method.step(state, &mut |theta, gradient| {
                self.quadratic.gradient(theta, gradient)
            })?;
        }
        Ok(state.theta)
    }

    fn flow(
        &mut self,
        learning_rate: f64,
        time: f64,
    ) -> Result<(Vec<f64>, Outcome), VerificationError> {
        let rate = self.damage * learning_rate;
        let principal = PrincipalFlow::new(self.quadratic.clone(), rate)?;
        let Some(mut field) = principal.real_field() else {
            let (name, value) = ("h·λ_max", rate * self.steepest());
            let bound = "below 1: the Principal Flow is complex beyond";
            return Err(VerificationError::Setting { name, value, bound });
        };
        follow(&mut field as &mut dyn Field, &self.start, time)
    }
}

impl PrincipalDescent {
    fn steepest(&self) -> f64 {
        let values = self.quadratic.eigenvalues();
        values.last().copied().unwrap_or(f64::NAN)
    }
}

/// The problem as a quadratic, if it is one: if its Hessian is the same at its solution and at each of
/// its starts. Costs a dense Hessian at each.
///
/// # Errors
/// Those of the objective, and if it has too many parameters for a dense Hessian.
pub fn quadratic_of(problem: &mut Problem) -> Result<Option<Quadratic>, VerificationError> {
    let centre = problem.solution.theta.clone();
    let objective: &mut dyn DirectionalDerivative<f64> = &mut *problem.objective;
    let hessian = dense_hessian(&mut *objective, &centre)?;
    let scale = norm_squared(hessian.entries()).sqrt();
    for start in &problem.starts {
        let other = dense_hessian(&mut *objective, &start.theta)?;
        let pairs = hessian.entries().iter().zip(other.entries());
        if pairs.fold(0.0_f64, |most, (x, y)| most.max((x - y).abs())) > CONSTANT * scale {
            return Ok(None);
        }
    }
    let entries = hessian.entries().to_vec();
    Ok(Some(Quadratic::new(
        entries,
        centre,
        problem.solution.loss,
    )?))
}
