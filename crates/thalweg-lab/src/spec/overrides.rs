//! `--set path=value`: settings given beside the file.

use super::diagnostic::{ExperimentError, Problems, Source, Span};
use super::problem::Problem;
use super::tree::{Node, Value};

/// One setting given beside the file; it wins over whatever the file says, sweeps included.
///
/// A list or a range makes it an axis in every sweep; a single value makes an axis of the file a
/// fixed setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    text: String,
}

/// What messages call the source of overrides.
const ORIGIN: &str = "--set";

/// An override taken apart.
pub(super) struct Assignment {
    pub path: String,
    pub path_span: Span,
    pub node: Node,
}

impl Override {
    /// Reads `path=value`. The value is TOML; words that are not TOML are a text without quotes.
    ///
    /// # Errors
    /// If there is no path, no value, or a list or quoted text that does not end. Whether the path
    /// exists and the value suits it is seen when the override meets a file.
    pub fn parse(text: &str) -> Result<Self, ExperimentError> {
        let one = Self { text: text.into() };
        let mut problems = Problems::default();
        let assignment = one.assignment(0, &mut problems);
        problems.into_result(assignment.map(|_| ()), vec![one.source()])?;
        Ok(one)
    }

    /// The override as given.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The override as a text to point into.
    pub(super) fn source(&self) -> Source {
        Source {
            origin: ORIGIN.into(),
            text: self.text.clone(),
        }
    }

    /// Takes the override apart; it is the source of index `source`.
    pub(super) fn assignment(&self, source: usize, problems: &mut Problems) -> Option<Assignment> {
        let whole = Span::new(source, 0..self.text.len());
        let parts = self
            .text
            .split_once('=')
            .map(|(path, value)| (path.trim(), value));
        let Some((path, value)) =
            parts.filter(|(path, value)| is_path(path) && !value.trim().is_empty())
        else {
            let text = self.text.clone();
            problems.add(Problem::NotAnOverride { text }, Some(whole));
            return None;
        };
        let path_start = self.text.len() - self.text.trim_start().len();
        let value_start = self.text.len() - value.trim_start().len();
        let span = Span::new(source, value_start..value_start + value.trim().len());
        Some(Assignment {
            path: path.into(),
            path_span: Span::new(source, path_start..path_start + path.len()),
            node: read_value(value.trim(), span, problems)?,
        })
    }
}

/// Whether a text is dotted keys without quotes.
fn is_path(text: &str) -> bool {
    let is_key = |key: &str| {
        let mut characters = key.chars();
        !key.is_empty() && characters.all(|one| one.is_ascii_alphanumeric() || "_-".contains(one))
    };
    text.split('.').all(is_key)
}

/// The value as TOML or, unless it opens a list, table or quotation, as a text.
pub(super) fn read_value(text: &str, span: Span, problems: &mut Problems) -> Option<Node> {
    if text.starts_with(['[', '{', '"', '\'']) {
        return Node::parse(text, span, problems);
    }
    let words = || Node {
        value: Value::Text(text.into()),
        span,
    };
    let node = Node::parse(text, span, &mut Problems::default());
    Some(node.unwrap_or_else(words))
}
