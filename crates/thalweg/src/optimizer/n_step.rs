//! Several substeps on each minibatch.

use thalweg_cpu::Element;

use super::error::positive;
use super::{Analysed, GradientAt, Memory, Optimizer, OptimizerError, State};
use crate::objective::ObjectiveError;
use crate::vector::add_scaled;

/// n substeps θ ← θ − α∇E(θ) of bare rate α = h/n on the same objective (the same minibatch, where
/// there is one): n gradients a step, nothing remembered.
///
/// Together they go about as far as one step of h, but the implicit regularisation follows α: n-step
/// stochastic gradient descent descends E + (α/4)·mean ‖∇Ê_i‖² over the batches (Smith et al. 2021,
/// section 4), and on a fixed objective it is gradient descent at rate α, with E + (α/4)‖∇E‖² and
/// stable up to 2/α.
///
/// ```
/// use thalweg::objective::{Gradient, Traced};
/// use thalweg::optimizer::{Analysed, NStep, Optimizer};
///
/// let mut objective = Traced::<f64>::new(1, |theta| (theta.power(2.0) * 0.5).sum_all())?;
/// let method = NStep::new(0.5, 2)?;
/// let state = method.start(vec![1.0]);
/// let state = method.step(state, &mut |theta, gradient| objective.gradient(theta, gradient))?;
/// assert_eq!(state.theta, [0.75 * 0.75]);
/// assert_eq!(method.implicit_coefficient(), Some(0.0625));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NStep {
    bare_rate: f64,
    substeps: u64,
}

impl NStep {
    /// With learning rate h > 0 over n ≥ 1 substeps; n = 1 is gradient descent.
    ///
    /// # Errors
    /// If h is not positive and finite, or n = 0.
    pub fn new(learning_rate: f64, substeps: u64) -> Result<Self, OptimizerError> {
        let learning_rate = positive(learning_rate, OptimizerError::LearningRate)?;
        if substeps == 0 {
            return Err(OptimizerError::NoSubsteps);
        }
        let bare_rate = learning_rate / substeps as f64;
        Ok(Self {
            bare_rate,
            substeps,
        })
    }

    /// α = h/n.
    #[must_use]
    pub fn bare_rate(&self) -> f64 {
        self.bare_rate
    }
}

impl Analysed for NStep {
    fn implicit_coefficient(&self) -> Option<f64> {
        Some(self.bare_rate / 4.0)
    }

    fn largest_stable_curvature(&self) -> Option<f64> {
        Some(2.0 / self.bare_rate)
    }

    fn effective_learning_rate(&self) -> Option<f64> {
        Some(self.bare_rate * self.substeps as f64)
    }

    fn memory(&self) -> Option<Memory> {
        Some(Memory::None)
    }
}

impl<T: Element> Optimizer<T> for NStep {
    fn start(&self, theta: Vec<T>) -> State<T> {
        State::new(theta, 0, 0)
    }

    fn step(
        &self,
        mut state: State<T>,
        gradient_at: &mut GradientAt<'_, T>,
    ) -> Result<State<T>, ObjectiveError> {
        for substep in 0..self.substeps {
            let loss = gradient_at(&state.theta, &mut state.gradient)?;
            if substep == 0 {
                state.loss = loss;
            }
            add_scaled(&mut state.theta, -self.bare_rate, &state.gradient);
        }
        Ok(state)
    }
}
