//! `{ from, to, count, scale }`: an axis written as a range.

use thalweg::Named;

use super::diagnostic::{Problems, Span};
use super::problem::Problem;
use super::reader::Reader;
use super::tree::{Node, Value};
use super::want::{COUNT, FINITE, POSITIVE};

/// How the values of a range are spaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Spacing {
    /// By equal differences.
    Linear,
    /// By equal ratios. A geometric range is the same in every base; both names exist because
    /// people think of a range of learning rates in powers of ten or of two.
    Geometric,
}

impl Named for Spacing {
    const NAMES: &'static [(&'static str, Self)] = &[
        ("linear", Self::Linear),
        ("log2", Self::Geometric),
        ("log10", Self::Geometric),
    ];
}

/// The most values one range may have.
const MOST: u64 = 10_000;

/// The keys of a range.
const KEYS: [&str; 4] = ["from", "to", "count", "scale"];

/// Whether a table is meant as a range.
pub(super) fn is_range(node: &Node) -> bool {
    match &node.value {
        Value::Table(table) => KEYS.iter().any(|key| table.get(key).is_some()),
        _ => false,
    }
}

/// The values of the range at `node`, `from` and `to` included, exactly as written.
///
/// Values between are rounded to twelve significant digits, so that 0.1 is 0.1. They are whole
/// numbers where both ends are and where they come out whole.
pub(super) fn values(node: &Node, path: &str, problems: &mut Problems) -> Option<Vec<Node>> {
    let range = Range::read(node, path, problems)?;
    let mut values = vec![range.from.clone()];
    values.extend((1..range.count - 1).map(|index| range.between(index, node.span)));
    values.push(range.to.clone());
    Some(values)
}

/// A range taken apart.
struct Range<'a> {
    from: &'a Node,
    to: &'a Node,
    ends: (f64, f64),
    count: u64,
    spacing: Spacing,
}

impl<'a> Range<'a> {
    fn read(node: &'a Node, path: &str, problems: &mut Problems) -> Option<Self> {
        let mut reader = Reader::new(path, Some(node), problems);
        let spacing = reader.choice("scale").unwrap_or(Spacing::Linear);
        let want = match spacing {
            Spacing::Linear => &FINITE,
            Spacing::Geometric => &POSITIVE,
        };
        let from = reader.require("from", want);
        let to = reader.require("to", want);
        let count = reader.require("count", &COUNT);
        let nodes = (reader.node("from"), reader.node("to"));
        reader.finish();
        let (from, to, count) = (from?, to?, count?);
        if !(2..=MOST).contains(&count) || from == to {
            let problem = Problem::Unsuitable {
                path: path.into(),
                found: format!("a range of {count} values from {from} to {to}"),
                wanted: format!("a range of 2 to {MOST} different values"),
            };
            problems.add(problem, Some(node.span));
            return None;
        }
        Some(Self {
            from: nodes.0?,
            to: nodes.1?,
            ends: (from, to),
            count,
            spacing,
        })
    }

    /// The value of that index, neither the first nor the last.
    fn between(&self, index: u64, span: Span) -> Node {
        let share = index as f64 / (self.count - 1) as f64;
        let value = self.spacing.between(self.ends.0, self.ends.1, share);
        let is_whole = |end: &Node| matches!(end.value, Value::Integer(_));
        let value = if is_whole(self.from) && is_whole(self.to) && value.fract() == 0.0 {
            Value::Integer(value as i64)
        } else {
            Value::Float(value)
        };
        Node { value, span }
    }
}

impl Spacing {
    /// The value at a share of the way, to twelve significant digits.
    fn between(self, from: f64, to: f64, share: f64) -> f64 {
        let value = match self {
            Self::Linear => from + (to - from) * share,
            Self::Geometric => from * (to / from).powf(share),
        };
        format!("{value:.11e}").parse().unwrap_or(value)
    }
}
