//! The modified field of RMSProp.

use super::{Adam, AdamFlow, FirstOrderLoss, MethodSettingError};

/// What full-batch RMSProp with ε inside the root follows: [`Adam`] with β₁ = 0.
///
/// θ'ⱼ = −(gⱼ + bⱼ)/√(gⱼ²+ε) + O(h²), in time nh, with c = (1+ρ)/(1−ρ) and
/// bⱼ = (h/2){1 − c + cε/(gⱼ²+ε)} ∂ⱼ‖g‖_{1,ε} (Cattaneo et al. 2024, arXiv 2309.00079).
///
/// The method is v ← ρv + (1−ρ)g², θ ← θ − hg/√(v+ε), element by element, with no bias correction;
/// so v must start as [`Self::memory`] for the statement to hold from the first step on. From v = 0 its
/// first steps are too long by up to 1/√(1−ρ), and the distance is O(h).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RmsProp {
    adam: Adam,
}

impl RmsProp {
    /// With learning rate h > 0, 0 ≤ ρ < 1 and ε > 0.
    ///
    /// # Errors
    /// If one of them is not.
    pub fn new(learning_rate: f64, decay: f64, epsilon: f64) -> Result<Self, MethodSettingError> {
        let adam = Adam::new(learning_rate, 0.0, decay, epsilon)?;
        Ok(Self { adam })
    }

    /// (h/2){1 − c + cε/(gⱼ²+ε)}: negative where gⱼ² > ε/(c − 1).
    #[must_use]
    pub fn strength(self, gradient_element: f64) -> f64 {
        self.adam.strength(gradient_element)
    }

    /// There is none.
    #[must_use]
    pub fn modified_loss(self) -> FirstOrderLoss {
        self.adam.modified_loss()
    }

    /// The modified flow on `objective`.
    pub fn flow<O>(self, objective: O) -> AdamFlow<O> {
        self.adam.flow(objective)
    }

    /// The flow without b: θ'ⱼ = −gⱼ/√(gⱼ²+ε).
    pub fn lowest_order_flow<O>(self, objective: O) -> AdamFlow<O> {
        self.adam.lowest_order_flow(objective)
    }

    /// v before the first step, as if ∇E had always been `gradient`: g².
    #[must_use]
    pub fn memory(self, gradient: &[f64]) -> Vec<f64> {
        gradient.iter().map(|g| g * g).collect()
    }
}
