//! `compare`: how the trials of one seed become one effect.

use super::problem::Problem;
use super::reader::Reader;
use super::references::References;
use super::tree::{Node, Value};
use super::want::SETTING;
use super::{Axis, Setting, Sweep};

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
    pub(super) fn read(
        reader: &mut Reader<'_, '_>,
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
    fn trend(reader: &mut Reader<'_, '_>, axis: Option<&Axis>) -> Self {
        let has_logarithm = |value: &&Setting| {
            // A value that could not be read is no number and already reported.
            **value == Setting::Absent || value.as_number().is_some_and(|number| number > 0.0)
        };
        let mut values = axis.iter().flat_map(|axis| &axis.values);
        if let (Some(axis), Some(value)) = (axis, values.find(|value| !has_logarithm(value))) {
            let problem = Problem::NoTrend {
                axis: axis.path.clone(),
                value: value.to_string(),
            };
            let span = reader.value_span("compare").or(reader.value_span("axis"));
            reader.problems.add(problem, span);
        }
        Self::Trend
    }

    /// A pair of different values, both of which must be on the axis.
    fn pair(
        reader: &mut Reader<'_, '_>,
        node: &Node,
        sweep: Option<(&Sweep, &Axis)>,
    ) -> Option<Self> {
        let path = reader.path_of("compare");
        let mut pair = Reader::new(&path, Some(node), reader.problems);
        let from = on_axis(&mut pair, "from", sweep);
        let to = on_axis(&mut pair, "to", sweep);
        pair.finish();
        let (from, to) = (from?, to?);
        if from.is_same(&to) {
            let value = from.to_string();
            let problem = Problem::Duplicate { path, value };
            reader.problems.add(problem, Some(node.span));
        }
        Some(Self::Pair { from, to })
    }
}

/// The value at `key`, which must be on the axis if that is known.
fn on_axis(
    pair: &mut Reader<'_, '_>,
    key: &'static str,
    sweep: Option<(&Sweep, &Axis)>,
) -> Option<Setting> {
    let value = pair.require(key, &SETTING)?;
    let (sweep, axis) = sweep.unzip();
    let is_on = |axis: &Axis| axis.values.iter().any(|one| one.is_same(&value));
    if let (Some(sweep), Some(axis)) = (sweep, axis.filter(|axis| !is_on(axis))) {
        let problem = Problem::NotOnAxis {
            axis: axis.path.clone(),
            value: value.to_string(),
            sweep: sweep.name.clone(),
            values: axis.values.iter().map(Setting::to_string).collect(),
        };
        pair.problems.add(problem, pair.value_span(key));
    }
    Some(value)
}
