//! `[[claim]]`: what an experiment is to decide.

use serde::{Deserialize, Serialize};
use thalweg::Named;
use thalweg::probe::Quantity;

use super::diagnostic::Problems;
use super::reader::Reader;
use super::references::References;
use super::tree::Node;
use super::want::{NOT_NEGATIVE, TEXT, WORDS};
use super::{At, Comparison, resolved};

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
    /// The dotted path of the setting along which trials are compared.
    pub axis: String,
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
        let axis = references.read_axis(&mut reader, "axis", sweep);
        let quantity = references.require_quantity(&mut reader, "quantity");
        let relative_to = references.read_quantity(&mut reader, "relative_to");
        let at = At::read(&mut reader, references);
        let expect = reader.require_choice("expect");
        let compare = Comparison::read(&mut reader, sweep, axis.as_deref(), references);
        let scale = reader.choice("scale").unwrap_or_default();
        let minimum_effect = reader.get("minimum_effect", &NOT_NEGATIVE);
        let among = read_among(&mut reader, references);
        reader.finish();
        Some(Self {
            name: name?,
            statement: statement?,
            source,
            sweep: sweep?.name.clone(),
            axis: axis?,
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
}

impl Named for Direction {
    const NAMES: &'static [(&'static str, Self)] = &[
        ("increases", Self::Increases),
        ("decreases", Self::Decreases),
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
