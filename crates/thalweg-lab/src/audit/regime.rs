//! Where the theory of small steps stands.

use thalweg::Named;

use super::Scenario;

/// Where λ_max comes this near to the largest stable curvature, steps overshoot along the top
/// eigenvector nearly as far as they were off.
pub(super) const EDGE: f64 = 0.9;
/// h_e·λ_max, and k·h_e·λ_max, from which on the terms of the series do not fall.
pub(super) const LONG: f64 = 1.0;

/// How far the theory of small steps can be trusted at a θ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Regime {
    /// Steps and epochs are short against the curvature.
    Inside,
    /// Steps are short, epochs are not: what is said of the mean over an epoch is a first guess.
    LongEpochs,
    /// A step is as long as the curvature allows the series to go.
    LongSteps,
    /// Nearly unstable.
    NearTheEdge,
    /// Unstable along the top eigenvector.
    BeyondTheEdge,
    /// There is no theory of this form.
    NoTheory,
}

impl Named for Regime {
    const NAMES: &'static [(&'static str, Self)] = &[
        ("inside", Self::Inside),
        ("long_epochs", Self::LongEpochs),
        ("long_steps", Self::LongSteps),
        ("near_the_edge", Self::NearTheEdge),
        ("beyond_the_edge", Self::BeyondTheEdge),
        ("no_theory", Self::NoTheory),
    ];
}

impl Regime {
    /// Of a way of training.
    #[must_use]
    pub fn of(scenario: &Scenario) -> Self {
        let is_over = |value: Option<f64>, bound| value.is_some_and(|value| value >= bound);
        if is_over(scenario.stability, 1.0) {
            Self::BeyondTheEdge
        } else if is_over(scenario.stability, EDGE) {
            Self::NearTheEdge
        } else if scenario.terms.is_none() || scenario.step_length.is_none() {
            Self::NoTheory
        } else if is_over(scenario.step_length, LONG) {
            Self::LongSteps
        } else if is_over(scenario.epoch_length, LONG) && !scenario.sees_all {
            Self::LongEpochs
        } else {
            Self::Inside
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Change, Terms};
    use super::*;

    /// Gradient descent with h·λ_max, in minibatches of which there are so many an epoch.
    fn at(step_length: f64, steps: f64) -> Scenario {
        Scenario {
            change: Change::AsItIs,
            learning_rate: 0.1,
            batch_size: 10,
            sees_all: steps == 1.0,
            terms: Some(Terms {
                full_batch: 0.1,
                variance: 0.0,
                share: 0.1,
            }),
            stability: Some(step_length / 2.0),
            step_length: Some(step_length),
            epoch_length: Some(steps * step_length),
        }
    }

    #[test]
    fn the_regime_follows_from_the_length_of_steps_and_epochs() {
        for (step_length, steps, regime) in [
            (0.05, 10.0, Regime::Inside),
            (0.1, 10.0, Regime::LongEpochs),
            (1.0, 1.0, Regime::LongSteps),
            (1.79, 1.0, Regime::LongSteps),
            (1.8, 1.0, Regime::NearTheEdge),
            (2.0, 10.0, Regime::BeyondTheEdge),
        ] {
            assert_eq!(Regime::of(&at(step_length, steps)), regime, "{step_length}");
        }
        let adaptive = Scenario {
            terms: None,
            stability: None,
            ..at(0.1, 1.0)
        };
        assert_eq!(Regime::of(&adaptive), Regime::NoTheory);
    }
}
