//! `[regularizer]`: what is added to the loss on purpose.

use thalweg::Named;
use thalweg::regularizer::{Normalisation, PenaltyDerivative};

use super::Setting;

/// The gradient penalty μ‖∇Ê‖² (or μR_IG), of the batch of the step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RegularizerSpec {
    /// μ > 0; a file's μ = 0 is no regularizer at all.
    pub coefficient: f64,
    /// The multiple of the squared norm that μ stands before.
    pub normalisation: Normalisation,
    /// How the gradient of the penalty is computed.
    pub derivative: PenaltyDerivative,
    /// The displacement ε > 0 of difference quotients; the library chooses one if `None`. Always
    /// `None` for the exact derivative.
    pub epsilon: Option<f64>,
}

/// The entries of `[regularizer]` in the order of files and summaries.
///
/// No regularizer has the coefficient 0 and nothing else, so that a sweep of μ has a column.
pub(super) fn settings(regularizer: Option<&RegularizerSpec>) -> Vec<(&'static str, Setting)> {
    let normalisation = regularizer.map(|penalty| penalty.normalisation.name());
    let derivative = regularizer.map(|penalty| penalty.derivative.name());
    let coefficient = regularizer.map_or(0.0, |penalty| penalty.coefficient);
    let epsilon = regularizer.and_then(|penalty| penalty.epsilon);
    vec![
        (
            "regularizer.kind",
            Setting::of(regularizer.map(|_| "gradient-penalty")),
        ),
        ("regularizer.coefficient", coefficient.into()),
        ("regularizer.normalisation", Setting::of(normalisation)),
        ("regularizer.derivative", Setting::of(derivative)),
        ("regularizer.epsilon", Setting::of(epsilon)),
    ]
}
