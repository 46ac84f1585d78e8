//! `[[claim]]`: what an experiment is to decide.

use thalweg::Named;
use thalweg::probe::Quantity;

use super::Setting;

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

/// A point on the path of a trial.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum At {
    /// At maximum test accuracy.
    #[default]
    Best,
    /// Where training ended.
    Final,
    /// Where the training loss first reaches this value from above.
    Loss(f64),
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
