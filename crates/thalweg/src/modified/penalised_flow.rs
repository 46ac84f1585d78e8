//! Gradient flows of losses with a squared gradient norm added.

use super::FirstOrderLoss;
use crate::flow::{Field, Work};
use crate::objective::{HessianVector, ObjectiveError};

/// θ' = −s∇[E + μ‖∇E‖²] = −s(g + 2μHg): what gradient descent, heavy ball and Nesterov's method follow
/// to first order in h, each with its own speed s and coefficient μ.
///
/// A velocity costs one gradient and one Hessian–vector product.
#[derive(Clone, Debug)]
pub struct PenalisedFlow<O> {
    objective: O,
    speed: f64,
    coefficient: f64,
    product: Vec<f64>,
    work: Work,
}

impl<O> PenalisedFlow<O> {
    /// With speed s and coefficient μ. The `objective` may be a `&mut` reference to one.
    pub fn new(objective: O, speed: f64, coefficient: f64) -> Self {
        Self {
            objective,
            speed,
            coefficient,
            product: Vec::new(),
            work: Work::default(),
        }
    }

    /// s and μ: the loss whose flow this is.
    pub fn modified_loss(&self) -> FirstOrderLoss {
        FirstOrderLoss::GradientNorm {
            speed: self.speed,
            coefficient: self.coefficient,
        }
    }
}

impl<O: HessianVector<f64>> Field for PenalisedFlow<O> {
    fn dimension(&self) -> usize {
        self.objective.parameter_count()
    }

    fn velocity(&mut self, theta: &[f64], velocity: &mut [f64]) -> Result<(), ObjectiveError> {
        self.work.count(0);
        self.work.count(1);
        self.product.resize(self.dimension(), 0.0);
        self.objective
            .gradient_and_hessian_gradient(theta, velocity, &mut self.product)?;
        for (velocity, product) in velocity.iter_mut().zip(&self.product) {
            *velocity = -self.speed * (*velocity + 2.0 * self.coefficient * product);
        }
        Ok(())
    }

    fn work(&self) -> Work {
        self.work
    }
}
