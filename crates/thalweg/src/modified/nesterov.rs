//! The modified loss of Nesterov's method with constant momentum.

use super::heavy_ball::displaced;
use super::setting::{check_decay, check_positive};
use super::{FirstOrderLoss, MethodSettingError, PenalisedFlow};

/// What Nesterov's method θₙ₊₁ = yₙ − h∇E(yₙ), yₙ = θₙ + β(θₙ − θₙ₋₁) with constant β follows:
/// θ' = −(1/(1−β))∇[E + (h(1−β+2β²)/(4(1−β)²))‖∇E‖²] + O(h²), in time nh.
///
/// Derived here, as Kovachki and Stuart 2021 (arXiv 1906.04285) and Ghosh et al. 2023 (arXiv
/// 2302.00849) do for heavy ball. With θₙ₊₁ = θ(t+h), θ' = F₀ + hF₁, the update is to second order
/// hF₀ + h²(F₁ + ½F₀'F₀) = β[hF₀ + h²(F₁ − ½F₀'F₀)] − h[∇E + hβHF₀]. Order h: F₀ = −∇E/(1−β). Order h²:
/// (1−β)F₁ = −½(1+β)H∇E/(1−β)² + βH∇E/(1−β), so F₁ = −((1−β+2β²)/(2(1−β)²)) H∇E/(1−β).
///
/// Looking ahead weakens the penalty of [`HeavyBall`](super::HeavyBall) by the factor
/// (1−β+2β²)/(1+β) < 1. The yₙ, which some frameworks keep in place of θₙ, follow the same equation:
/// to O(h²) they are the same path, ahead by the time βh.
///
/// What must be compared with what is as for heavy ball: see [`Self::previous_iterate`] and
/// [`Self::start_from_rest`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Nesterov {
    learning_rate: f64,
    momentum: f64,
}

impl Nesterov {
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

    /// μ = h(1−β+2β²)/(4(1−β)²), which is h/4 for β = 0.
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
    /// started, to O(h²).
    #[must_use]
    pub fn start_from_rest(self, theta: &[f64], gradient: &[f64]) -> Vec<f64> {
        let lag = self.learning_rate * self.momentum * self.speed().powi(2);
        displaced(theta, lag, gradient)
    }
}

/// μ = h(1−β+2β²)/(4(1−β)²), for the optimizer of the same name as well.
pub(crate) fn coefficient(learning_rate: f64, momentum: f64) -> f64 {
    let weight = 1.0 - momentum + 2.0 * momentum.powi(2);
    learning_rate * weight / (4.0 * (1.0 - momentum).powi(2))
}
