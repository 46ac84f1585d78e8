//! `compare`: how the trials of one seed become one effect.

use thalweg::Named;
use thalweg::probe::Quantity;

use super::problem::Problem;
use super::reader::Reader;
use super::references::References;
use super::tree::{Node, Value};
use super::want::SETTING;
use super::{At, Derived, Setting, Sweep};

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
    /// The distance along the axis between where the quantity is best and where another one is:
    /// log2 of the ratio of the two values of the setting.
    Optimum {
        /// The other quantity.
        of: Quantity,
        /// Where on the path of a trial it is taken; where the quantity itself is, unless given.
        at: At,
    },
    /// The difference from another sweep of the experiment, between trials that agree in all that
    /// the other sweep varies.
    Sweep {
        /// The name of that sweep, which is subtracted.
        base: String,
    },
}

/// What a claim has said before it says how trials are compared, as far as that could be read.
#[derive(Clone, Copy)]
pub(super) struct Subject<'a> {
    pub sweep: Option<&'a Sweep>,
    pub axis: Option<&'a str>,
    pub matched_by: Option<Derived>,
    pub quantity: Option<Quantity>,
    pub at: Option<At>,
}

impl<'a> Subject<'a> {
    /// The sweep and the axis, unless an override has taken the axis away.
    fn axis(&self, references: &References<'_>) -> Option<(&'a Sweep, &'a str)> {
        let (sweep, axis) = self.sweep.zip(self.axis)?;
        (!references.is_overridden(axis)).then_some((sweep, axis))
    }
}

/// What may stand at `compare`.
const WANTED: &str = "\"trend\", `{ from = ..., to = ... }`, `{ optimum_of = ... }` or \
                      `{ sweep = ... }`";

impl Comparison {
    /// Whether sweeps are compared and not the values of a setting.
    pub(super) fn is_of_sweeps(reader: &mut Reader<'_, '_>) -> bool {
        has_key(reader.node("compare"), "sweep")
    }

    pub(super) fn read(
        reader: &mut Reader<'_, '_>,
        subject: Subject<'_>,
        references: &References<'_>,
    ) -> Option<Self> {
        let node = reader.node("compare");
        let axis = subject.axis(references);
        match node.map(|node| &node.value) {
            None => Some(Self::trend(reader, axis)),
            Some(Value::Text(text)) if text == "trend" => Some(Self::trend(reader, axis)),
            Some(Value::Table(_)) if has_key(node, "sweep") => {
                Self::sweep(reader, node?, subject, references)
            }
            Some(Value::Table(_)) if has_key(node, "optimum_of") => {
                Self::optimum(reader, node?, subject, references)
            }
            Some(Value::Table(_)) => Self::pair(reader, node?, axis),
            Some(_) => {
                reader.unsuitable("compare", node?, WANTED);
                None
            }
        }
    }

    /// A trend, for which every value of the axis must have a logarithm.
    fn trend(reader: &mut Reader<'_, '_>, axis: Option<(&Sweep, &str)>) -> Self {
        if let Some((axis, value)) = without_logarithm(axis) {
            let span = reader.value_span("compare").or(reader.value_span("axis"));
            reader.problems.add(Problem::NoTrend { axis, value }, span);
        }
        Self::Trend
    }

    /// A pair of different values, both of which must be on the axis.
    fn pair(
        reader: &mut Reader<'_, '_>,
        node: &Node,
        axis: Option<(&Sweep, &str)>,
    ) -> Option<Self> {
        let path = reader.path_of("compare");
        let mut pair = Reader::new(&path, Some(node), reader.problems);
        let from = on_axis(&mut pair, "from", axis);
        let to = on_axis(&mut pair, "to", axis);
        pair.finish();
        let (from, to) = (from?, to?);
        if from.is_same(&to) {
            let value = from.to_string();
            let problem = Problem::Duplicate { path, value };
            reader.problems.add(problem, Some(node.span));
        }
        Some(Self::Pair { from, to })
    }

