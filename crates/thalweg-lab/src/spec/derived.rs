//! Derived settings: numbers that follow from what a trial sets.
//!
//! Claims and figures can run along them and match trials by them. They cannot be set: they are no
//! keys of an experiment file and do not enter the identity of a trial.

use thalweg::Named;

use super::{Setting, TrialSpec};

/// A quotient of two settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Derived {
    /// h/B, `optimizer.rate_per_example`: what the strength of the minibatch term goes with.
    RatePerExample,
    /// α = h/n, `optimizer.bare_rate`: the rate of each of the n steps on a batch; h for methods
    /// that take one.
    BareRate,
    /// μ/B, `regularizer.coefficient_per_example`: the same for an explicit penalty.
    CoefficientPerExample,
}

impl Named for Derived {
    const NAMES: &'static [(&'static str, Self)] = &[
        ("optimizer.rate_per_example", Self::RatePerExample),
        ("optimizer.bare_rate", Self::BareRate),
        (
            "regularizer.coefficient_per_example",
            Self::CoefficientPerExample,
        ),
    ];
}

impl Derived {
    /// The paths of the settings it is the quotient of: above, below.
    #[must_use]
    pub fn inputs(self) -> [&'static str; 2] {
        match self {
            Self::RatePerExample => ["optimizer.learning_rate", "optimizer.batch_size"],
            Self::BareRate => ["optimizer.learning_rate", "optimizer.steps_per_batch"],
            Self::CoefficientPerExample => ["regularizer.coefficient", "optimizer.batch_size"],
        }
    }

    /// Its value for a trial; [`Setting::Absent`] of a trial without batches for what is per
    /// example.
    #[must_use]
    pub fn of(self, trial: &TrialSpec) -> Setting {
        let [above, below] = self
            .inputs()
            .map(|path| trial.setting(path).and_then(|value| value.as_number()));
        let below = match self {
            Self::BareRate => below.or(Some(1.0)),
            Self::RatePerExample | Self::CoefficientPerExample => below,
        };
        let quotient = above.zip(below).map(|(above, below)| above / below);
        Setting::of(quotient)
    }
}

/// The values of settings that are not the same up to rounding, in the order of `all`.
pub(super) fn distinct(all: impl Iterator<Item = Setting>) -> Vec<Setting> {
    let mut values: Vec<Setting> = Vec::new();
    for value in all {
        if !values.iter().any(|known| known.is_near(&value)) {
            values.push(value);
        }
    }
    values
}
