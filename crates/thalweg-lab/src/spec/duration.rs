//! Stretches of training as files write them: `"5 epochs"`, `"200 steps"`.

use std::fmt;

use super::reader::Reader;
use super::tree::Value;

/// A stretch of training, at least one step or epoch long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Duration {
    /// That many steps.
    Steps(u64),
    /// That many epochs.
    Epochs(u64),
}

impl Duration {
    /// The number of its steps, of `steps_per_epoch` each epoch.
    #[must_use]
    pub fn in_steps(self, steps_per_epoch: u64) -> u64 {
        match self {
            Self::Steps(steps) => steps,
            Self::Epochs(epochs) => epochs.saturating_mul(steps_per_epoch),
        }
    }

    /// Reads the duration that `key` gives, or gives `None` if it does not.
    pub(super) fn read(reader: &mut Reader<'_, '_>, key: &'static str) -> Option<Self> {
        let node = reader.node(key)?;
        let duration = match &node.value {
            Value::Text(text) => Self::parse(text),
            _ => None,
        };
        if duration.is_none() {
            reader.unsuitable(key, node, WANTED);
        }
        duration
    }

    fn parse(text: &str) -> Option<Self> {
        let (count, unit) = text.trim().split_once(' ')?;
        let count: u32 = count.parse().ok().filter(|count| *count > 0)?;
        match unit.trim() {
            "step" | "steps" => Some(Self::Steps(count.into())),
            "epoch" | "epochs" => Some(Self::Epochs(count.into())),
            _ => None,
        }
    }
}

/// What messages call a duration.
pub(super) const WANTED: &str = "`5 epochs` or `200 steps` in quotes (counts from 1)";

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Steps(1) => write!(f, "1 step"),
            Self::Steps(count) => write!(f, "{count} steps"),
            Self::Epochs(1) => write!(f, "1 epoch"),
            Self::Epochs(count) => write!(f, "{count} epochs"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        for text in ["1 step", "20 steps", "1 epoch", "3 epochs"] {
            assert_eq!(Duration::parse(text).unwrap().to_string(), text);
        }
        for text in ["0 steps", "epochs", "-1 epoch", "1.5 epochs", "2 weeks", ""] {
            assert_eq!(Duration::parse(text), None, "{text}");
        }
        assert_eq!(Duration::Epochs(3).in_steps(7), 21);
        assert_eq!(Duration::Steps(3).in_steps(7), 3);
    }
}
