//! The value of one resolved setting: a cell of a summary, a point of an axis.

use std::fmt;

/// The value of one resolved setting of a trial.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(untagged)]
pub enum Setting {
    /// The setting does not apply to the trial, such as the batch size of full-batch descent.
    Absent,
    /// Yes or no.
    Boolean(bool),
    /// A whole number: sizes and counts.
    Whole(u64),
    /// A real number.
    Number(f64),
    /// A name or a path.
    Text(String),
    /// Whole numbers in order: the widths of layers.
    Wholes(Vec<u64>),
    /// Numbers in order: the strengths of noise.
    Numbers(Vec<f64>),
}

impl Setting {
    /// The number that the setting is, or `None` for names, lists and absent settings.
    #[must_use]
    pub fn as_number(&self) -> Option<f64> {
        match self {
            Self::Whole(value) => Some(*value as f64),
            Self::Number(value) => Some(*value),
            Self::Absent
            | Self::Boolean(_)
            | Self::Text(_)
            | Self::Wholes(_)
            | Self::Numbers(_) => None,
        }
    }

    /// Whether both are the same value; 1 and 1.0 are.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        match (self.as_number(), other.as_number()) {
            (Some(left), Some(right)) => left == right,
            _ => self == other,
        }
    }

    /// Whether both are the same value up to rounding: numbers that differ by no more than a part in
    /// 10⁹, as quotients of settings do.
    #[must_use]
    pub fn is_near(&self, other: &Self) -> bool {
        const ROUNDING: f64 = 1e-9;
        match (self.as_number(), other.as_number()) {
            (Some(left), Some(right)) => {
                left == right || (left - right).abs() <= ROUNDING * left.abs().max(right.abs())
            }
            _ => self == other,
        }
    }

    /// `value`, or [`Setting::Absent`] for `None`.
    pub(crate) fn of<T: Into<Self>>(value: Option<T>) -> Self {
        value.map_or(Self::Absent, Into::into)
    }
}

impl From<u64> for Setting {
    fn from(value: u64) -> Self {
        Self::Whole(value)
    }
}

impl From<usize> for Setting {
    fn from(value: usize) -> Self {
        Self::Whole(value as u64)
    }
}

impl From<f64> for Setting {
    fn from(value: f64) -> Self {
        Self::Number(value)
    }
}

impl From<&str> for Setting {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

/// As a person reads it: bare names, nothing for an absent setting.
impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => Ok(()),
            Self::Boolean(value) => write!(f, "{value}"),
            Self::Whole(value) => write!(f, "{value}"),
            Self::Number(value) => write!(f, "{value}"),
            Self::Text(text) => f.write_str(text),
            Self::Wholes(values) => write!(f, "{values:?}"),
            Self::Numbers(values) => write!(f, "{values:?}"),
        }
    }
}
