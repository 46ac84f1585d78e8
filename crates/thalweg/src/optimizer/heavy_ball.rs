//! Gradient descent with momentum.

use thalweg_cpu::Element;

use super::error::{below_one, positive};
use super::{Analysed, GradientAt, Memory, Optimizer, OptimizerError, State};
use crate::modified::heavy_ball;
use crate::objective::ObjectiveError;
use crate::vector::{add_scaled, update};

/// Polyak's heavy ball, v ← βv + ∇E(θ), θ ← θ − hv: one gradient a step.
///
/// With v = 0 at the start this is θ_{n+1} = θ_n − h∇E(θ_n) + β(θ_n − θ_{n−1}) for a constant h,
/// and the momentum of most frameworks (without dampening). It remembers v, the *velocity*.
///
/// Once the start is forgotten, after about 1/(1 − β) steps, it follows the gradient flow of
/// E + h(1+β)/(4(1−β)²)·‖∇E‖² at the effective learning rate h/(1−β) (Ghosh et al. 2023, arXiv
/// 2302.00849): (1+β)/(1−β) times the implicit regularisation of gradient descent at that rate. It
/// is stable up to curvature (2+2β)/h (Cohen et al. 2021, arXiv 2103.00065).
///
/// Reference: Polyak 1964, Some methods of speeding up the convergence of iteration methods.
///
/// ```
/// use thalweg::objective::{Gradient, Traced};
/// use thalweg::optimizer::{Analysed, HeavyBall, Optimizer};
///
/// let mut objective = Traced::<f64>::new(1, |theta| (theta.power(2.0) * 0.5).sum_all())?;
/// let method = HeavyBall::new(0.5, 0.5)?;
/// let mut state = method.start(vec![1.0]);
/// for expected in [0.5, 0.0, -0.25] {
///     state = method.step(state, &mut |theta, gradient| objective.gradient(theta, gradient))?;
///     assert_eq!(state.theta, [expected]);
/// }
/// assert_eq!(method.implicit_coefficient(), Some(0.75));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HeavyBall {
    learning_rate: f64,
    momentum: f64,
}

impl HeavyBall {
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

impl Analysed for HeavyBall {
    fn implicit_coefficient(&self) -> Option<f64> {
        Some(heavy_ball::coefficient(self.learning_rate, self.momentum))
    }

    fn largest_stable_curvature(&self) -> Option<f64> {
        Some((2.0 + 2.0 * self.momentum) / self.learning_rate)
    }

    fn effective_learning_rate(&self) -> Option<f64> {
        Some(self.effective_learning_rate())
    }

    fn memory(&self) -> Option<Memory> {
        let momentum = self.momentum;
        Some(Memory::HeavyBall { momentum })
    }
}

impl<T: Element> Optimizer<T> for HeavyBall {
    fn start(&self, theta: Vec<T>) -> State<T> {
        State::new(theta, 1, 0)
    }

    fn step(
        &self,
        mut state: State<T>,
        gradient_at: &mut GradientAt<'_, T>,
    ) -> Result<State<T>, ObjectiveError> {
        state.loss = gradient_at(&state.theta, &mut state.gradient)?;
        let momentum = T::from_f64(self.momentum);
        let velocity = &mut state.memory[0];
        update(velocity, [&state.gradient], |v, [g]| momentum * v + g);
        add_scaled(&mut state.theta, -self.learning_rate, velocity);
        Ok(state)
    }
}
