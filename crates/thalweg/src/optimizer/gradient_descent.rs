//! Gradient descent.

use thalweg_cpu::Element;

use super::{GradientAt, Optimizer, State};
use crate::objective::ObjectiveError;
use crate::vector::add_scaled;

/// θ ← θ − h∇E(θ): one gradient a step, nothing remembered.
///
/// On minibatches this is stochastic gradient descent. It follows the gradient flow of the modified
/// loss E + (h/4)‖∇E‖² to third order a step (Barrett and Dherin 2021, Theorem 3.1).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GradientDescent {
    learning_rate: f64,
}

/// A learning rate that is not positive and finite.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error("a learning rate must be positive and finite, not {0}")]
pub struct LearningRateError(
    /// The value given.
    pub f64,
);

impl GradientDescent {
    /// With learning rate h > 0.
    ///
    /// # Errors
    /// If h is not positive and finite.
    pub fn new(learning_rate: f64) -> Result<Self, LearningRateError> {
        if learning_rate.is_finite() && learning_rate > 0.0 {
            return Ok(Self { learning_rate });
        }
        Err(LearningRateError(learning_rate))
    }

    /// h.
    #[must_use]
    pub fn learning_rate(&self) -> f64 {
        self.learning_rate
    }
}

impl<T: Element> Optimizer<T> for GradientDescent {
    fn start(&self, theta: Vec<T>) -> State<T> {
        State {
            gradient: vec![T::ZERO; theta.len()],
            memory: Vec::new(),
            loss: f64::NAN,
            theta,
        }
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
