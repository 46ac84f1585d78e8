//! Optimizers: what moves θ, one discrete step at a time.
//!
//! A step is pure: it takes a state and returns the next one, and asks for gradients where it needs
//! them through a closure. Whose gradient that is (of the full objective, of a minibatch, with a
//! penalty) is the caller's business; so stochastic gradient descent is [`GradientDescent`] on the
//! minibatches of a [`Sampling`].

mod gradient_descent;
mod sampling;

use thalweg_cpu::Element;

use crate::objective::ObjectiveError;

pub use gradient_descent::{GradientDescent, LearningRateError};
pub use sampling::{Sampling, steps_per_epoch};

/// Writes the gradient at its first argument to its second and returns the loss there.
pub type GradientAt<'a, T> = dyn FnMut(&[T], &mut [T]) -> Result<f64, ObjectiveError> + 'a;

/// θ, what the method remembers, and the last gradient it saw.
#[derive(Clone, Debug, PartialEq)]
pub struct State<T> {
    /// The parameters.
    pub theta: Vec<T>,
    /// What the method carries from step to step (such as velocities), in its own order.
    pub memory: Vec<Vec<T>>,
    /// The last gradient given to the method: overwritten each step, no part of the state proper.
    pub gradient: Vec<T>,
    /// The loss that came with it.
    pub loss: f64,
}

/// A method that moves θ by gradients.
pub trait Optimizer<T: Element> {
    /// The state before the first step from `theta`.
    fn start(&self, theta: Vec<T>) -> State<T>;

    /// The state after one more step.
    ///
    /// # Errors
    /// Those of `gradient_at`.
    fn step(
        &self,
        state: State<T>,
        gradient_at: &mut GradientAt<'_, T>,
    ) -> Result<State<T>, ObjectiveError>;
}
