//! Optimizers: what moves θ, one discrete step at a time.
//!
//! A step is pure: it takes a state and returns the next one, and asks for gradients where it needs
//! them through a closure. Whose gradient that is (of the full objective, of a minibatch, with a
//! penalty) is the caller's business; so stochastic gradient descent is [`GradientDescent`] on the
//! minibatches of a [`Sampling`]. All gradients of one step are those of one objective.
//!
//! [`Analysed`] says what theory knows of a method: which loss it really descends, and up to which
//! curvature it is stable.

mod adam;
mod analysed;
mod clipping;
mod epsilon_placement;
mod error;
mod gradient_descent;
mod heavy_ball;
mod memory;
mod n_step;
mod nesterov;
mod normalised;
mod rms_prop;
mod runge_kutta;
mod sampling;
mod schedule;
mod sharpness_aware;
mod step_count;

use thalweg_cpu::Element;

use crate::objective::ObjectiveError;

pub use adam::Adam;
pub use analysed::{Analysed, Analysis};
pub use clipping::clip_to_norm;
pub use epsilon_placement::EpsilonPlacement;
pub use error::OptimizerError;
pub use gradient_descent::GradientDescent;
pub use heavy_ball::HeavyBall;
pub use memory::Memory;
pub use n_step::NStep;
pub use nesterov::Nesterov;
pub use normalised::NormalisedDescent;
pub use rms_prop::RmsProp;
pub use runge_kutta::RungeKutta;
pub use sampling::{LastBatch, Sampling, steps_per_epoch};
pub use schedule::{RateCourse, RateSchedule};
pub use sharpness_aware::SharpnessAware;

/// Writes the gradient at its first argument to its second and returns the loss there.
pub type GradientAt<'a, T> = dyn FnMut(&[T], &mut [T]) -> Result<f64, ObjectiveError> + 'a;

/// θ, what the method remembers, and memory that it works in.
///
/// A state is `theta` and `memory`: with them alone put into [`Optimizer::start`]'s a method goes on
/// as if it had not stopped. The rest is overwritten at each step.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State<T> {
    /// The parameters.
    pub theta: Vec<T>,
    /// What the method carries from step to step (such as velocities), in its own order.
    pub memory: Vec<Vec<T>>,
    /// A gradient that the last step saw, or what the method made of it.
    pub gradient: Vec<T>,
    /// Points and gradients within a step.
    pub scratch: Vec<Vec<T>>,
    /// The loss at the θ that the last step started from.
    pub loss: f64,
}

impl<T: Element> State<T> {
    /// The state at `theta` of a method with so many vectors of memory and of scratch, all zero.
    #[must_use]
    pub fn new(theta: Vec<T>, memory: usize, scratch: usize) -> Self {
        let zeros = vec![T::ZERO; theta.len()];
        Self {
            memory: vec![zeros.clone(); memory],
            scratch: vec![zeros.clone(); scratch],
            gradient: zeros,
            loss: f64::NAN,
            theta,
        }
    }
}

/// A method that moves θ by gradients.
pub trait Optimizer<T: Element>: Analysed {
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
