//! The kinds of value that settings take.

use super::Setting;
use super::tree::{Node, Value};

/// A kind of value: what it is called, and how it is read from a node.
pub(super) struct Want<T> {
    /// What messages call it.
    pub what: &'static str,
    /// Reads it, or says which node (this or one inside) is at fault.
    pub read: fn(&Node) -> Result<T, &Node>,
}

/// Any text.
pub(super) const TEXT: Want<String> = Want {
    what: "a text in quotes",
    read: |node| match &node.value {
        Value::Text(text) => Ok(text.clone()),
        _ => Err(node),
    },
};

/// `true` or `false`.
pub(super) const BOOLEAN: Want<bool> = Want {
    what: "true or false",
    read: |node| match node.value {
        Value::Boolean(value) => Ok(value),
        _ => Err(node),
    },
};

/// Any text but the empty one.
pub(super) const WORDS: Want<String> = Want {
    what: "a text in quotes that is not empty",
    read: |node| (TEXT.read)(node).and_then(|text| keep(text, |text| !text.is_empty(), node)),
};

/// A finite number.
pub(super) const FINITE: Want<f64> = Want {
    what: "a finite number",
    read: |node| number(node, |_| true),
};

/// x > 0.
pub(super) const POSITIVE: Want<f64> = Want {
    what: "a positive, finite number",
    read: |node| number(node, |value| value > 0.0),
};

/// x ≥ 0.
pub(super) const NOT_NEGATIVE: Want<f64> = Want {
    what: "a finite number, 0 or more",
    read: |node| number(node, |value| value >= 0.0),
};

/// 0 < x ≤ 1.
pub(super) const SHARE: Want<f64> = Want {
    what: "a number above 0 and at most 1",
    read: |node| number(node, |value| value > 0.0 && value <= 1.0),
};

/// 0 ≤ x < 1.
pub(super) const BELOW_ONE: Want<f64> = Want {
    what: "a number, 0 or more and below 1",
    read: |node| number(node, |value| (0.0..1.0).contains(&value)),
};

/// 0 ≤ x ≤ 1.
pub(super) const ZERO_TO_ONE: Want<f64> = Want {
    what: "a number from 0 to 1",
    read: |node| number(node, |value| (0.0..=1.0).contains(&value)),
};

/// 1, 2, 3, …
pub(super) const COUNT: Want<u64> = Want {
    what: "a whole number, 1 or more",
    read: |node| whole(node, 1),
};

/// A [`COUNT`] of things held in memory.
pub(super) const SIZE: Want<usize> = Want {
    what: COUNT.what,
    read: |node| whole(node, 1).and_then(|value| usize::try_from(value).map_err(|_| node)),
};

/// 0, 1, 2, …
pub(super) const SEED: Want<u64> = Want {
    what: "a whole number, 0 or more",
    read: |node| whole(node, 0),
};

/// The width of a layer; the bound keeps the number of parameters countable.
pub(super) const WIDTH: Want<usize> = Want {
    what: "a whole number from 1 to 1000000",
    read: |node| (SIZE.read)(node).and_then(|width| keep(width, |width| *width <= 1_000_000, node)),
};

/// The number of hidden layers.
pub(super) const DEPTH: Want<usize> = Want {
    what: "a whole number from 1 to 1000",
    read: |node| (SIZE.read)(node).and_then(|depth| keep(depth, |depth| *depth <= 1000, node)),
};

/// The widths of layers in order, perhaps none.
pub(super) const WIDTHS: Want<Vec<usize>> = Want {
    what: "whole numbers from 1 to 1000000 in a list",
    read: |node| match &node.value {
        Value::List(items) if items.len() <= 1000 => {
            items.iter().map(|item| (WIDTH.read)(item)).collect()
        }
        _ => Err(node),
    },
};

/// A single value such as a setting has.
pub(super) const SETTING: Want<Setting> = Want {
    what: "a number or a text in quotes",
    read: |node| keep(node.to_setting(), |value| *value != Setting::Absent, node),
};

fn number(node: &Node, test: fn(f64) -> bool) -> Result<f64, &Node> {
    let value = match node.value {
        Value::Integer(value) => value as f64,
        Value::Float(value) => value,
        _ => return Err(node),
    };
    keep(value, |value| value.is_finite() && test(*value), node)
}

fn whole(node: &Node, least: u64) -> Result<u64, &Node> {
    match node.value {
        Value::Integer(value) => u64::try_from(value).map_err(|_| node),
        _ => Err(node),
    }
    .and_then(|value| keep(value, |value| *value >= least, node))
}

fn keep<T>(value: T, test: impl Fn(&T) -> bool, node: &Node) -> Result<T, &Node> {
    if test(&value) { Ok(value) } else { Err(node) }
}
