//! Reading a table entry by entry, recording every mistake on the way.

use thalweg::Named;

use super::diagnostic::{Problems, Span};
use super::problem::{Problem, nearest};
use super::tree::{Entry, Node, Table, Value};
use super::want::{TEXT, Want};

/// Reads the entries of one table.
///
/// Every key that is asked for is known; [`Self::finish`] reports the others. A value that cannot
/// be read is recorded and then treated as not given, so that reading goes on.
pub(super) struct Reader<'a, 'p> {
    path: String,
    span: Option<Span>,
    entries: &'a [Entry],
    known: Vec<&'static str>,
    /// Whether there is something else in the place of the table.
    is_faulty: bool,
    pub problems: &'p mut Problems,
}

impl<'a, 'p> Reader<'a, 'p> {
    /// Reads the table at `node`, called `path` in messages; anything but a table is a mistake.
    pub fn new(path: &str, node: Option<&'a Node>, problems: &'p mut Problems) -> Self {
        let mut entries: &[Entry] = &[];
        match node {
            Some(Node {
                value: Value::Table(table),
                ..
            }) => entries = &table.entries,
            Some(other) => problems.add(
                Problem::Unsuitable {
                    path: path.to_owned(),
                    found: other.describe(),
                    wanted: "a table".into(),
                },
                Some(other.span),
            ),
            None => {}
        }
        let is_table = |node: &Node| matches!(node.value, Value::Table(_));
        Self {
            path: path.to_owned(),
            span: node.map(|node| node.span),
            entries,
            known: Vec::new(),
            is_faulty: !node.is_none_or(is_table),
            problems,
        }
    }

    /// Reads the outermost table of a document.
    pub fn root(table: &'a Table, problems: &'p mut Problems) -> Self {
        Self {
            path: String::new(),
            span: None,
            entries: &table.entries,
            known: Vec::new(),
            is_faulty: false,
            problems,
        }
    }

