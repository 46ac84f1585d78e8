//! Sharpness-aware minimisation and the gradient-norm penalty: one family.

use thalweg_cpu::Element;

use super::error::{positive, share};
use super::{Analysed, GradientAt, Optimizer, OptimizerError, State};
use crate::objective::ObjectiveError;
use crate::vector::{add_scaled, move_towards, norm_squared, update};

/// θ ← θ − h[(1−a)g + a∇E(θ + r g/‖g‖)] with g = ∇E(θ): two gradients a step, both of the same
/// objective (the same minibatch, where there is one); nothing remembered.
///
/// a = 1 is sharpness-aware minimisation, SAM (Foret et al. 2021, arXiv 2010.01412, without the
/// second-order term). Any a is a difference quotient for the penalty a·r·‖∇E‖ (Zhao et al. 2022,
/// arXiv 2202.03599), to first order in r. For r = 0 or a = 0 it is gradient descent, at one
/// gradient a step, and so it is where g = 0.
///
/// The penalty is on ‖∇E‖ and not on its square: there is no modified loss E + c‖∇E‖². Near a
/// minimum the displacement does not shrink with the gradient, so that no curvature decides where
/// it settles.
///
/// ```
/// use thalweg::objective::{Gradient, Traced};
/// use thalweg::optimizer::{Optimizer, SharpnessAware};
///
/// // On E = θ²/2 the gradient at the displaced point is θ + r.
/// let mut objective = Traced::<f64>::new(1, |theta| (theta.power(2.0) * 0.5).sum_all())?;
/// for (method, expected) in [
///     (SharpnessAware::sam(0.5, 0.25)?, 1.0 - 0.5 * 1.25),
///     (SharpnessAware::mixed(0.5, 0.25, 0.5)?, 1.0 - 0.5 * 1.125),
/// ] {
///     let state = method.start(vec![1.0]);
///     let state = method.step(state, &mut |theta, gradient| objective.gradient(theta, gradient))?;
///     assert_eq!(state.theta, [expected]);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SharpnessAware {
    learning_rate: f64,
    radius: f64,
    mix: f64,
}

impl SharpnessAware {
    /// SAM with learning rate h > 0 and radius r ≥ 0.
    ///
    /// # Errors
    /// If one is outside its range.
    pub fn sam(learning_rate: f64, radius: f64) -> Result<Self, OptimizerError> {
        Self::mixed(learning_rate, radius, 1.0)
    }

    /// With a share 0 ≤ a ≤ 1 of the displaced gradient.
    ///
    /// # Errors
    /// If a setting is outside its range.
    pub fn mixed(learning_rate: f64, radius: f64, mix: f64) -> Result<Self, OptimizerError> {
        if !(radius.is_finite() && radius >= 0.0) {
            return Err(OptimizerError::Radius(radius));
        }
        Ok(Self {
            learning_rate: positive(learning_rate, OptimizerError::LearningRate)?,
            mix: share(mix, OptimizerError::Mix)?,
            radius,
        })
    }
}

impl SharpnessAware {
    /// Whether nothing is displaced, or nothing of it counts.
    fn is_descent(&self) -> bool {
        self.radius == 0.0 || self.mix == 0.0
    }
}

impl Analysed for SharpnessAware {
    fn implicit_coefficient(&self) -> Option<f64> {
        self.is_descent().then_some(self.learning_rate / 4.0)
    }

    fn largest_stable_curvature(&self) -> Option<f64> {
        self.is_descent().then_some(2.0 / self.learning_rate)
    }
}

impl<T: Element> Optimizer<T> for SharpnessAware {
    fn start(&self, theta: Vec<T>) -> State<T> {
        State::new(theta, 0, 2)
    }

    fn step(
        &self,
        mut state: State<T>,
        gradient_at: &mut GradientAt<'_, T>,
    ) -> Result<State<T>, ObjectiveError> {
        state.loss = gradient_at(&state.theta, &mut state.gradient)?;
        let norm = norm_squared(&state.gradient).sqrt();
        if norm > 0.0 && !self.is_descent() {
            let (points, gradients) = state.scratch.split_at_mut(1);
            let (point, displaced) = (&mut points[0], &mut gradients[0]);
            // In double precision, where no gradient of single precision is too small to divide by.
            let factor = self.radius / norm;
            update(point, [&state.theta, &state.gradient], |_, [x, g]| {
                x + T::from_f64(factor * g.to_f64())
            });
            gradient_at(point, displaced)?;
            move_towards(&mut state.gradient, self.mix, displaced);
        }
        add_scaled(&mut state.theta, -self.learning_rate, &state.gradient);
        Ok(state)
    }
}
