//! Everything that is wrong with an experiment, each with its place in the text.

use std::fmt;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::problem::Problem;

/// A place in one of the texts an experiment is read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    source: usize,
    start: usize,
    end: usize,
}

/// A text an experiment is read from: its file, or an override.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Source {
    /// What messages call it: the path of the file, or `--set`.
    pub origin: String,
    /// The whole text.
    pub text: String,
}

/// One thing that is wrong, and where.
#[derive(Clone, Debug, PartialEq)]
struct Diagnostic {
    problem: Problem,
    span: Option<Span>,
}

/// What has been found wrong so far, each thing once.
#[derive(Debug, Default)]
pub(super) struct Problems {
    found: Vec<Diagnostic>,
}

/// Everything that is wrong with an experiment file and its overrides.
///
/// Its text shows, for each problem, the line it is in with a caret, and what to do.
#[derive(Clone, Debug, PartialEq)]
pub struct ExperimentError {
    sources: Vec<Source>,
    found: Vec<Diagnostic>,
}

impl Span {
    /// The bytes of `range` in the source of that index.
    pub fn new(source: usize, range: Range<usize>) -> Self {
        Self {
            source,
            start: range.start,
            end: range.end,
        }
    }

    /// The bytes of `range` counted from the start of this span.
    pub fn at(self, range: Range<usize>) -> Self {
        Self::new(
            self.source,
            self.start + range.start..self.start + range.end,
        )
    }
}

impl Problems {
    /// Records a problem, unless the same was already found at the same place: every point of a
    /// grid is checked, and what points share is wrong only once.
    pub fn add(&mut self, problem: Problem, span: Option<Span>) {
        let diagnostic = Diagnostic { problem, span };
        if !self.found.contains(&diagnostic) {
            self.found.push(diagnostic);
        }
    }

    /// `value`, or the error if anything was found wrong.
    ///
    /// `value` may be `None` only if something was.
    pub fn into_result<T>(
        mut self,
        value: Option<T>,
        sources: Vec<Source>,
    ) -> Result<T, ExperimentError> {
        match value {
            Some(value) if self.found.is_empty() => Ok(value),
            _ => {
                self.found
                    .sort_by_key(|one| one.span.map_or((0, 0), Span::order));
                Err(ExperimentError {
                    sources,
                    found: self.found,
                })
            }
        }
    }
}

impl Span {
    fn order(self) -> (usize, usize) {
        (self.source, self.start)
    }
}

impl ExperimentError {
    /// One problem of a whole file.
    pub(super) fn of_file(origin: &str, text: &str, problem: Problem) -> Self {
        let source = Source {
            origin: origin.into(),
            text: text.into(),
        };
        Self {
            sources: vec![source],
            found: vec![Diagnostic {
                problem,
                span: None,
            }],
        }
    }

    /// The problems without their places, in the order of the text.
    pub fn problems(&self) -> impl Iterator<Item = &Problem> {
        self.found.iter().map(|one| &one.problem)
    }

    /// The messages as a terminal shows them, in colour or not.
    #[must_use]
    pub fn render(&self, colour: bool) -> String {
        let renderer = if colour {
            Renderer::styled()
        } else {
            Renderer::plain()
        };
        let messages: Vec<String> = self
            .found
            .iter()
            .map(|one| renderer.render(&[self.group(one)]))
            .collect();
        messages.join("\n\n")
    }

    fn group<'a>(&'a self, one: &'a Diagnostic) -> Group<'a> {
        let title = Level::ERROR.primary_title(one.problem.to_string());
        let group = match one.span {
            Some(span) => {
                let source = &self.sources[span.source];
                let mark = AnnotationKind::Primary.span(span.start..span.end);
                title.element(
                    Snippet::source(source.text.as_str())
                        .path(source.origin.as_str())
                        .annotation(mark),
                )
            }
            None => title.element(Origin::path(self.sources[0].origin.as_str())),
        };
        match one.problem.help() {
            Some(help) => group.element(Level::HELP.message(help)),
            None => group,
        }
    }
}

impl fmt::Display for ExperimentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl std::error::Error for ExperimentError {}
