//! A TOML document as a tree whose every node knows where it was written.

use toml::de::{DeTable, DeValue};

use super::Setting;
use super::diagnostic::{Problems, Span};
use super::problem::Problem;

/// A value and the text it comes from.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub value: Value,
    pub span: Span,
}

/// A TOML value.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Boolean(bool),
    Integer(i64),
    Float(f64),
    Text(String),
    Date(String),
    List(Vec<Node>),
    Table(Table),
    /// Something already reported: reading it reports nothing more.
    Faulty,
}

/// The entries of a table in the order of the text.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    pub entries: Vec<Entry>,
}

/// One `key = value`.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub key: String,
    pub key_span: Span,
    pub node: Node,
}

impl Table {
    /// Parses the document with the given place among the sources; `None` if it is not TOML.
    pub fn parse(text: &str, source: usize, problems: &mut Problems) -> Option<Self> {
        let start = Span::new(source, 0..0);
        let (table, errors) = DeTable::parse_recoverable(text);
        if errors.is_empty() {
            return Some(table_from(table.get_ref(), start, problems));
        }
        report(errors, start, problems);
        None
    }

    /// The value of `key`.
    pub fn get(&self, key: &str) -> Option<&Node> {
        let mut entries = self.entries.iter();
        entries.find_map(|entry| (entry.key == key).then_some(&entry.node))
    }

    /// The value at a dotted path of one or two keys.
    pub fn at_path(&self, path: &str) -> Option<&Node> {
        match path.split_once('.') {
            Some((section, key)) => self.table(section)?.get(key),
            None => self.get(path),
        }
    }

    /// The table called `key`, if there is one.
    pub fn table(&self, key: &str) -> Option<&Self> {
        match self.get(key) {
            Some(Node {
                value: Value::Table(table),
                ..
            }) => Some(table),
            _ => None,
        }
    }

    /// Puts `entry` in the place of the entry of the same key, or at the end.
    pub fn put(&mut self, entry: Entry) {
        match self.entries.iter_mut().find(|old| old.key == entry.key) {
            Some(old) => *old = entry,
            None => self.entries.push(entry),
        }
    }
}

impl Node {
    /// Parses one value that stands at `span`; `None` if it is not TOML.
    pub fn parse(text: &str, span: Span, problems: &mut Problems) -> Option<Self> {
        let (value, errors) = DeValue::parse_recoverable(text);
        if errors.is_empty() {
            let node = node_from(&value, span, problems);
            return Some(Self { span, ..node });
        }
        report(errors, span, problems);
        None
    }

    /// What a message calls the value.
    pub fn describe(&self) -> String {
        match &self.value {
            Value::Boolean(value) => value.to_string(),
            Value::Integer(value) => value.to_string(),
            Value::Float(value) => value.to_string(),
            Value::Text(text) => format!("{text:?}"),
            Value::Date(text) => format!("the date {text}"),
            Value::List(items) if items.is_empty() => "an empty list".into(),
            Value::List(_) => "a list".into(),
            Value::Table(_) => "a table".into(),
            Value::Faulty => "faulty".into(),
        }
    }

    /// The value as a setting; [`Setting::Absent`] where no setting can be like it.
    pub fn to_setting(&self) -> Setting {
        match &self.value {
            Value::Integer(value) => {
                u64::try_from(*value).map_or(Setting::Number(*value as f64), Setting::Whole)
            }
            Value::Float(value) => Setting::Number(*value),
            Value::Text(text) => Setting::Text(text.clone()),
            Value::List(items) => {
                let widths = items.iter().map(|item| match item.to_setting() {
                    Setting::Whole(width) => Some(width),
                    _ => None,
                });
                widths
                    .collect::<Option<_>>()
                    .map_or(Setting::Absent, Setting::Wholes)
            }
            Value::Boolean(value) => Setting::Boolean(*value),
            Value::Date(_) | Value::Table(_) | Value::Faulty => Setting::Absent,
        }
    }
}

/// What the TOML parser appends where it has nothing to suggest.
const NO_EXPECTATION: &str = ", expected nothing";

/// Records what the TOML parser found wrong.
fn report(errors: Vec<toml::de::Error>, start: Span, problems: &mut Problems) {
    for error in errors {
        let span = error.span().map(|span| start.at(span));
        let message = error.message().trim_end_matches(NO_EXPECTATION).to_owned();
        problems.add(Problem::Syntax { message }, span);
    }
}

fn table_from(table: &DeTable<'_>, start: Span, problems: &mut Problems) -> Table {
    let entries = table.iter().map(|(key, value)| Entry {
        key: key.get_ref().to_string(),
        key_span: start.at(key.span()),
        node: node_from(value, start, problems),
    });
    Table {
        entries: entries.collect(),
    }
}

fn node_from(node: &toml::Spanned<DeValue<'_>>, start: Span, problems: &mut Problems) -> Node {
    let span = start.at(node.span());
    let value = match node.get_ref() {
        DeValue::Boolean(value) => Value::Boolean(*value),
        DeValue::Integer(digits) => {
            let value = i64::from_str_radix(digits.as_str(), digits.radix());
            value.map_or_else(
                |_| {
                    let number = digits.to_string();
                    problems.add(Problem::TooManyDigits { number }, Some(span));
                    Value::Faulty
                },
                Value::Integer,
            )
        }
        DeValue::Float(digits) => Value::Float(digits.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Datetime(date) => Value::Date(date.to_string()),
        DeValue::Array(items) => {
            let items = items.iter().map(|item| node_from(item, start, problems));
            Value::List(items.collect())
        }
        DeValue::Table(table) => Value::Table(table_from(table, start, problems)),
    };
    Node { value, span }
}
