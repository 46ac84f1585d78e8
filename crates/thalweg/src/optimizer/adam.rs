//! Adam.

use thalweg_cpu::Element;

use super::error::{below_one, positive};
use super::{Analysed, EpsilonPlacement, GradientAt, Optimizer, OptimizerError, State, step_count};
use crate::objective::ObjectiveError;
use crate::vector::update;

/// Steps along an average of gradients, divided by the root of an average of their squares: one
/// gradient a step.
///
/// With g = ∇E(θ), elementwise, at step t = 1, 2, …:
///
/// m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², m̂ = m/(1−β₁ᵗ), v̂ = v/(1−β₂ᵗ),
/// θ ← θ − h m̂/√(v̂ + ε), or − h m̂/(√v̂ + ε) by choice of [`EpsilonPlacement`].
///
/// Without bias correction m̂ = m and v̂ = v. It remembers m, v and t.
///
/// What it follows is the flow of a vector field that is in general no gradient (Cattaneo et al.
/// 2024, arXiv 2309.00079): there is no modified loss. Its stability depends on the gradients it
/// has seen and not on the Hessian alone.
///
/// Reference: Kingma and Ba 2015, arXiv 1412.6980, Algorithm 1.
///
/// ```
/// use thalweg::objective::{Gradient, Traced};
/// use thalweg::optimizer::{Adam, EpsilonPlacement, Optimizer};
///
/// // The gradient is 3 everywhere: m̂ = 3, v̂ = 9, and √(9 + 7) = √9 + 1 = 4.
/// let mut objective = Traced::<f64>::new(1, |theta| (3.0 * theta).sum_all())?;
/// for (epsilon, placement) in [
///     (7.0, EpsilonPlacement::InsideRoot),
///     (1.0, EpsilonPlacement::OutsideRoot),
/// ] {
///     let method = Adam::new(1.0)?.with_betas(0.5, 0.75)?.with_epsilon(epsilon, placement)?;
///     let mut state = method.start(vec![0.0]);
///     for expected in [-0.75, -1.5] {
///         state = method.step(state, &mut |theta, gradient| objective.gradient(theta, gradient))?;
///         assert!((state.theta[0] - expected).abs() < 1e-15);
///     }
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adam {
    learning_rate: f64,
    beta_1: f64,
    beta_2: f64,
    epsilon: f64,
    placement: EpsilonPlacement,
    is_corrected: bool,
}

impl Adam {
    /// With learning rate h > 0, β₁ = 0.9, β₂ = 0.999, ε = 10⁻⁸ inside the root, and bias
    /// correction.
    ///
    /// # Errors
    /// If h is not positive and finite.
    pub fn new(learning_rate: f64) -> Result<Self, OptimizerError> {
        Ok(Self {
            learning_rate: positive(learning_rate, OptimizerError::LearningRate)?,
            beta_1: 0.9,
            beta_2: 0.999,
            epsilon: 1e-8,
            placement: EpsilonPlacement::InsideRoot,
            is_corrected: true,
        })
    }

    /// With 0 ≤ β₁ < 1 and 0 ≤ β₂ < 1.
    ///
    /// # Errors
    /// If one is outside its range.
    pub fn with_betas(self, beta_1: f64, beta_2: f64) -> Result<Self, OptimizerError> {
        let check = |name, value| below_one(value, |value| OptimizerError::Average { name, value });
        Ok(Self {
            beta_1: check("beta_1", beta_1)?,
            beta_2: check("beta_2", beta_2)?,
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

    /// With m̂ = m and v̂ = v, whose first steps lean towards the zeros that the averages start at.
    #[must_use]
    pub fn without_bias_correction(self) -> Self {
        Self {
            is_corrected: false,
            ..self
        }
    }

    /// 1 − βᵗ, or 1 without bias correction.
    fn correction(&self, beta: f64, step: f64) -> f64 {
        match self.is_corrected {
            true => 1.0 - beta.power(step),
            false => 1.0,
        }
    }
}

/// The place of t in the memory, after m and v.
const COUNT: usize = 2;

impl Analysed for Adam {}

impl<T: Element> Optimizer<T> for Adam {
    fn start(&self, theta: Vec<T>) -> State<T> {
        let mut state = State::new(theta, 2, 0);
        state.memory.push(step_count::none());
        state
    }

    fn step(
        &self,
        mut state: State<T>,
        gradient_at: &mut GradientAt<'_, T>,
    ) -> Result<State<T>, ObjectiveError> {
        state.loss = gradient_at(&state.theta, &mut state.gradient)?;
        let step = step_count::advance(&mut state.memory[COUNT]);
        let (first, second) = state.memory.split_at_mut(1);
        let (gradient, m, v) = (&state.gradient, &mut first[0], &mut second[0]);
        let (kept, taken) = (T::from_f64(self.beta_1), T::from_f64(1.0 - self.beta_1));
        update(m, [gradient], |m, [g]| kept * m + taken * g);
        let (kept, taken) = (T::from_f64(self.beta_2), T::from_f64(1.0 - self.beta_2));
        update(v, [gradient], |v, [g]| kept * v + taken * (g * g));
        let rate = T::from_f64(self.learning_rate / self.correction(self.beta_1, step));
        let growth = T::from_f64(1.0 / self.correction(self.beta_2, step));
        let (placement, epsilon) = (self.placement, T::from_f64(self.epsilon));
        update(&mut state.theta, [m, v], |x, [m, v]| {
            x - rate * m / placement.denominator(growth * v, epsilon)
        });
        Ok(state)
    }
}
