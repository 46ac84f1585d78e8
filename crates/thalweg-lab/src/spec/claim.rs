//! `[[claim]]`: what an experiment is to decide.

use serde::{Deserialize, Serialize};
use thalweg::Named;
use thalweg::probe::Quantity;

use super::comparison::Subject;
use super::diagnostic::Problems;
use super::reader::Reader;
use super::references::References;
use super::tree::Node;
use super::want::{NOT_NEGATIVE, POSITIVE, TEXT, WORDS};
use super::{At, Comparison, Derived, Sweep, resolved};

/// A statement about a sweep that its results rule on.
#[derive(Clone, Debug, PartialEq)]
pub struct ClaimSpec {
    /// A short name, such as `2.2`.
    pub name: String,
    /// The statement in words.
    pub statement: String,
    /// Where it is made; empty if the file does not say.
    pub source: String,
    /// The name of the sweep that decides it.
    pub sweep: String,
    /// The dotted path of the setting, or derived setting, along which trials are compared; `None`
    /// where sweeps are.
    pub axis: Option<String>,
    /// The derived setting in which trials that are compared must agree, instead of in its inputs.
    pub matched_by: Option<Derived>,
    /// What is compared.
    pub quantity: Quantity,
    /// What the quantity is divided by, if anything.
    pub relative_to: Option<Quantity>,
    /// Where on the path of a trial it is taken.
    pub at: At,
    /// What it is expected to do as the setting grows, or from one setting to the other.
    pub expect: Direction,
    /// How trials are compared.
    pub compare: Comparison,
    /// Whether the quantity or its logarithm to base ten is compared.
    pub scale: Scale,
    /// The smallest effect that matters, ≥ 0, in the unit of the effect.
    pub minimum_effect: f64,
    /// The trials that count.
    pub among: Among,
}

impl ClaimSpec {
    pub(super) fn read(
        node: &Node,
        references: &References<'_>,
        problems: &mut Problems,
    ) -> Option<Self> {
        let mut reader = Reader::new("claim", Some(node), problems);
        let name = reader.require("name", &WORDS);
        let statement = reader.require("statement", &WORDS);
        let source = reader.get("source", &TEXT).unwrap_or_default();
        let sweep = references.read_sweep(&mut reader);
        let axis = read_axis(&mut reader, references, sweep);
        let matched_by = reader.choice("matched_by");
        let quantity = references.require_quantity(&mut reader, "quantity");
        let relative_to = references.read_quantity(&mut reader, "relative_to");
        let at = At::read(&mut reader, references);
        let expect = reader.require_choice("expect");
        let subject = Subject {
            sweep,
            axis: axis.as_ref().and_then(Option::as_deref),
            matched_by,
            quantity,
            at,
        };
        let compare = Comparison::read(&mut reader, subject, references);
        let scale = reader.choice("scale").unwrap_or_default();
        if let (Some(Comparison::Optimum { .. }), Scale::Log) = (&compare, scale) {
            reader.inapplicable("scale", "claim.compare", "an optimum");
        }
        let minimum_effect = read_minimum_effect(&mut reader, expect);
        let among = read_among(&mut reader, references);
        reader.finish();
        Some(Self {
            name: name?,
            statement: statement?,
            source,
            sweep: sweep?.name.clone(),
            axis: axis?,
            matched_by,
            quantity: quantity?,
            relative_to,
            at: at?,
            expect: expect?,
            compare: compare?,
            scale,
            minimum_effect: minimum_effect.unwrap_or(0.0),
            among,
        })
    }
}

impl ClaimSpec {
    /// The claim as a `[[claim]]` of an experiment file, every default filled in.
    #[must_use]
    pub fn to_toml(&self) -> String {
        let mut text = String::new();
        resolved::claim(&mut text, self);
        text
    }
}

/// Reads `axis`; `Some(None)` where sweeps are compared, which have none.
fn read_axis(
    reader: &mut Reader<'_, '_>,
    references: &References<'_>,
    sweep: Option<&Sweep>,
) -> Option<Option<String>> {
    if !Comparison::is_of_sweeps(reader) {
        return references.read_axis(reader, "axis", sweep).map(Some);
    }
    reader.node("axis");
    reader.inapplicable("axis", "claim.compare", "a sweep");
    Some(None)
}

/// Reads `minimum_effect`, without which nothing can be said to coincide.
fn read_minimum_effect(reader: &mut Reader<'_, '_>, expect: Option<Direction>) -> Option<f64> {
    let is_coincidence = expect == Some(Direction::Coincides);
    let want = if is_coincidence {
        &POSITIVE
    } else {
        &NOT_NEGATIVE
    };
    let minimum_effect = reader.get("minimum_effect", want);
    if is_coincidence && reader.span_of("minimum_effect").is_none() {
        reader.incomplete("expect", "minimum_effect");
    }
    minimum_effect
}

fn read_among(reader: &mut Reader<'_, '_>, references: &References<'_>) -> Among {
    let among = reader.choice("among").unwrap_or_default();
    if among == Among::Interpolating {
        references.need(reader, "among", Quantity::TrainAccuracy);
    }
    among
}

/// What a quantity is expected to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// It grows.
    Increases,
    /// It falls.
    Decreases,
    /// It stays the same, but for less than the smallest effect that matters.
    Coincides,
}

impl Named for Direction {
    const NAMES: &'static [(&'static str, Self)] = &[
        ("increases", Self::Increases),
        ("decreases", Self::Decreases),
        ("coincides", Self::Coincides),
    ];
}

/// Whether values are shown and compared as they are or as logarithms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scale {
    /// As they are.
    #[default]
    Linear,
    /// Their logarithms to base ten.
    Log,
}

impl Named for Scale {
    const NAMES: &'static [(&'static str, Self)] = &[("linear", Self::Linear), ("log", Self::Log)];
}

/// The trials that count towards a ruling.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Among {
    /// All that did not diverge.
    #[default]
    All,
    /// Those whose training accuracy reached 100 %.
    Interpolating,
}

impl Named for Among {
    const NAMES: &'static [(&'static str, Self)] =
        &[("all", Self::All), ("interpolating", Self::Interpolating)];
}
