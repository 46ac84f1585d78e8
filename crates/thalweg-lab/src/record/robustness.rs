//! What noise in the parameters of a trial did to it.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thalweg::Named;
use thalweg::robustness::{
    HalfAccuracy, PerturbationNoise, RobustnessCurve, RobustnessPoint, Spread, Unperturbed,
};

use crate::spec::ExposedAt;

/// The robustness of a trial; `robustness.json`.
#[derive(Clone, Debug, PartialEq)]
pub struct Robustness {
    /// Whose parameters were exposed to noise.
    pub at: ExposedAt,
    /// The step that they were reached by.
    pub step: u64,
    /// What was measured.
    pub curve: RobustnessCurve,
}

/// The file. What is not finite is null, and what follows from the rest is written and not read.
#[derive(Serialize, Deserialize)]
struct Stored {
    at: String,
    step: u64,
    noise: String,
    draws: usize,
    slope_examples: Option<usize>,
    #[serde(skip_deserializing)]
    half_accuracy_strength: Option<StoredHalf>,
    unperturbed: StoredUnperturbed,
    points: Vec<StoredPoint>,
}

#[derive(Serialize)]
struct StoredHalf {
    strength: f64,
    standard_error: Option<f64>,
}

#[derive(Serialize, Deserialize)]
struct StoredUnperturbed {
    test_accuracy: Option<f64>,
    test_loss: Option<f64>,
    slope_degrees: Option<f64>,
}

#[derive(Serialize, Deserialize)]
struct StoredPoint {
    strength: f64,
    test_accuracy: Option<StoredSpread>,
    test_loss: StoredSpread,
    slope_degrees: Option<StoredSpread>,
}

#[derive(Serialize, Deserialize)]
struct StoredSpread {
    mean: Option<f64>,
    standard_deviation: Option<f64>,
    lowest: Option<f64>,
    highest: Option<f64>,
    not_finite: usize,
}

impl Serialize for Robustness {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let curve = &self.curve;
        let stored = Stored {
            at: self.at.name().into(),
            step: self.step,
            noise: curve.noise.name().into(),
            draws: curve.draws,
            slope_examples: curve.slope_examples,
            half_accuracy_strength: half(curve),
            unperturbed: StoredUnperturbed {
                test_accuracy: curve.unperturbed.test_accuracy,
                test_loss: finite(curve.unperturbed.test_loss),
                slope_degrees: curve.unperturbed.slope_degrees.and_then(finite),
            },
            points: curve.points.iter().map(StoredPoint::of).collect(),
        };
        stored.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Robustness {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let stored = Stored::deserialize(deserializer)?;
        let unknown = |what: &str, name: &str| D::Error::custom(format!("`{name}` is no {what}"));
        let at = ExposedAt::from_name(&stored.at);
        let noise = PerturbationNoise::from_name(&stored.noise);
        let has_slope = stored.slope_examples.is_some();
        let slope = stored.unperturbed.slope_degrees.map_or(f64::NAN, |one| one);
        let points = stored.points.into_iter();
        Ok(Self {
            at: at.ok_or_else(|| unknown("point on a path", &stored.at))?,
            step: stored.step,
            curve: RobustnessCurve {
                noise: noise.ok_or_else(|| unknown("noise", &stored.noise))?,
                draws: stored.draws,
                slope_examples: stored.slope_examples,
                unperturbed: Unperturbed {
                    test_accuracy: stored.unperturbed.test_accuracy,
                    test_loss: number(stored.unperturbed.test_loss),
                    slope_degrees: has_slope.then_some(slope),
                },
                points: points.map(|one| one.read(stored.draws)).collect(),
            },
        })
    }
}

fn half(curve: &RobustnessCurve) -> Option<StoredHalf> {
    match curve.half_accuracy_strength()? {
        HalfAccuracy::At {
            strength,
            standard_error,
        } => Some(StoredHalf {
            strength,
            standard_error: finite(standard_error),
        }),
        HalfAccuracy::StartsBelow { .. } => None,
    }
}

impl StoredPoint {
    fn of(point: &RobustnessPoint) -> Self {
        Self {
            strength: point.strength,
            test_accuracy: point.test_accuracy.map(StoredSpread::of),
            test_loss: StoredSpread::of(point.test_loss),
            slope_degrees: point.slope_degrees.map(StoredSpread::of),
        }
    }

    fn read(self, draws: usize) -> RobustnessPoint {
        RobustnessPoint {
            strength: self.strength,
            test_accuracy: self.test_accuracy.map(|spread| spread.read(draws)),
            test_loss: self.test_loss.read(draws),
            slope_degrees: self.slope_degrees.map(|spread| spread.read(draws)),
        }
    }
}

impl StoredSpread {
    fn of(spread: Spread) -> Self {
        Self {
            mean: finite(spread.mean),
            standard_deviation: finite(spread.standard_deviation),
            lowest: finite(spread.lowest),
            highest: finite(spread.highest),
            not_finite: spread.not_finite,
        }
    }

    fn read(self, draws: usize) -> Spread {
        Spread {
            mean: number(self.mean),
            standard_deviation: number(self.standard_deviation),
            lowest: number(self.lowest),
            highest: number(self.highest),
            draws,
            not_finite: self.not_finite,
        }
    }
}

fn finite(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

fn number(value: Option<f64>) -> f64 {
    value.unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Robustness {
        let spread = |values: &[f64]| Spread::of(values.iter().copied());
        Robustness {
            at: ExposedAt::Best,
            step: 157,
            curve: RobustnessCurve {
                noise: PerturbationNoise::FilterNormalised,
                draws: 3,
                slope_examples: Some(100),
                unperturbed: Unperturbed {
                    test_accuracy: Some(0.9),
                    test_loss: 0.3,
                    slope_degrees: Some(1.5),
                },
                points: vec![RobustnessPoint {
                    strength: 0.5,
                    test_accuracy: Some(spread(&[0.4, 0.3, 0.35])),
                    test_loss: spread(&[f64::NAN, 2.0, f64::INFINITY]),
                    slope_degrees: Some(spread(&[f64::NAN; 3])),
                }],
            },
        }
    }

    #[test]
    fn what_is_not_finite_is_null_and_reading_gives_back_what_was_written() {
        let text = serde_json::to_string(&sample()).unwrap();
        assert!(text.contains(r#""slope_degrees":{"mean":null,"#), "{text}");
        assert!(
            text.contains(r#""half_accuracy_strength":{"strength":0.36"#),
            "{text}"
        );
        let read: Robustness = serde_json::from_str(&text).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), text);
        assert_eq!(format!("{read:?}"), format!("{:?}", sample()));
    }

    #[test]
    fn damaged_files_are_refused() {
        let text = serde_json::to_string(&sample()).unwrap();
        for (part, other) in [("\"best\"", "\"worst\""), ("filter-normalised", "loud")] {
            assert!(text.contains(part));
            let text = text.replace(part, other);
            assert!(serde_json::from_str::<Robustness>(&text).is_err(), "{text}");
        }
        assert!(serde_json::from_str::<Robustness>(&text[..text.len() / 2]).is_err());
    }
}
