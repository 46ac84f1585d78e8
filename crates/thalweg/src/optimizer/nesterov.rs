//! Nesterov's accelerated gradient with constant momentum.

use thalweg_cpu::Element;

use super::error::{below_one, positive};
use super::{Analysed, GradientAt, Memory, Optimizer, OptimizerError, State};
use crate::modified::nesterov;
use crate::objective::ObjectiveError;
use crate::vector::update;

/// v ← βv + ∇E(θ), θ ← θ − h(∇E(θ) + βv): one gradient a step.
///
/// θ is the point ahead at which the gradient is taken, as in most frameworks. In the points
/// x = θ + hβv of the original, the same steps read x_{n+1} = θ_n − h∇E(θ_n),
/// θ_{n+1} = x_{n+1} + β(x_{n+1} − x_n). It remembers v, the *velocity*.
///
/// Once the start is forgotten, it follows the gradient flow of
/// E + h(1−β+2β²)/(4(1−β)²)·‖∇E‖² at the effective learning rate h/(1−β). The coefficient is
/// derived at [`modified::Nesterov`](crate::modified::Nesterov). It is stable up to curvature (2+2β)/(h(1+2β)) (Cohen et al. 2021, arXiv
/// 2103.00065).
///
/// Reference: Sutskever et al. 2013, On the importance of initialization and momentum in deep
/// learning.
///
/// ```
/// use thalweg::objective::{Gradient, Traced};
/// use thalweg::optimizer::{Nesterov, Optimizer};
///
/// let mut objective = Traced::<f64>::new(1, |theta| (theta.power(2.0) * 0.5).sum_all())?;
/// let method = Nesterov::new(0.5, 0.5)?;
/// let mut state = method.start(vec![1.0]);
/// for expected in [0.25, -0.0625] {
///     state = method.step(state, &mut |theta, gradient| objective.gradient(theta, gradient))?;
///     assert_eq!(state.theta, [expected]);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Nesterov {
    learning_rate: f64,
    momentum: f64,
}

impl Nesterov {
    /// With learning rate h > 0 and momentum 0 ≤ β < 1; β = 0 is gradient descent.
    ///
    /// # Errors
    /// If one is outside its range.
    pub fn new(learning_rate: f64, momentum: f64) -> Result<Self, OptimizerError> {
        Ok(Self {
            learning_rate: positive(learning_rate, OptimizerError::LearningRate)?,
            momentum: below_one(momentum, OptimizerError::Momentum)?,
        })
    }

    /// h/(1−β): the rate of gradient descent that moves as fast along a constant gradient.
    #[must_use]
    pub fn effective_learning_rate(&self) -> f64 {
        self.learning_rate / (1.0 - self.momentum)
    }
}

impl Analysed for Nesterov {
    fn implicit_coefficient(&self) -> Option<f64> {
        Some(nesterov::coefficient(self.learning_rate, self.momentum))
    }

    fn largest_stable_curvature(&self) -> Option<f64> {
        let (h, beta) = (self.learning_rate, self.momentum);
        Some((2.0 + 2.0 * beta) / (h * (1.0 + 2.0 * beta)))
    }

    fn effective_learning_rate(&self) -> Option<f64> {
        Some(self.effective_learning_rate())
    }

    fn memory(&self) -> Option<Memory> {
        let momentum = self.momentum;
        Some(Memory::Nesterov { momentum })
    }
}

impl<T: Element> Optimizer<T> for Nesterov {
    fn start(&self, theta: Vec<T>) -> State<T> {
        State::new(theta, 1, 0)
    }

    fn step(
        &self,
        mut state: State<T>,
        gradient_at: &mut GradientAt<'_, T>,
    ) -> Result<State<T>, ObjectiveError> {
        state.loss = gradient_at(&state.theta, &mut state.gradient)?;
        let (rate, momentum) = (T::from_f64(self.learning_rate), T::from_f64(self.momentum));
        let (gradient, velocity) = (&state.gradient, &mut state.memory[0]);
        update(velocity, [gradient], |v, [g]| momentum * v + g);
        update(&mut state.theta, [gradient, velocity], |x, [g, v]| {
            x - rate * (g + momentum * v)
        });
        Ok(state)
    }
}
