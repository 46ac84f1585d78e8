//! What was measured.

use super::{PerturbationNoise, Spread};

/// The accuracy at which [`RobustnessCurve::half_accuracy_strength`] stands.
const HALF: f64 = 0.5;

/// What disturbed parameters are worth, strength by strength.
#[derive(Clone, Debug, PartialEq)]
pub struct RobustnessCurve {
    /// How noise entered the parameters.
    pub noise: PerturbationNoise,
    /// Draws at each strength.
    pub draws: usize,
    /// The number of training examples over which slopes were really measured.
    pub slope_examples: Option<usize>,
    /// The same without noise.
    pub unperturbed: Unperturbed,
    /// A point for each strength, in increasing order.
    pub points: Vec<RobustnessPoint>,
}

/// What the parameters are worth as they are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Unperturbed {
    /// The share of test examples classified correctly; `None` where targets are no labels.
    pub test_accuracy: Option<f64>,
    /// The mean test loss.
    pub test_loss: f64,
    /// arctan ‖∇E‖ in degrees over the first `slope_examples` training examples, if it was asked for.
    pub slope_degrees: Option<f64>,
}

/// The same quantities over the draws at one strength.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RobustnessPoint {
    /// σ.
    pub strength: f64,
    /// The share of test examples classified correctly; an undefined output is never correct, so every
    /// draw counts. `None` where targets are no labels.
    pub test_accuracy: Option<Spread>,
    /// The mean test loss.
    pub test_loss: Spread,
    /// arctan ‖∇E‖ in degrees over the first `slope_examples` training examples.
    pub slope_degrees: Option<Spread>,
}

/// Where the mean test accuracy falls to one half.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum HalfAccuracy {
    /// Within the strengths.
    At {
        /// The strength, linearly between the two neighbours.
        strength: f64,
        /// How far the draws leave it open: the standard errors of the two neighbouring means, carried
        /// through the interpolation. Undefined (NaN) for a single draw.
        standard_error: f64,
    },
    /// It is no more than one half without any noise.
    StartsBelow {
        /// The accuracy without noise.
        accuracy: f64,
    },
}

impl HalfAccuracy {
    /// The strength, if it is one.
    #[must_use]
    pub fn strength(self) -> Option<f64> {
        match self {
            Self::At { strength, .. } => Some(strength),
            Self::StartsBelow { .. } => None,
        }
    }
}

impl RobustnessCurve {
    /// The strength at which the mean test accuracy first falls to 0.5; `None` if it does not within
    /// the strengths measured, or there is no accuracy.
    ///
    /// Between neighbouring strengths σ₀ < σ₁ with means a₀ > ½ ≥ a₁ it is σ₀ + w(σ₁ − σ₀) with
    /// w = (a₀ − ½)/(a₀ − a₁), and its standard error
    /// √[((1 − w)s₀)² + (ws₁)²] (σ₁ − σ₀)/(a₀ − a₁), where s are those of the means; without noise the
    /// accuracy is exact. The error is that of the draws alone: between trained networks it scatters
    /// more.
    #[must_use]
    pub fn half_accuracy_strength(&self) -> Option<HalfAccuracy> {
        let accuracy = self.unperturbed.test_accuracy?;
        if accuracy <= HALF {
            return Some(HalfAccuracy::StartsBelow { accuracy });
        }
        let mut before = (0.0, accuracy, 0.0);
        for point in &self.points {
            let spread = point.test_accuracy?;
            let next = (point.strength, spread.mean, spread.standard_error());
            if next.1 <= HALF {
                return Some(crossing(before, next));
            }
            before = next;
        }
        None
    }
}

/// Between two points (strength, mean, standard error of the mean) on both sides of one half.
fn crossing(before: (f64, f64, f64), after: (f64, f64, f64)) -> HalfAccuracy {
    let (width, fall) = (after.0 - before.0, before.1 - after.1);
    let share = (before.1 - HALF) / fall;
    let error = ((1.0 - share) * before.2).hypot(share * after.2);
    HalfAccuracy::At {
        strength: before.0 + share * width,
        standard_error: error * width / fall,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(unperturbed: f64, means: &[(f64, f64, f64)]) -> RobustnessCurve {
        let spread = |mean, standard_deviation| Spread {
            mean,
            standard_deviation,
            lowest: mean,
            highest: mean,
            draws: 4,
            not_finite: 0,
        };
        RobustnessCurve {
            noise: PerturbationNoise::Multiplicative,
            draws: 4,
            slope_examples: None,
            unperturbed: Unperturbed {
                test_accuracy: Some(unperturbed),
                test_loss: 0.1,
                slope_degrees: None,
            },
            points: means
                .iter()
                .map(|&(strength, mean, deviation)| RobustnessPoint {
                    strength,
                    test_accuracy: Some(spread(mean, deviation)),
                    test_loss: spread(1.0, 0.1),
                    slope_degrees: None,
                })
                .collect(),
        }
    }

    #[test]
    fn the_half_accuracy_strength_lies_on_the_line_between_neighbours() {
        let curve = curve(0.9, &[(1.0, 0.8, 0.04), (2.0, 0.4, 0.08), (3.0, 0.1, 0.1)]);
        let Some(HalfAccuracy::At {
            strength,
            standard_error,
        }) = curve.half_accuracy_strength()
        else {
            panic!("it falls to one half");
        };
        assert!((strength - 1.75).abs() < 1e-14, "{strength}");
        // Standard errors 0.02 and 0.04 of the means, weighted by ¼ and ¾, over a fall of 0.4.
        let wanted = (0.005_f64.powi(2) + 0.03_f64.powi(2)).sqrt() / 0.4;
        assert!((standard_error - wanted).abs() < 1e-14, "{standard_error}");
    }

    #[test]
    fn the_first_segment_begins_without_noise() {
        let Some(HalfAccuracy::At { strength, .. }) =
            curve(1.0, &[(2.0, 0.25, 0.0)]).half_accuracy_strength()
        else {
            panic!("it falls to one half");
        };
        assert!((strength - 4.0 / 3.0).abs() < 1e-14);
    }

    #[test]
    fn never_falling_and_starting_below_are_told_apart() {
        assert_eq!(
            curve(0.9, &[(1.0, 0.6, 0.1)]).half_accuracy_strength(),
            None
        );
        assert_eq!(
            curve(0.5, &[(1.0, 0.4, 0.1)]).half_accuracy_strength(),
            Some(HalfAccuracy::StartsBelow { accuracy: 0.5 })
        );
    }
}