    /// The node of `key`, which is known from now on; `None` if it is not given or already found
    /// faulty.
    pub fn node(&mut self, key: &'static str) -> Option<&'a Node> {
        self.known.push(key);
        let entry = self.entries.iter().find(|entry| entry.key == key)?;
        (!matches!(entry.node.value, Value::Faulty)).then_some(&entry.node)
    }

    /// The value of `key`, or `None` if it is not given.
    pub fn get<T>(&mut self, key: &'static str, want: &Want<T>) -> Option<T> {
        let node = self.node(key)?;
        match (want.read)(node) {
            Ok(value) => Some(value),
            Err(culprit) => {
                self.unsuitable(key, culprit, want.what);
                None
            }
        }
    }

    /// The value of `key`, which must be given.
    pub fn require<T>(&mut self, key: &'static str, want: &Want<T>) -> Option<T> {
        let value = self.get(key, want);
        self.must_have(key, want.what);
        value
    }

    /// The member that `key` names, or `None` if it is not given.
    pub fn choice<T: Named>(&mut self, key: &'static str) -> Option<T> {
        self.choice_of(key, T::NAMES)
    }

    /// What `key` names in a list of names, or `None` if it is not given.
    pub fn choice_of<T: Copy>(&mut self, key: &'static str, names: &[(&str, T)]) -> Option<T> {
        let node = self.node(key)?;
        self.member(key, node, names)
    }

    /// What `node`, the value of `key` or a part of it, names in a list of names.
    pub fn member<T: Copy>(&mut self, key: &str, node: &Node, names: &[(&str, T)]) -> Option<T> {
        let Ok(text) = (TEXT.read)(node) else {
            self.unsuitable(key, node, &one_of(names));
            return None;
        };
        let member = names.iter().find(|(name, _)| *name == text);
        if member.is_none() {
            let known = names.iter().map(|(name, _)| (*name).to_owned());
            self.unknown_name(key, text, known.collect(), node.span);
        }
        member.map(|(_, member)| *member)
    }

    /// The member that `key` names, which must be given.
    pub fn require_choice<T: Named>(&mut self, key: &'static str) -> Option<T> {
        let value = self.choice(key);
        self.must_have(key, &one_of(T::NAMES));
        value
    }

    /// Records that `key` is missing if it is not given, unless something already reported stands
    /// in its place.
    pub fn must_have(&mut self, key: &'static str, wanted: &str) {
        if self.span_of(key).is_none() && !self.is_faulty && !self.is_misspelt(key) {
            let problem = Problem::Missing {
                path: self.path_of(key),
                wanted: wanted.into(),
            };
            self.problems.add(problem, self.span);
        }
    }

    /// Whether an entry that is not known so far looks like `key`; [`Self::finish`] reports that one.
    fn is_misspelt(&self, key: &str) -> bool {
        let unknown = |entry: &&Entry| !self.known.contains(&entry.key.as_str());
        let mut unknown = self.entries.iter().filter(unknown);
        unknown.any(|entry| nearest(&entry.key, [key].into_iter()).is_some())
    }

    /// Records that the value of `key` is not what is wanted.
    pub fn unsuitable(&mut self, key: &str, culprit: &Node, wanted: &str) {
        let problem = Problem::Unsuitable {
            path: self.path_of(key),
            found: culprit.describe(),
            wanted: wanted.into(),
        };
        self.problems.add(problem, Some(culprit.span));
    }

    /// Records that `key` names nothing known.
    pub fn unknown_name(&mut self, key: &str, found: String, known: Vec<String>, span: Span) {
        let path = self.path_of(key);
        let problem = Problem::UnknownName { path, found, known };
        self.problems.add(problem, Some(span));
    }

    /// Records `key`, if it is given, as a setting that `setting = value` leaves without meaning.
    pub fn inapplicable(&mut self, key: &'static str, setting: &str, value: &str) {
        if let Some(span) = self.span_of(key) {
            let problem = Problem::Inapplicable {
                path: self.path_of(key),
                setting: setting.into(),
                value: value.into(),
            };
            self.problems.add(problem, Some(span));
        }
    }

    /// Records that `key` is given without the `needed` one beside it.
    pub fn incomplete(&mut self, key: &'static str, needed: &'static str) {
        let needed = self.path_of(needed);
        self.incomplete_without(key, &needed);
    }

    /// Records that `key` is given without `needed`, the path of a setting in another table.
    pub fn incomplete_without(&mut self, key: &'static str, needed: &str) {
        let problem = Problem::Incomplete {
            path: self.path_of(key),
            needed: needed.into(),
        };
        self.problems.add(problem, self.span_of(key));
    }

    /// Records two keys that exclude each other, if both are given.
    pub fn exclusive(&mut self, key: &'static str, other: &'static str) {
        if let (Some(_), Some(span)) = (self.span_of(other), self.span_of(key)) {
            let problem = Problem::Conflict {
                path: self.path_of(key),
                other: self.path_of(other),
            };
            self.problems.add(problem, Some(span));
        }
    }

    /// Where the key (not its value) stands, if it is given.
    pub fn span_of(&self, key: &str) -> Option<Span> {
        let mut entries = self.entries.iter();
        entries.find_map(|entry| (entry.key == key).then_some(entry.key_span))
    }

    /// Where the value of the key stands, if it is given.
    pub fn value_span(&self, key: &str) -> Option<Span> {
        let mut entries = self.entries.iter();
        entries.find_map(|entry| (entry.key == key).then_some(entry.node.span))
    }

    /// Where the table stands.
    pub fn table_span(&self) -> Option<Span> {
        self.span
    }

    /// The key with the table around it.
    pub fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() {
            key.into()
        } else {
            format!("{}.{key}", self.path)
        }
    }

    /// Records every key that was never asked for.
    pub fn finish(self) {
        for entry in self.entries {
            if !self.known.contains(&entry.key.as_str()) {
                let problem = Problem::UnknownKey {
                    path: self.path_of(&entry.key),
                    known: self.known.iter().map(|key| (*key).to_owned()).collect(),
                };
                self.problems.add(problem, Some(entry.key_span));
            }
        }
    }
}

/// A closed choice as messages put it.
pub(super) fn one_of<T>(names: &[(&str, T)]) -> String {
    let names: Vec<&str> = names.iter().map(|(name, _)| *name).collect();
    format!("one of {}", names.join(", "))
}

/// The tables written under `[[path]]`; anything else is a mistake.
pub(super) fn tables<'a>(path: &str, node: &'a Node, problems: &mut Problems) -> Vec<&'a Node> {
    let unsuitable = |culprit: &Node| Problem::Unsuitable {
        path: path.into(),
        found: culprit.describe(),
        wanted: format!("a table, or several, each under `[[{path}]]`"),
    };
    match &node.value {
        Value::List(items) if !items.is_empty() => items.iter().collect(),
        _ => {
            problems.add(unsuitable(node), Some(node.span));
            Vec::new()
        }
    }
}
