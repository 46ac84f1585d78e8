//! `[regularizer]`: what is added to the loss on purpose.

mod fit;
mod strength;

use thalweg::Named;
use thalweg::regularizer::PenaltyDerivative;

pub(super) use self::fit::check_fit;
pub use self::strength::Strength;
use super::Setting;
use super::diagnostic::Problems;
use super::reader::Reader;
use super::tree::Node;
use super::want::{FINITE, POSITIVE, SIZE};

/// The penalty on the squared norm of the gradient of the step's batch, or of its micro-batches.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RegularizerSpec {
    /// What stands before the squared norm. Never nil alone: a file's 0 is no regularizer at all.
    pub strength: Strength,
    /// How the gradient of the penalty is computed.
    pub derivative: PenaltyDerivative,
    /// The displacement ε > 0 of difference quotients; the library chooses one if `None`. Always
    /// `None` for the exact derivative.
    pub epsilon: Option<f64>,
    /// The parts of the batch whose gradients are penalised; `None` is the batch as a whole.
    pub micro_batches: Option<MicroBatchSpec>,
}

/// The parts of a batch whose gradients are penalised one by one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MicroBatchSpec {
    /// Examples in a micro-batch, at least 1; the last one of a batch may have fewer.
    pub size: usize,
    /// A coefficient for the squared norm of the whole batch's gradient besides, in the same
    /// normalisation. It may be negative, but not below minus the micro-batches' own: together they
    /// then penalise how much the micro-batches differ, and nothing is rewarded.
    pub whole_batch_coefficient: f64,
}

/// The kinds of regularizer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    GradientPenalty,
    ImplicitMultiple,
}

impl Named for Kind {
    const NAMES: &'static [(&'static str, Self)] = &[
        ("gradient-penalty", Self::GradientPenalty),
        ("implicit-multiple", Self::ImplicitMultiple),
    ];
}

impl RegularizerSpec {
    fn kind(&self) -> Kind {
        match self.strength {
            Strength::Penalty { .. } => Kind::GradientPenalty,
            Strength::ImplicitMultiple { .. } => Kind::ImplicitMultiple,
        }
    }

    /// Whether it adds anything.
    fn is_felt(&self) -> bool {
        let whole = self
            .micro_batches
            .map(|parts| parts.whole_batch_coefficient);
        self.strength.value() != 0.0 || whole.is_some_and(|coefficient| coefficient != 0.0)
    }
}

/// Reads `[regularizer]`; `Some(None)` where there is none or it is nil.
pub(super) fn read(
    node: Option<&Node>,
    problems: &mut Problems,
) -> Option<Option<RegularizerSpec>> {
    let Some(node) = node else {
        return Some(None);
    };
    let mut reader = Reader::new("regularizer", Some(node), problems);
    let kind = reader.choice("kind").unwrap_or(Kind::GradientPenalty);
    let strength = Strength::read(&mut reader, kind);
    let derivative = reader.choice("derivative");
    let derivative = derivative.unwrap_or(PenaltyDerivative::Exact);
    let epsilon = reader.get("epsilon", &POSITIVE);
    if derivative == PenaltyDerivative::Exact {
        reader.inapplicable("epsilon", "regularizer.derivative", derivative.name());
    }
    let micro_batches = read_micro_batches(&mut reader, kind, strength);
    reader.finish();
    let penalty = RegularizerSpec {
        strength: strength?,
        derivative,
        epsilon,
        micro_batches,
    };
    Some(penalty.is_felt().then_some(penalty))
}

fn read_micro_batches(
    reader: &mut Reader<'_, '_>,
    kind: Kind,
    strength: Option<Strength>,
) -> Option<MicroBatchSpec> {
    const WHOLE: &str = "whole_batch_coefficient";
    let size = reader.get("micro_batch_size", &SIZE);
    let whole = reader.get(WHOLE, &FINITE);
    if kind == Kind::ImplicitMultiple {
        reader.inapplicable(WHOLE, "regularizer.kind", kind.name());
    } else if reader.span_of(WHOLE).is_some() && reader.span_of("micro_batch_size").is_none() {
        reader.incomplete(WHOLE, "micro_batch_size");
    }
    if let (Some(Strength::Penalty { coefficient, .. }), Some(whole)) = (strength, whole)
        && coefficient + whole < 0.0
        && let Some(node) = reader.node(WHOLE)
    {
        let least = -coefficient;
        let wanted =
            format!("{least} or more, so that the batch's own gradient is not rewarded as a whole");
        reader.unsuitable(WHOLE, node, &wanted);
    }
    Some(MicroBatchSpec {
        size: size?,
        whole_batch_coefficient: whole.unwrap_or(0.0),
    })
}

/// The entries of `[regularizer]` in the order of files and summaries.
///
/// No regularizer has the coefficient 0, the multiplier 0 and nothing else, so that a sweep of
/// either has a column.
pub(super) fn settings(regularizer: Option<&RegularizerSpec>) -> Vec<(&'static str, Setting)> {
    let kind = regularizer.map(|penalty| penalty.kind().name());
    let [coefficient, normalisation, multiplier] = strength::settings(regularizer);
    let derivative = regularizer.map(|penalty| penalty.derivative.name());
    let epsilon = regularizer.and_then(|penalty| penalty.epsilon);
    let parts = regularizer.and_then(|penalty| penalty.micro_batches);
    let whole = parts.map(|parts| parts.whole_batch_coefficient);
    vec![
        ("regularizer.kind", Setting::of(kind)),
        ("regularizer.coefficient", coefficient),
        ("regularizer.normalisation", normalisation),
        ("regularizer.multiplier", multiplier),
        ("regularizer.derivative", Setting::of(derivative)),
        ("regularizer.epsilon", Setting::of(epsilon)),
        (
            "regularizer.micro_batch_size",
            Setting::of(parts.map(|parts| parts.size)),
        ),
        (
            "regularizer.whole_batch_coefficient",
            Setting::of(whole.filter(|coefficient| *coefficient != 0.0)),
        ),
    ]
}
