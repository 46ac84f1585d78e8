//! `[[claim]]`: what an experiment is to decide.

use thalweg::Named;
use thalweg::probe::Quantity;

use super::diagnostic::Problems;
use super::problem::Problem;
use super::reader::Reader;
use super::references::References;
use super::tree::{Node, Value};
use super::want::{NOT_NEGATIVE, SETTING, TEXT, WORDS};
use super::{At, Axis, Setting, Sweep, resolved};

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

fn read_among(reader: &mut Reader<'_>, references: &References<'_>) -> Among {
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

/// How the trials of one seed become one effect.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Comparison {
    /// The slope of a straight line fitted to the quantity against log10 of the setting.
    #[default]
    Trend,
    /// The difference between two values of the setting.
    Pair {
        /// The value that is subtracted.
        from: Setting,
        /// The value it is subtracted from.
        to: Setting,
    },
}

impl Comparison {
    fn read(
        reader: &mut Reader<'_>,
        sweep: Option<&Sweep>,
        path: Option<&str>,
        references: &References<'_>,
    ) -> Option<Self> {
        let node = reader.node("compare");
        let axis = path.and_then(|path| sweep?.axis(path));
        let axis = axis.filter(|axis| !references.is_overridden(&axis.path));
        match node.map(|node| &node.value) {
            None => Some(Self::trend(reader, axis)),
            Some(Value::Text(text)) if text == "trend" => Some(Self::trend(reader, axis)),
            Some(Value::Table(_)) => Self::pair(reader, node?, sweep.zip(axis)),
            Some(_) => {
                reader.unsuitable("compare", node?, "\"trend\" or `{ from = ..., to = ... }`");
                None
            }
        }
    }

    /// A trend, for which every value of the axis must have a logarithm.
    fn trend(reader: &mut Reader<'_>, axis: Option<&Axis>) -> Self {
        for value in axis.iter().flat_map(|axis| &axis.values) {
            let is_positive = value.as_number().is_some_and(|number| number > 0.0);
            if let (false, Some(axis)) = (is_positive || *value == Setting::Absent, axis) {
                let problem = Problem::NoTrend {
                    axis: axis.path.clone(),
                    value: value.to_string(),
                };
                let span = reader.span_of("compare").or(reader.span_of("axis"));
                reader.problems.add(problem, span);
            }
        }
        Self::Trend
    }

    /// A pair of values, both of which must be on the axis.
    fn pair(reader: &mut Reader<'_>, node: &Node, sweep: Option<(&Sweep, &Axis)>) -> Option<Self> {
        let mut pair = Reader::new("claim.compare", Some(node), reader.problems);
        let from = pair.require("from", &SETTING);
        let to = pair.require("to", &SETTING);
        for (key, value) in [("from", &from), ("to", &to)] {
            if let (Some(value), Some((sweep, axis))) = (value, sweep) {
                if !axis.values.iter().any(|one| one.is_same(value)) {
                    let problem = Problem::NotOnAxis {
                        axis: axis.path.clone(),
                        value: value.to_string(),
                        sweep: sweep.name.clone(),
                        values: axis.values.iter().map(Setting::to_string).collect(),
                    };
                    let span = pair.span_of(key);
                    pair.problems.add(problem, span);
                }
            }
        }
        pair.finish();
        let (from, to) = (from?, to?);
        if from.is_same(&to) {
            let (path, value) = ("claim.compare".into(), from.to_string());
            reader
                .problems
                .add(Problem::Duplicate { path, value }, Some(node.span));
        }
        Some(Self::Pair { from, to })
    }
}

/// Whether values are shown and compared as they are or as logarithms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
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