    /// The optimum of another quantity, along an axis of numbers that have logarithms.
    fn optimum(
        reader: &mut Reader<'_, '_>,
        node: &Node,
        subject: Subject<'_>,
        references: &References<'_>,
    ) -> Option<Self> {
        reader.inapplicable("relative_to", "claim.compare", "an optimum");
        if let Some((axis, value)) = without_logarithm(subject.axis(references)) {
            let problem = Problem::NoDistance { axis, value };
            reader.problems.add(problem, Some(node.span));
        }
        require_best(reader, "quantity", subject.quantity);
        let path = reader.path_of("compare");
        let mut table = Reader::new(&path, Some(node), reader.problems);
        let of = references.require_quantity(&mut table, "optimum_of");
        require_best(&mut table, "optimum_of", of);
        let at = match table.span_of("at") {
            Some(_) => At::read(&mut table, references),
            None => subject.at,
        };
        table.node("at");
        table.finish();
        Some(Self::Optimum { of: of?, at: at? })
    }

    /// Another sweep, all of whose axes are matched.
    fn sweep(
        reader: &mut Reader<'_, '_>,
        node: &Node,
        subject: Subject<'_>,
        references: &References<'_>,
    ) -> Option<Self> {
        let path = reader.path_of("compare");
        let mut table = Reader::new(&path, Some(node), reader.problems);
        let base = references.read_other_sweep(&mut table, "sweep", subject.sweep);
        let span = table.value_span("sweep");
        table.finish();
        let (base, sweep) = (base?, subject.sweep?);
        let inputs = subject.matched_by.map(Derived::inputs);
        let is_matched = |path: &str| {
            let is_input = inputs.iter().flatten().any(|input| *input == path);
            sweep.axis(path).is_some() || is_input || references.is_overridden(path)
        };
        if let Some(axis) = base.axes.iter().find(|axis| !is_matched(&axis.path)) {
            let problem = Problem::Unmatched {
                axis: axis.path.clone(),
                base: base.name.clone(),
                sweep: sweep.name.clone(),
            };
            reader.problems.add(problem, span);
        }
        let base = base.name.clone();
        Some(Self::Sweep { base })
    }
}

fn has_key(node: Option<&Node>, key: &str) -> bool {
    match node.map(|node| &node.value) {
        Some(Value::Table(table)) => table.get(key).is_some(),
        _ => false,
    }
}

/// The axis with the first of its values that is no positive number, in words. A value that could
/// not be read is no number and already reported.
fn without_logarithm(axis: Option<(&Sweep, &str)>) -> Option<(String, String)> {
    let (sweep, path) = axis?;
    let has_logarithm = |value: &Setting| {
        *value == Setting::Absent || value.as_number().is_some_and(|number| number > 0.0)
    };
    let mut values = sweep.values(path).into_iter();
    let value = values.find(|value| !has_logarithm(value))?;
    Some((path.to_owned(), value.to_string()))
}

/// Records a quantity at `key` of which it cannot be said what is best.
fn require_best(reader: &mut Reader<'_, '_>, key: &str, quantity: Option<Quantity>) {
    if let Some(quantity) = quantity.filter(|one| one.best().is_none()) {
        let (path, span) = (reader.path_of(key), reader.value_span(key));
        let quantity = quantity.name();
        let problem = Problem::NoOptimum { path, quantity };
        reader.problems.add(problem, span);
    }
}

/// The value at `key`, which must be on the axis if that is known.
fn on_axis(
    pair: &mut Reader<'_, '_>,
    key: &'static str,
    axis: Option<(&Sweep, &str)>,
) -> Option<Setting> {
    let value = pair.require(key, &SETTING)?;
    let Some((sweep, axis)) = axis else {
        return Some(value);
    };
    let values = sweep.values(axis);
    let is_on = values.iter().any(|one| one.is_near(&value));
    if !is_on && !values.is_empty() {
        let problem = Problem::NotOnAxis {
            axis: axis.to_owned(),
            value: value.to_string(),
            sweep: sweep.name.clone(),
            values: values.iter().map(Setting::to_string).collect(),
        };
        pair.problems.add(problem, pair.value_span(key));
    }
    Some(value)
}
