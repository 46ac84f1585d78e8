//! Which text says what: the base tables of a file, over them a sweep, over both the overrides.

use super::diagnostic::Problems;
use super::overrides::Assignment;
use super::problem::Problem;
use super::tree::{Entry, Node, Table, Value};
use super::trial;

/// The settings outside tables that are not among those of a trial.
const OF_THE_FILE: [&str; 3] = ["title", "question", "seeds"];

/// Ways of saying the same thing: setting the first in a layer clears the others below it.
const ALTERNATIVES: [(&str, &[&str]); 5] = [
    ("data.name", &["data.folder"]),
    ("data.folder", &["data.name"]),
    ("network.hidden_widths", &["network.width", "network.depth"]),
    ("network.width", &["network.hidden_widths"]),
    ("network.depth", &["network.hidden_widths"]),
];

/// Puts a layer of settings over `below`.
pub(super) fn lay_over(below: &mut Table, layer: &Table) {
    let entries = settings(layer);
    for (path, _) in &entries {
        clear_alternatives(below, path, &entries);
    }
    for (path, entry) in entries {
        put(below, &path, entry);
    }
}

/// Puts overrides over `below`.
pub(super) fn apply(below: &mut Table, overrides: &[Assignment]) {
    let mut layer = Table::default();
    for one in overrides {
        let key = one.path.rsplit('.').next().unwrap_or_default().to_owned();
        let entry = Entry {
            key,
            key_span: one.path_span,
            node: one.node.clone(),
        };
        put(&mut layer, &one.path, entry);
    }
    lay_over(below, &layer);
}

/// The overrides of settings; those of anything else are recorded.
pub(super) fn of_settings(overrides: Vec<Assignment>, problems: &mut Problems) -> Vec<Assignment> {
    let known = || trial::PATHS.iter().chain(&OF_THE_FILE).copied();
    let (settings, others): (Vec<_>, Vec<_>) = overrides
        .into_iter()
        .partition(|one| known().any(|path| path == one.path));
    for other in others {
        let problem = Problem::UnknownKey {
            path: other.path,
            known: known().map(str::to_owned).collect(),
        };
        problems.add(problem, Some(other.path_span));
    }
    settings
}

/// The entries of a layer with their dotted paths.
fn settings(layer: &Table) -> Vec<(String, Entry)> {
    let mut entries = Vec::new();
    for entry in &layer.entries {
        match &entry.node.value {
            Value::Table(section) if !is_setting(&entry.key) => {
                let inner = section.entries.iter();
                entries
                    .extend(inner.map(|one| (format!("{}.{}", entry.key, one.key), one.clone())));
            }
            _ => entries.push((entry.key.clone(), entry.clone())),
        }
    }
    entries
}

/// Whether a key outside tables is a setting itself and no table of settings.
fn is_setting(key: &str) -> bool {
    trial::PATHS.contains(&key) || OF_THE_FILE.contains(&key)
}

/// Removes from `below` what `path` is another way of saying.
fn clear_alternatives(below: &mut Table, path: &str, layer: &[(String, Entry)]) {
    let alternatives = ALTERNATIVES.iter().find(|(one, _)| *one == path);
    for other in alternatives.map_or(&[][..], |(_, others)| others) {
        let is_in_layer = layer.iter().any(|(path, _)| path == other);
        if let (false, Some((section, key))) = (is_in_layer, other.split_once('.')) {
            let entries = below.entries.iter_mut().find(|entry| entry.key == section);
            if let Some(Value::Table(table)) = entries.map(|entry| &mut entry.node.value) {
                table.entries.retain(|entry| entry.key != key);
            }
        }
    }
}

/// Sets the value at a path of one or two keys. A section that is not a table stays as it is, to
/// be found wrong when it is read.
pub(super) fn put(table: &mut Table, path: &str, entry: Entry) {
    let Some((section, _)) = path.split_once('.') else {
        return table.put(entry);
    };
    if table.get(section).is_none() {
        table.entries.push(Entry {
            key: section.into(),
            key_span: entry.key_span,
            node: Node {
                value: Value::Table(Table::default()),
                span: entry.key_span,
            },
        });
    }
    let slot = table.entries.iter_mut().find(|one| one.key == section);
    if let Some(Value::Table(inner)) = slot.map(|one| &mut one.node.value) {
        inner.put(entry);
    }
}
