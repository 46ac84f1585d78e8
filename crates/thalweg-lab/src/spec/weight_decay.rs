//! `[weight_decay]`: what pulls θ to the origin.

use thalweg::Named;

use super::Setting;
use super::diagnostic::Problems;
use super::reader::Reader;
use super::tree::Node;
use super::want::{BOOLEAN, NOT_NEGATIVE};

/// Weight decay.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WeightDecaySpec {
    /// w > 0; a file's w = 0 is no weight decay at all.
    pub coefficient: f64,
    /// Where it acts.
    pub kind: DecayKind,
    /// Whether a gradient penalty is one of ∇E + wθ and not of ∇E alone; `None` where there is no
    /// penalty that it could be part of.
    pub in_penalty: Option<bool>,
}

/// Where weight decay acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DecayKind {
    /// In the objective, E + (w/2)‖θ‖²: wθ is part of the gradient that the method follows.
    Coupled,
    /// Beside the method, as in AdamW (Loshchilov and Hutter 2019, arXiv 1711.05101): after a step
    /// of rate h from θ, h·w·θ is taken off.
    Decoupled,
}

impl Named for DecayKind {
    const NAMES: &'static [(&'static str, Self)] =
        &[("coupled", Self::Coupled), ("decoupled", Self::Decoupled)];
}

/// Reads `[weight_decay]`; `Some(None)` where there is none or w = 0. `has_section` says whether a
/// `[regularizer]` is written, `has_penalty` whether its coefficient is above 0.
///
/// With coupled decay and a `[regularizer]`, `in_penalty` must be given: neither answer is the usual
/// one.
pub(super) fn read(
    node: Option<&Node>,
    (has_section, has_penalty): (bool, bool),
    problems: &mut Problems,
) -> Option<Option<WeightDecaySpec>> {
    let Some(node) = node else {
        return Some(None);
    };
    let mut reader = Reader::new("weight_decay", Some(node), problems);
    let kind = reader.require_choice::<DecayKind>("kind");
    let coefficient = reader.require("coefficient", &NOT_NEGATIVE);
    let in_penalty = reader.get("in_penalty", &BOOLEAN);
    match kind {
        Some(DecayKind::Decoupled) => {
            reader.inapplicable("in_penalty", "weight_decay.kind", "decoupled");
        }
        Some(DecayKind::Coupled) if has_section => reader.must_have("in_penalty", BOOLEAN.what),
        Some(DecayKind::Coupled) if reader.span_of("in_penalty").is_some() => {
            reader.incomplete_without("in_penalty", "regularizer.coefficient");
        }
        _ => {}
    }
    reader.finish();
    let (kind, coefficient) = (kind?, coefficient?);
    let in_penalty = match kind {
        DecayKind::Coupled if has_section => Some(in_penalty?).filter(|_| has_penalty),
        _ => None,
    };
    Some((coefficient > 0.0).then_some(WeightDecaySpec {
        coefficient,
        kind,
        in_penalty,
    }))
}

/// The entries of `[weight_decay]` in the order of files and summaries.
///
/// No decay has the coefficient 0 and nothing else, so that a sweep of w has a column.
pub(super) fn settings(decay: Option<&WeightDecaySpec>) -> [(&'static str, Setting); 3] {
    let coefficient = decay.map_or(0.0, |decay| decay.coefficient);
    let in_penalty = decay.and_then(|decay| decay.in_penalty);
    [
        (
            "weight_decay.kind",
            Setting::of(decay.map(|decay| decay.kind.name())),
        ),
        ("weight_decay.coefficient", coefficient.into()),
        (
            "weight_decay.in_penalty",
            Setting::of(in_penalty.map(Setting::Boolean)),
        ),
    ]
}
