//! `[regularizer]`: what is added to the loss on purpose.

use thalweg::Named;
use thalweg::regularizer::{Normalisation, PenaltyDerivative};

use super::Setting;
use super::diagnostic::Problems;
use super::reader::Reader;
use super::tree::Node;
use super::want::{NOT_NEGATIVE, POSITIVE};

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

/// The kinds of regularizer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    GradientPenalty,
}

impl Named for Kind {
    const NAMES: &'static [(&'static str, Self)] = &[("gradient-penalty", Self::GradientPenalty)];
}

/// Reads `[regularizer]`; `Some(None)` where there is none or μ = 0.
pub(super) fn read(
    node: Option<&Node>,
    problems: &mut Problems,
) -> Option<Option<RegularizerSpec>> {
    let Some(node) = node else {
        return Some(None);
    };
    let mut reader = Reader::new("regularizer", Some(node), problems);
    reader.choice::<Kind>("kind");
    let coefficient = reader.require("coefficient", &NOT_NEGATIVE);
    let normalisation = reader.choice("normalisation");
    let derivative = reader.choice("derivative");
    let derivative = derivative.unwrap_or(PenaltyDerivative::Exact);
    let epsilon = reader.get("epsilon", &POSITIVE);
    if derivative == PenaltyDerivative::Exact {
        reader.inapplicable("epsilon", "regularizer.derivative", derivative.name());
    }
    reader.finish();
    let penalty = RegularizerSpec {
        coefficient: coefficient?,
        normalisation: normalisation.unwrap_or(Normalisation::SquaredNorm),
        derivative,
        epsilon,
    };
    Some((penalty.coefficient > 0.0).then_some(penalty))
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
            Setting::of(regularizer.map(|_| Kind::GradientPenalty.name())),
        ),
        ("regularizer.coefficient", coefficient.into()),
        ("regularizer.normalisation", Setting::of(normalisation)),
        ("regularizer.derivative", Setting::of(derivative)),
        ("regularizer.epsilon", Setting::of(epsilon)),
    ]
}
