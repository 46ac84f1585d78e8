//! The modified loss of gradient descent.
//!
//! One step θ − h∇E differs from the flow of −∇E over time h by O(h²), but from the flow of −∇Ẽ
//! only by O(h³), with Ẽ = E + λR_IG, R_IG = ‖∇E‖²/m and λ = hm/4 (Barrett and Dherin 2021,
//! Theorem 3.1). The number m of parameters cancels: Ẽ = E + (h/4)‖∇E‖².

/// R_IG = ‖∇E‖²/m, the implicit gradient regulariser.
///
/// Most of its dependence on the size of a network is this 1/m: look at ‖∇E‖² beside it.
#[must_use]
pub fn r_ig(gradient_norm_squared: f64, parameter_count: usize) -> f64 {
    gradient_norm_squared / parameter_count as f64
}

/// λ = hm/4, the coefficient of R_IG that a learning rate h implies.
#[must_use]
pub fn implicit_coefficient(learning_rate: f64, parameter_count: usize) -> f64 {
    learning_rate * parameter_count as f64 / 4.0
}

/// Ẽ = E + (h/4)‖∇E‖², the loss that gradient descent with learning rate h descends.
///
/// ```
/// use thalweg::modified::{implicit_coefficient, modified_loss, r_ig};
/// let (loss, norm, rate, count) = (1.0, 0.5, 0.1, 7);
/// let by_definition = loss + implicit_coefficient(rate, count) * r_ig(norm, count);
/// assert!((modified_loss(loss, norm, rate) - by_definition).abs() < 1e-15);
/// assert!((modified_loss(loss, norm, rate) - 1.0125).abs() < 1e-15);
/// ```
#[must_use]
pub fn modified_loss(loss: f64, gradient_norm_squared: f64, learning_rate: f64) -> f64 {
    loss + learning_rate / 4.0 * gradient_norm_squared
}

/// arctan ‖∇E‖ in degrees: the angle of the loss surface's steepest tangent (ibid., section 3).
#[must_use]
pub fn slope_degrees(gradient_norm_squared: f64) -> f64 {
    gradient_norm_squared.sqrt().atan().to_degrees()
}
