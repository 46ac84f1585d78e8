//! Checks: what is expected of a measured number, and whether it is so.

use serde::{Deserialize, Serialize};

use super::{number, words};
use crate::claim::Ruling;
use crate::plain_table;

/// What is expected of a number, stated before it is measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Expectation {
    /// A short name, one word if possible.
    pub name: String,
    /// What is claimed, in words.
    pub statement: String,
    /// Where it is claimed, with the number of equation, theorem or figure.
    pub source: String,
    /// What the number is, with its unit: "a² + b² at the end".
    pub quantity: String,
    /// Where the number is to lie.
    pub expected: Expected,
    /// Why there, and why with this tolerance: a sentence.
    pub because: String,
}

/// Where a number is to lie.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Expected {
    /// |measured − value| ≤ tolerance.
    Near {
        /// The value.
        #[serde(with = "number")]
        value: f64,
        /// The largest distance from it, at least 0.
        #[serde(with = "number")]
        tolerance: f64,
    },
    /// low ≤ measured ≤ high.
    Between {
        /// The least.
        #[serde(with = "number")]
        low: f64,
        /// The greatest.
        #[serde(with = "number")]
        high: f64,
    },
    /// measured > bound.
    Above {
        /// The bound, itself not in the range.
        #[serde(with = "number")]
        bound: f64,
    },
    /// measured < bound.
    Below {
        /// The bound, itself not in the range.
        #[serde(with = "number")]
        bound: f64,
    },
}

/// An expectation with what was measured, and the ruling.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// What was expected.
    pub expectation: Expectation,
    /// What was measured; NaN if nothing was.
    #[serde(with = "number")]
    pub measured: f64,
    /// The ruling.
    pub ruling: Ruling,
    /// What was seen, in sentences.
    pub explanation: String,
}

impl Expected {
    /// Whether a number lies there; `None` if that cannot be told, because one is not a number.
    #[must_use]
    pub fn contains(self, measured: f64) -> Option<bool> {
        let order = |one: f64, other: f64| one.partial_cmp(&other);
        Some(match self {
            Self::Near { value, tolerance } => {
                // Equal infinities have no difference.
                measured == value || order((measured - value).abs(), tolerance)?.is_le()
            }
            Self::Between { low, high } => {
                order(low, measured)?.is_le() && order(measured, high)?.is_le()
            }
            Self::Above { bound } => order(measured, bound)?.is_gt(),
            Self::Below { bound } => order(measured, bound)?.is_lt(),
        })
    }

    /// The range in words: "4.57 ± 0.01", "above 2".
    #[must_use]
    pub fn words(self) -> String {
        let shown = words::shown;
        match self {
            Self::Near {
                value,
                tolerance: 0.0,
            } => shown(value),
            Self::Near { value, tolerance } => format!("{} ± {}", shown(value), shown(tolerance)),
            Self::Between { low, high } => format!("{} to {}", shown(low), shown(high)),
            Self::Above { bound } => format!("above {}", shown(bound)),
            Self::Below { bound } => format!("below {}", shown(bound)),
        }
    }
}

impl Expectation {
    /// The check of a measured number; `explanation` says in sentences what was seen. A number that
    /// is none leaves the claim undecided.
    #[must_use]
    pub fn measured(self, measured: f64, explanation: impl Into<String>) -> Check {
        let ruling = match self.expected.contains(measured) {
            Some(true) => Ruling::Holds,
            Some(false) => Ruling::DoesNotHold,
            None => Ruling::Undecided,
        };
        Check {
            expectation: self,
            measured,
            ruling,
            explanation: explanation.into(),
        }
    }

    /// The check of what could not be measured; `why` says so in a sentence.
    #[must_use]
    pub fn undecided(self, why: impl Into<String>) -> Check {
        self.measured(f64::NAN, why)
    }
}

/// The headings of the columns.
const HEADINGS: [&str; 5] = ["claim", "statement", "measured", "expected", "ruling"];

/// The checks in aligned columns at most `width` characters wide (where statements can be wrapped
/// that far), and below them what each rests on.
#[must_use]
pub fn table(checks: &[Check], width: usize) -> String {
    let rows: Vec<plain_table::Row> = checks.iter().map(cells).collect();
    let notes: Vec<String> = checks.iter().map(note).collect();
    plain_table::table(&HEADINGS, &rows, &notes, width)
}

fn cells(check: &Check) -> plain_table::Row {
    let Check {
        expectation,
        measured,
        ruling,
        ..
    } = check;
    [
        expectation.name.clone(),
        expectation.statement.clone(),
        words::shown(*measured),
        expectation.expected.words(),
        ruling.name().into(),
    ]
}

fn note(check: &Check) -> String {
    let Expectation {
        name,
        quantity,
        because,
        ..
    } = &check.expectation;
    format!(
        "{name}: measured is {quantity}. {} {because}",
        check.explanation
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expectation(expected: Expected) -> Expectation {
        Expectation {
            name: "order".into(),
            statement: "The error falls with the cube of h".into(),
            source: "Theorem 3.1".into(),
            quantity: "the slope of the error".into(),
            expected,
            because: "Two halvings above rounding leave 0.1 of freedom.".into(),
        }
    }

    fn ruling(expected: Expected, measured: f64) -> Ruling {
        expectation(expected).measured(measured, "").ruling
    }

    #[test]
    fn a_number_is_ruled_on_by_its_range_and_bounds_are_where_they_are_said_to_be() {
        let near = Expected::Near {
            value: 3.0,
            tolerance: 0.5,
        };
        let between = Expected::Between {
            low: 2.0,
            high: 3.0,
        };
        let (above, below) = (
            Expected::Above { bound: 2.0 },
            Expected::Below { bound: 2.0 },
        );
        for (expected, inside, outside) in [
            (near, vec![2.5, 3.5], vec![2.4, 3.6, f64::INFINITY]),
            (between, vec![2.0, 3.0], vec![1.9, 3.1, f64::NEG_INFINITY]),
            (above, vec![2.1, f64::INFINITY], vec![2.0, -1.0]),
            (below, vec![1.9, f64::NEG_INFINITY], vec![2.0, 3.0]),
        ] {
            for measured in inside {
                assert_eq!(ruling(expected, measured), Ruling::Holds, "{expected:?}");
            }
            for measured in outside {
                assert_eq!(
                    ruling(expected, measured),
                    Ruling::DoesNotHold,
                    "{expected:?}"
                );
            }
        }
    }

    #[test]
    fn what_is_not_a_number_decides_nothing() {
        let range = Expected::Above { bound: 2.0 };
        assert_eq!(ruling(range, f64::NAN), Ruling::Undecided);
        assert_eq!(
            ruling(Expected::Above { bound: f64::NAN }, 1.0),
            Ruling::Undecided
        );
        let check = expectation(range).undecided("The path diverged.");
        assert!(check.measured.is_nan() && check.ruling == Ruling::Undecided);
    }

    #[test]
    fn the_table_says_what_was_measured_expected_and_ruled() {
        let expected = Expected::Near {
            value: 3.0,
            tolerance: 0.1,
        };
        let check = expectation(expected).measured(2.98769, "Seen over five halvings.");
        assert_eq!(
            table(&[check], 80),
            "claim  statement                           measured  expected  ruling\n\
             ─────────────────────────────────────────────────────────────────────\n\
             order  The error falls with the cube of h  2.9877    3 ± 0.1   holds\n\n\
             order: measured is the slope of the error. Seen over five halvings. Two halvings\n\
             above rounding leave 0.1 of freedom."
        );
    }
}
