//! One objective, asked by several fields in turn.

use std::cell::RefCell;

use crate::objective::{DirectionalDerivative, Gradient, HessianVector, Objective, ObjectiveError};

/// A reference to an objective that others refer to as well. Nobody asks while another is answered.
pub(super) struct Shared<'c, O>(&'c RefCell<O>);

impl<'c, O> Shared<'c, O> {
    pub(super) fn new(objective: &'c RefCell<O>) -> Self {
        Self(objective)
    }
}

impl<O> Clone for Shared<'_, O> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<O> Copy for Shared<'_, O> {}

impl<O: Objective<f64>> Objective<f64> for Shared<'_, O> {
    fn parameter_count(&self) -> usize {
        self.0.borrow().parameter_count()
    }

    fn loss(&mut self, theta: &[f64]) -> Result<f64, ObjectiveError> {
        self.0.borrow_mut().loss(theta)
    }
}

impl<O: Gradient<f64>> Gradient<f64> for Shared<'_, O> {
    fn gradient(&mut self, theta: &[f64], gradient: &mut [f64]) -> Result<f64, ObjectiveError> {
        self.0.borrow_mut().gradient(theta, gradient)
    }
}

impl<O: HessianVector<f64>> HessianVector<f64> for Shared<'_, O> {
    fn hessian_vector(
        &mut self,
        theta: &[f64],
        vector: &[f64],
        product: &mut [f64],
    ) -> Result<(), ObjectiveError> {
        self.0.borrow_mut().hessian_vector(theta, vector, product)
    }

    fn gradient_and_hessian_gradient(
        &mut self,
        theta: &[f64],
        gradient: &mut [f64],
        hessian_gradient: &mut [f64],
    ) -> Result<f64, ObjectiveError> {
        let mut objective = self.0.borrow_mut();
        objective.gradient_and_hessian_gradient(theta, gradient, hessian_gradient)
    }
}

impl<O: DirectionalDerivative<f64>> DirectionalDerivative<f64> for Shared<'_, O> {
    fn directional_derivative(
        &mut self,
        theta: &[f64],
        directions: &[&[f64]],
        derivative: &mut [f64],
    ) -> Result<(), ObjectiveError> {
        let mut objective = self.0.borrow_mut();
        objective.directional_derivative(theta, directions, derivative)
    }
}
