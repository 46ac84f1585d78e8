//! The modified loss of the heavy ball method.

use super::setting::{check_decay, check_positive};
use super::{FirstOrderLoss, MethodSettingError, PenalisedFlow};
use crate::vector::add_scaled;

/// What the heavy ball method θₙ₊₁ = θₙ − h∇E(θₙ) + β(θₙ − θₙ₋₁) follows:
/// θ' = −(1/(1−β))∇[E + (h(1+β)/(4(1−β)²))‖∇E‖²] + O(h²), in time nh.
///
/// Compared with gradient descent at the same effective rate h/(1−β), the penalty is (1+β)/(1−β)
/// times as strong (Ghosh et al. 2023, arXiv 2302.00849, theorem 3.1). Written with a velocity,
/// vₙ₊₁ = βvₙ + ∇E, θₙ₊₁ = θₙ − hvₙ₊₁, it is the same method with θ₀ − θ₋₁ = −hv₀.
///
/// The statement is about the slow motion, after a transient that decays as βⁿ. What is O(h²) after a
/// fixed time is the distance between
///
/// - the method started with [`Self::previous_iterate`] as θ₋₁, or v₀ = ∇E/(1−β), and the flow from
///   the same θ₀; or
/// - the method started at rest (θ₋₁ = θ₀, v₀ = 0) and the flow from [`Self::start_from_rest`], after
///   the transient.
///
/// From rest, but with the flow from θ₀ itself, the distance is O(h), as large as what the penalty does.
/// The constants in O grow with powers of 1/(1−β).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HeavyBall {
    learning_rate: f64,
    momentum: f64,
}

impl HeavyBall {
    /// With learning rate h > 0 and momentum 0 ≤ β < 1.
    ///
    /// # Errors
    /// If either is not.
    pub fn new(learning_rate: f64, momentum: f64) -> Result<Self, MethodSettingError> {
        Ok(Self {
            learning_rate: check_positive("the learning rate", learning_rate)?,
            momentum: check_decay("the momentum", momentum)?,
        })
    }

    /// s = 1/(1−β).
    #[must_use]
    pub fn speed(self) -> f64 {
        1.0 / (1.0 - self.momentum)
    }

    /// μ = h(1+β)/(4(1−β)²), which is h/4 for β = 0.
    #[must_use]
    pub fn coefficient(self) -> f64 {
        coefficient(self.learning_rate, self.momentum)
    }

    /// s and μ as a statement.
    #[must_use]
    pub fn modified_loss(self) -> FirstOrderLoss {
        FirstOrderLoss::GradientNorm {
            speed: self.speed(),
            coefficient: self.coefficient(),
        }
    }

    /// The modified flow on `objective`.
    pub fn flow<O>(self, objective: O) -> PenalisedFlow<O> {
        PenalisedFlow::new(objective, self.speed(), self.coefficient())
    }

    /// θ₋₁ = θ₀ + (h/(1−β))∇E(θ₀), with which the method starts on the slow motion, to O(h²).
    #[must_use]
    pub fn previous_iterate(self, theta: &[f64], gradient: &[f64]) -> Vec<f64> {
        displaced(theta, self.learning_rate * self.speed(), gradient)
    }

    /// θ₀ + (hβ/(1−β)²)∇E(θ₀): where the slow motion that a start at rest in θ₀ falls into would have
    /// started, to O(h²). The transient lags behind by the way it takes to gather speed.
    #[must_use]
    pub fn start_from_rest(self, theta: &[f64], gradient: &[f64]) -> Vec<f64> {
        let lag = self.learning_rate * self.momentum * self.speed().powi(2);
        displaced(theta, lag, gradient)
    }
}

/// μ = h(1+β)/(4(1−β)²), for the optimizer of the same name as well.
pub(crate) fn coefficient(learning_rate: f64, momentum: f64) -> f64 {
    learning_rate * (1.0 + momentum) / (4.0 * (1.0 - momentum).powi(2))
}

pub(super) fn displaced(theta: &[f64], factor: f64, direction: &[f64]) -> Vec<f64> {
    let mut moved = theta.to_vec();
    add_scaled(&mut moved, factor, direction);
    moved
}
