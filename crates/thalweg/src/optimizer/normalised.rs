//! Normalised gradient descent.

use thalweg_cpu::Element;

use super::error::{positive, share};
use super::{Analysed, GradientAt, Optimizer, OptimizerError, State, step_count};
use crate::objective::ObjectiveError;
use crate::vector::{norm_squared, update};

/// θ ← θ − α_k ∇E(θ)/‖∇E(θ)‖ with α_k = h/(k+1)ᵖ at step k = 0, 1, …: one gradient a step, of
/// which only the direction counts.
///
/// p = 0 is a constant length h. With 0 < p ≤ 1 steps become ever shorter and still go any
/// distance, Σ α_k = ∞: slowly diminishing lengths, with which the method reaches the flattest
/// minimum where gradient descent stays at another (Josz 2026). Where ∇E = 0 it stays. It remembers
/// k.
///
/// Its steps do not shrink with the gradient: there is no modified loss E + c‖∇E‖², and at constant
/// length no curvature at which it settles.
///
/// ```
/// use thalweg::objective::{Gradient, Traced};
/// use thalweg::optimizer::{NormalisedDescent, Optimizer};
///
/// // E = 3a + 4b: the direction is (0.6, 0.8), the lengths 1, 1/2, 1/3.
/// let mut objective = Traced::<f64>::new(2, |theta| {
///     (3.0 * theta.slice(0, 0, 1) + 4.0 * theta.slice(0, 1, 1)).sum_all()
/// })?;
/// let method = NormalisedDescent::new(1.0)?.with_decay(1.0)?;
/// let mut state = method.start(vec![0.0, 0.0]);
/// for way in [1.0, 1.5, 11.0 / 6.0] {
///     state = method.step(state, &mut |theta, gradient| objective.gradient(theta, gradient))?;
///     assert!((state.theta[0] + 0.6 * way).abs() < 1e-15);
///     assert!((state.theta[1] + 0.8 * way).abs() < 1e-15);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NormalisedDescent {
    length: f64,
    decay: f64,
}

impl NormalisedDescent {
    /// With steps of constant length h > 0.
    ///
    /// # Errors
    /// If h is not positive and finite.
    pub fn new(length: f64) -> Result<Self, OptimizerError> {
        let length = positive(length, OptimizerError::LearningRate)?;
        Ok(Self { length, decay: 0.0 })
    }

    /// With lengths h/(k+1)ᵖ for a decay 0 ≤ p ≤ 1.
    ///
    /// # Errors
    /// If p is outside its range.
    pub fn with_decay(self, decay: f64) -> Result<Self, OptimizerError> {
        let decay = share(decay, OptimizerError::Decay)?;
        Ok(Self { decay, ..self })
    }
}

impl Analysed for NormalisedDescent {}

impl<T: Element> Optimizer<T> for NormalisedDescent {
    fn start(&self, theta: Vec<T>) -> State<T> {
        let mut state = State::new(theta, 0, 0);
        state.memory.push(step_count::none());
        state
    }

    fn step(
        &self,
        mut state: State<T>,
        gradient_at: &mut GradientAt<'_, T>,
    ) -> Result<State<T>, ObjectiveError> {
        state.loss = gradient_at(&state.theta, &mut state.gradient)?;
        let step = step_count::advance(&mut state.memory[0]);
        let norm = norm_squared(&state.gradient).sqrt();
        if norm == 0.0 {
            return Ok(state);
        }
        // In double precision, where no gradient of single precision is too small to divide by.
        let factor = self.length / step.power(self.decay) / norm;
        update(&mut state.theta, [&state.gradient], |x, [g]| {
            x - T::from_f64(factor * g.to_f64())
        });
        Ok(state)
    }
}
