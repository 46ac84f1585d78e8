//! Gradient descent.

use thalweg_cpu::Element;

use super::error::positive;
use super::{Analysed, GradientAt, Memory, Optimizer, OptimizerError, State};
use crate::objective::ObjectiveError;
use crate::vector::add_scaled;

/// θ ← θ − h∇E(θ): one gradient a step, nothing remembered.
///
/// On minibatches this is stochastic gradient descent. It follows the gradient flow of the modified
/// loss E + (h/4)‖∇E‖² to third order a step (Barrett and Dherin 2021, Theorem 3.1), and is stable
/// up to curvature 2/h.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GradientDescent {
    learning_rate: f64,
}

impl GradientDescent {
    /// With learning rate h > 0.
    ///
    /// # Errors
    /// If h is not positive and finite.
    pub fn new(learning_rate: f64) -> Result<Self, OptimizerError> {
        let learning_rate = positive(learning_rate, OptimizerError::LearningRate)?;
        Ok(Self { learning_rate })
    }

    /// h.
    #[must_use]
    pub fn learning_rate(&self) -> f64 {
        self.learning_rate
    }
}

impl Analysed for GradientDescent {
    fn implicit_coefficient(&self) -> Option<f64> {
        Some(self.learning_rate / 4.0)
    }

    fn largest_stable_curvature(&self) -> Option<f64> {
        Some(2.0 / self.learning_rate)
    }

    fn gradient_multiple(&self) -> Option<f64> {
        Some(self.learning_rate)
    }

    fn effective_learning_rate(&self) -> Option<f64> {
        Some(self.learning_rate)
    }

    fn memory(&self) -> Option<Memory> {
        Some(Memory::None)
    }
}

impl<T: Element> Optimizer<T> for GradientDescent {
    fn start(&self, theta: Vec<T>) -> State<T> {
        State::new(theta, 0, 0)
    }

    fn step(
        &self,
        mut state: State<T>,
        gradient_at: &mut GradientAt<'_, T>,
    ) -> Result<State<T>, ObjectiveError> {
        state.loss = gradient_at(&state.theta, &mut state.gradient)?;
        add_scaled(&mut state.theta, -self.learning_rate, &state.gradient);
        Ok(state)
    }
}
