//! When a quantity is measured.

use std::fmt;
use std::str::FromStr;

/// The steps at which something is measured, step 0 (before training) included.
///
/// Written in experiment files as `"10 steps"`, `"1 epoch"`, `"20 per decade"` or `"never"`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Schedule {
    /// Every that many steps.
    Steps(u64),
    /// Every that many epochs, at the last step of the epoch.
    Epochs(u64),
    /// Logarithmically: at that many steps in each factor of ten, as evenly as whole steps allow.
    PerDecade(u32),
    /// Not along the path; still at its end and at its best point.
    Never,
}

/// Why a text is no schedule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` is no schedule; write `10 steps`, `1 epoch`, `20 per decade` or `never` (counts from 1)"
)]
pub struct ScheduleError {
    /// The text as given.
    pub text: String,
}

impl Schedule {
    /// Whether a measurement is due after `step` steps, of `steps_per_epoch` each epoch.
    #[must_use]
    pub fn is_due(self, step: u64, steps_per_epoch: u64) -> bool {
        match self {
            Self::Steps(every) => step.is_multiple_of(every),
            Self::Epochs(every) => step.is_multiple_of(every * steps_per_epoch),
            Self::PerDecade(count) => step == 0 || Self::opens_cell(step, count),
            Self::Never => false,
        }
    }

    /// Whether `step` is the first whole step in its cell of the grid 10^(j/count).
    fn opens_cell(step: u64, count: u32) -> bool {
        let cell = |step: u64| ((step as f64).log10() * f64::from(count) + 1e-9).floor();
        step == 1 || cell(step) > cell(step - 1)
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Steps(1) => write!(f, "1 step"),
            Self::Steps(every) => write!(f, "{every} steps"),
            Self::Epochs(1) => write!(f, "1 epoch"),
            Self::Epochs(every) => write!(f, "{every} epochs"),
            Self::PerDecade(count) => write!(f, "{count} per decade"),
            Self::Never => write!(f, "never"),
        }
    }
}

impl FromStr for Schedule {
    type Err = ScheduleError;

    fn from_str(text: &str) -> Result<Self, ScheduleError> {
        let error = || ScheduleError { text: text.into() };
        if text.trim() == "never" {
            return Ok(Self::Never);
        }
        let (count, unit) = text.trim().split_once(' ').ok_or_else(error)?;
        let count: u32 = count.parse().map_err(|_| error())?;
        match (count, unit.trim()) {
            (0, _) => Err(error()),
            (_, "step" | "steps") => Ok(Self::Steps(count.into())),
            (_, "epoch" | "epochs") => Ok(Self::Epochs(count.into())),
            (_, "per decade") => Ok(Self::PerDecade(count)),
            _ => Err(error()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_round_trips() {
        for text in [
            "1 step",
            "10 steps",
            "1 epoch",
            "3 epochs",
            "20 per decade",
            "never",
        ] {
            assert_eq!(text.parse::<Schedule>().unwrap().to_string(), text);
        }
        for text in ["0 steps", "steps", "-1 epoch", "1.5 epochs", "10 weeks", ""] {
            assert!(text.parse::<Schedule>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_decade_holds_the_wanted_number_of_points() {
        let due = |from: u64, to: u64, schedule: Schedule| {
            (from..to).filter(|step| schedule.is_due(*step, 7)).count()
        };
        assert_eq!(due(100, 1000, Schedule::PerDecade(20)), 20);
        assert_eq!(due(0, 70, Schedule::Epochs(2)), 5);
        assert_eq!(due(0, 70, Schedule::Steps(10)), 7);
    }
}
