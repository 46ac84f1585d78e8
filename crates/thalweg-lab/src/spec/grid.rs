//! Axes: lists and ranges in the place of single values, and the grid they span.

use super::diagnostic::Problems;
use super::layers;
use super::problem::Problem;
use super::range;
use super::tree::{Entry, Node, Table, Value};
use super::trial;
use super::{RobustnessSpec, Setting};

/// The setting whose value is a list and that may vary: only a list of lists makes it an axis.
const LIST_VALUED: &str = "network.hidden_widths";

/// A setting that varies, with the nodes it takes.
pub(super) struct NodeAxis {
    pub path: &'static str,
    pub entry: Entry,
    pub nodes: Vec<Node>,
}

/// The axes among the settings of `table`, in the order of [`trial::PATHS`].
pub(super) fn axes(table: &Table, problems: &mut Problems) -> Vec<NodeAxis> {
    let mut axes = Vec::new();
    for path in trial::PATHS {
        let entry = match path.split_once('.') {
            Some((section, key)) => table.table(section).and_then(|inner| find(inner, key)),
            None => find(table, path),
        };
        let Some(entry) = entry else { continue };
        if let Some(nodes) = axis_nodes(path, &entry.node, problems) {
            check_distinct(path, &nodes, problems);
            axes.push(NodeAxis {
                path,
                entry: entry.clone(),
                nodes,
            });
        }
    }
    axes
}

/// The table of each point of the grid, the last axis varying fastest.
pub(super) fn points<'a>(
    table: &'a Table,
    axes: &'a [NodeAxis],
) -> impl Iterator<Item = Table> + 'a {
    let count: usize = axes.iter().map(|axis| axis.nodes.len()).product();
    (0..count).map(move |point| {
        let mut rest = point;
        let mut table = table.clone();
        for axis in axes.iter().rev() {
            let mut entry = axis.entry.clone();
            entry.node = axis.nodes[rest % axis.nodes.len()].clone();
            rest /= axis.nodes.len();
            layers::put(&mut table, axis.path, entry);
        }
        table
    })
}

/// The trials of a grid for that many seeds, or `None` beyond all numbers.
pub(super) fn size(axes: &[NodeAxis], seeds: usize) -> Option<usize> {
    let mut lengths = axes.iter().map(|axis| axis.nodes.len());
    lengths.try_fold(seeds, usize::checked_mul)
}

fn find<'a>(table: &'a Table, key: &str) -> Option<&'a Entry> {
    table.entries.iter().find(|entry| entry.key == key)
}

/// The values of an axis, or `None` where the node is a single value.
///
/// An empty list or a range that cannot be read is recorded and stands for one faulty value, so
/// that what is wrong elsewhere is still found.
fn axis_nodes(path: &'static str, node: &Node, problems: &mut Problems) -> Option<Vec<Node>> {
    if path == RobustnessSpec::STRENGTHS {
        return None;
    }
    let items = match &node.value {
        Value::List(items) => items,
        Value::Table(_) if range::is_range(node) => {
            let values = range::values(node, path, problems);
            return Some(values.unwrap_or_else(|| vec![faulty(node)]));
        }
        _ => return None,
    };
    let is_list = |node: &Node| matches!(node.value, Value::List(_));
    if path == LIST_VALUED && !items.first().is_some_and(is_list) {
        return None;
    }
    if items.is_empty() {
        let problem = Problem::Unsuitable {
            path: path.into(),
            found: node.describe(),
            wanted: "a value or a list of at least one".into(),
        };
        problems.add(problem, Some(node.span));
        return Some(vec![faulty(node)]);
    }
    Some(items.clone())
}

fn faulty(node: &Node) -> Node {
    Node {
        value: Value::Faulty,
        span: node.span,
    }
}

/// Records every value that an axis has a second time.
fn check_distinct(path: &str, nodes: &[Node], problems: &mut Problems) {
    let values: Vec<_> = nodes.iter().map(Node::to_setting).collect();
    for (index, value) in values.iter().enumerate() {
        let is_repeated = values[..index].iter().any(|earlier| earlier.is_same(value));
        if is_repeated && *value != Setting::Absent {
            let problem = Problem::Duplicate {
                path: path.into(),
                value: nodes[index].describe(),
            };
            problems.add(problem, Some(nodes[index].span));
        }
    }
}
