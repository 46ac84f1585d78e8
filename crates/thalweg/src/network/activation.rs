//! Activation functions.

use crate::Named;

/// The function applied elementwise after each hidden layer.
///
/// Trajectory statements of the theory (a flow that follows gradient descent to third order)
/// need a smooth objective: use [`Activation::is_smooth`] before making one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Activation {
    /// max(x, 0), with derivative 0 at 0.
    Relu,
    /// tanh x.
    Tanh,
    /// x Φ(x) = x (1 + erf(x/√2))/2, exactly (no tanh approximation).
    Gelu,
    /// log(1 + eˣ).
    Softplus,
    /// 1/(1 + e⁻ˣ).
    Sigmoid,
    /// x itself: a deep linear network.
    Identity,
}

impl Named for Activation {
    const NAMES: &'static [(&'static str, Self)] = &[
        ("relu", Self::Relu),
        ("tanh", Self::Tanh),
        ("gelu", Self::Gelu),
        ("softplus", Self::Softplus),
        ("sigmoid", Self::Sigmoid),
        ("identity", Self::Identity),
    ];
}

impl Activation {
    /// Whether the function has derivatives of every order everywhere; false only for ReLU.
    #[must_use]
    pub fn is_smooth(self) -> bool {
        self != Self::Relu
    }
}
