//! A part of a finite sum as an objective of its own.

use thalweg_cpu::Element;

use super::{FiniteSum, Gradient, HessianVector, Objective, ObjectiveError};

/// The mean over some examples of a finite sum: Ê(θ) = (1/B) Σ_{j ∈ batch} Eⱼ(θ).
#[derive(Debug)]
pub struct Minibatch<'a, S> {
    sum: &'a mut S,
    batch: &'a [usize],
}

impl<'a, S> Minibatch<'a, S> {
    /// The examples `batch` of `sum`.
    pub fn new(sum: &'a mut S, batch: &'a [usize]) -> Self {
        Self { sum, batch }
    }
}

impl<T: Element, S: FiniteSum<T>> Objective<T> for Minibatch<'_, S> {
    fn parameter_count(&self) -> usize {
        self.sum.parameter_count()
    }

    fn loss(&mut self, theta: &[T]) -> Result<f64, ObjectiveError> {
        self.sum.minibatch_loss(self.batch, theta)
    }
}

impl<T: Element, S: FiniteSum<T>> Gradient<T> for Minibatch<'_, S> {
    fn gradient(&mut self, theta: &[T], gradient: &mut [T]) -> Result<f64, ObjectiveError> {
        self.sum.minibatch_gradient(self.batch, theta, gradient)
    }
}

impl<T: Element, S: FiniteSum<T>> HessianVector<T> for Minibatch<'_, S> {
    fn hessian_vector(
        &mut self,
        theta: &[T],
        vector: &[T],
        product: &mut [T],
    ) -> Result<(), ObjectiveError> {
        self.sum
            .minibatch_hessian_vector(self.batch, theta, vector, product)
    }

    fn gradient_and_hessian_gradient(
        &mut self,
        theta: &[T],
        gradient: &mut [T],
        hessian_gradient: &mut [T],
    ) -> Result<f64, ObjectiveError> {
        self.sum.minibatch_gradient_and_hessian_gradient(
            self.batch,
            theta,
            gradient,
            hessian_gradient,
        )
    }
}
