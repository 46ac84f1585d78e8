//! An optimizer in one line: `learning_rate=0.1,batch_size=32`.

use super::OptimizerSpec;
use crate::spec::ExperimentError;
use crate::spec::diagnostic::{Problems, Source, Span};
use crate::spec::overrides::read_value;
use crate::spec::problem::Problem;
use crate::spec::tree::{Entry, Node, Table, Value};

/// The size of a batch of all examples.
const ALL: &str = "all";

impl OptimizerSpec {
    /// Reads the settings of `[optimizer]` written as `key=value`, separated by commas; `origin` is what
    /// messages call them.
    ///
    /// `batch_size=all` is the whole data. Without a `method`, `steps_per_batch` means `n-step`,
    /// `momentum` `heavy-ball`, a batch size `sgd` and nothing of these `gradient-descent`.
    ///
    /// # Errors
    /// Everything that is wrong with them.
    pub fn parse(origin: &str, text: &str) -> Result<Self, ExperimentError> {
        let mut problems = Problems::default();
        let whole = Span::new(0, 0..text.len());
        let mut table = read_entries(text, &mut problems);
        take_defaults(&mut table, whole);
        let node = Node {
            value: Value::Table(table),
            span: whole,
        };
        let optimizer = Self::read(Some(&node), &mut problems);
        let source = Source {
            origin: origin.into(),
            text: text.into(),
        };
        problems.into_result(optimizer, vec![source])
    }
}

fn read_entries(text: &str, problems: &mut Problems) -> Table {
    let mut table = Table::default();
    let mut start = 0;
    for part in text.split(',') {
        let entry = read_entry(part, start, problems);
        start += part.len() + 1;
        let Some(entry) = entry else { continue };
        if table.get(&entry.key).is_some() {
            let problem = Problem::Duplicate {
                path: "optimizer".into(),
                value: format!("`{}`", entry.key),
            };
            problems.add(problem, Some(entry.key_span));
        }
        table.put(entry);
    }
    table
}

/// Reads one `key=value` that begins at `start`.
fn read_entry(part: &str, start: usize, problems: &mut Problems) -> Option<Entry> {
    let span_of = |piece: &str| {
        let from = start + (piece.as_ptr() as usize - part.as_ptr() as usize);
        Span::new(0, from..from + piece.len())
    };
    let pieces = part.split_once('=');
    let pieces = pieces.map(|(key, value)| (key.trim(), value.trim()));
    let Some((key, value)) = pieces.filter(|(key, value)| !key.is_empty() && !value.is_empty())
    else {
        let text = part.trim().to_owned();
        let span = match text.is_empty() {
            true => span_of(part),
            false => span_of(part.trim()),
        };
        problems.add(Problem::NotASetting { text }, Some(span));
        return None;
    };
    Some(Entry {
        key: key.into(),
        key_span: span_of(key),
        node: read_value(value, span_of(value), problems)?,
    })
}

/// Takes `batch_size=all` away and gives the method a name.
fn take_defaults(table: &mut Table, whole: Span) {
    let is_all = |entry: &Entry| {
        let is_word = matches!(&entry.node.value, Value::Text(text) if text == ALL);
        entry.key == "batch_size" && is_word
    };
    let before = table.entries.len();
    table.entries.retain(|entry| !is_all(entry));
    let sees_all = table.entries.len() < before;
    let named = table.get("method").map(|node| node.value.clone());
    let method = match named {
        Some(Value::Text(name)) if sees_all && name == "sgd" => "gradient-descent",
        Some(_) => return,
        None if table.get("steps_per_batch").is_some() => "n-step",
        None if table.get("momentum").is_some() => "heavy-ball",
        None if table.get("batch_size").is_some() => "sgd",
        None => "gradient-descent",
    };
    table.put(Entry {
        key: "method".into(),
        key_span: whole,
        node: Node {
            value: Value::Text(method.into()),
            span: whole,
        },
    });
}
