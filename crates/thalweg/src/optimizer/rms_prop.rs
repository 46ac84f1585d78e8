//! RMSProp.

use thalweg_cpu::Element;

use super::error::{below_one, positive};
use super::{Analysed, EpsilonPlacement, GradientAt, Optimizer, OptimizerError, State};
use crate::objective::ObjectiveError;
use crate::vector::update;

/// Steps along the gradient, divided by the root of an average of its squares: one gradient a step.
///
/// With g = ∇E(θ), elementwise: v ← β₂v + (1−β₂)g², θ ← θ − h g/√(v + ε), or − h g/(√v + ε) by
/// choice of [`EpsilonPlacement`]. The average starts at 0 and is not corrected for it: the first
/// steps are longer, by up to 1/√(1−β₂). It remembers v.
///
/// What it follows is the flow of a vector field that is in general no gradient (Cattaneo et al.
/// 2024, arXiv 2309.00079): there is no modified loss. Its stability depends on the gradients it
/// has seen and not on the Hessian alone.
///
/// Reference: Tieleman and Hinton 2012, Lecture 6.5: rmsprop.
///
/// ```
/// use thalweg::objective::{Gradient, Traced};
/// use thalweg::optimizer::{EpsilonPlacement, Optimizer, RmsProp};
///
/// // The gradient is 4 everywhere: v = 12 after one step and 15 after two.
/// let mut objective = Traced::<f64>::new(1, |theta| (4.0 * theta).sum_all())?;
/// let method = RmsProp::new(1.0)?
///     .with_beta_2(0.25)?
///     .with_epsilon(4.0, EpsilonPlacement::InsideRoot)?;
/// let mut state = method.start(vec![0.0]);
/// for expected in [-1.0, -1.0 - 4.0 / 19.0_f64.sqrt()] {
///     state = method.step(state, &mut |theta, gradient| objective.gradient(theta, gradient))?;
///     assert_eq!(state.theta, [expected]);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RmsProp {
    learning_rate: f64,
    beta_2: f64,
    epsilon: f64,
    placement: EpsilonPlacement,
}

impl RmsProp {
    /// With learning rate h > 0, β₂ = 0.99 and ε = 10⁻⁸ inside the root.
    ///
    /// # Errors
    /// If h is not positive and finite.
    pub fn new(learning_rate: f64) -> Result<Self, OptimizerError> {
        Ok(Self {
            learning_rate: positive(learning_rate, OptimizerError::LearningRate)?,
            beta_2: 0.99,
            epsilon: 1e-8,
            placement: EpsilonPlacement::InsideRoot,
        })
    }

    /// With 0 ≤ β₂ < 1; without memory, for β₂ = 0, the step is nearly that of the sign of g.
    ///
    /// # Errors
    /// If it is outside its range.
    pub fn with_beta_2(self, beta_2: f64) -> Result<Self, OptimizerError> {
        let name = "beta_2";
        let error = |value| OptimizerError::Average { name, value };
        Ok(Self {
            beta_2: below_one(beta_2, error)?,
            ..self
        })
    }

    /// With ε > 0, which must be above zero in the element type too, in this place.
    ///
    /// # Errors
    /// If ε is not positive and finite.
    pub fn with_epsilon(
        self,
        epsilon: f64,
        placement: EpsilonPlacement,
    ) -> Result<Self, OptimizerError> {
        Ok(Self {
            epsilon: positive(epsilon, OptimizerError::Epsilon)?,
            placement,
            ..self
        })
    }
}

impl Analysed for RmsProp {}

impl<T: Element> Optimizer<T> for RmsProp {
    fn start(&self, theta: Vec<T>) -> State<T> {
        State::new(theta, 1, 0)
    }

    fn step(
        &self,
        mut state: State<T>,
        gradient_at: &mut GradientAt<'_, T>,
    ) -> Result<State<T>, ObjectiveError> {
        state.loss = gradient_at(&state.theta, &mut state.gradient)?;
        let (gradient, squares) = (&state.gradient, &mut state.memory[0]);
        let (kept, taken) = (T::from_f64(self.beta_2), T::from_f64(1.0 - self.beta_2));
        update(squares, [gradient], |v, [g]| kept * v + taken * (g * g));
        let (rate, epsilon) = (T::from_f64(self.learning_rate), T::from_f64(self.epsilon));
        let placement = self.placement;
        update(&mut state.theta, [gradient, squares], |x, [g, v]| {
            x - rate * g / placement.denominator(v, epsilon)
        });
        Ok(state)
    }
}
