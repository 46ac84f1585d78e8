//! One measurement: everything seen at one step.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thalweg::Named;
use thalweg::probe::Quantity;

/// What was measured after some steps; one flat object in `metrics.jsonl`.
///
/// Keys are `step`, `epoch`, `time` (n·h, or the sum of the rates) and the names of quantities, in that order. What was not
/// measured is absent, what is not finite is null. Unknown keys are passed over when reading.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Measurement {
    /// n, the number of steps taken.
    pub step: u64,
    /// The number of epochs, fractions included.
    pub epoch: f64,
    /// Physical time: the sum of the rates of the steps taken, n·h where all are h.
    pub time: f64,
    /// What was measured; not finite where a run diverged.
    pub values: BTreeMap<Quantity, f64>,
}

impl Measurement {
    /// The value of a quantity, if it was measured here.
    #[must_use]
    pub fn get(&self, quantity: Quantity) -> Option<f64> {
        self.values.get(&quantity).copied()
    }

    /// Whether both are stored as the same text: equal to the bit, except that all values that are
    /// not finite are one.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        let heads = [(self.epoch, other.epoch), (self.time, other.time)];
        let values = self.values.values().copied();
        let mut pairs = heads
            .into_iter()
            .chain(values.zip(other.values.values().copied()));
        self.step == other.step
            && self.values.keys().eq(other.values.keys())
            && pairs.all(|(left, right)| {
                finite(left).map(f64::to_bits) == finite(right).map(f64::to_bits)
            })
    }
}

impl Serialize for Measurement {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("step", &self.step)?;
        map.serialize_entry("epoch", &finite(self.epoch))?;
        map.serialize_entry("time", &finite(self.time))?;
        for (name, quantity) in Quantity::NAMES {
            if let Some(value) = self.get(*quantity) {
                map.serialize_entry(name, &finite(value))?;
            }
        }
        map.end()
    }
}

fn finite(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

impl<'de> Deserialize<'de> for Measurement {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MeasurementVisitor)
    }
}

struct MeasurementVisitor;

impl<'de> Visitor<'de> for MeasurementVisitor {
    type Value = Measurement;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "an object with step, epoch, time and measured quantities"
        )
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Measurement, A::Error> {
        let (mut step, mut epoch, mut time) = (None, None, None);
        let mut values = BTreeMap::new();
        while let Some(key) = map.next_key::<String>()? {
            match (key.as_str(), Quantity::from_name(&key)) {
                ("step", _) => step = Some(map.next_value()?),
                ("epoch", _) => epoch = Some(number(map.next_value()?)),
                ("time", _) => time = Some(number(map.next_value()?)),
                (_, Some(quantity)) => {
                    values.insert(quantity, number(map.next_value()?));
                }
                (_, None) => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        let missing = serde::de::Error::missing_field;
        Ok(Measurement {
            step: step.ok_or_else(|| missing("step"))?,
            epoch: epoch.ok_or_else(|| missing("epoch"))?,
            time: time.ok_or_else(|| missing("time"))?,
            values,
        })
    }
}

fn number(value: Option<f64>) -> f64 {
    value.unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::{any, prop_assert, proptest};

    use super::*;

    fn sample() -> Measurement {
        Measurement {
            step: 157,
            epoch: 1.0,
            time: 31.4,
            values: BTreeMap::from([
                (Quantity::TestAccuracy, 0.9),
                (Quantity::Loss, f64::NAN),
                (Quantity::GradientNormSquared, 1.0 / 3.0),
            ]),
        }
    }

    #[test]
    fn keys_stand_in_a_fixed_order_and_what_is_not_finite_is_null() {
        assert_eq!(
            serde_json::to_string(&sample()).unwrap(),
            r#"{"step":157,"epoch":1.0,"time":31.4,"loss":null,"gradient_norm_squared":0.3333333333333333,"test_accuracy":0.9}"#
        );
    }

    #[test]
    fn reading_gives_back_what_was_written_and_passes_over_what_is_unknown() {
        let text = serde_json::to_string(&sample()).unwrap();
        let read: Measurement = serde_json::from_str(&text).unwrap();
        assert!(read.is_same(&sample()) && read.get(Quantity::Loss).unwrap().is_nan());
        let later = text.replace("\"time\"", "\"later\":[1],\"time\"");
        assert!(
            serde_json::from_str::<Measurement>(&later)
                .unwrap()
                .is_same(&sample())
        );
    }

    #[test]
    fn a_line_without_its_place_on_the_path_is_refused() {
        for key in ["step", "epoch", "time"] {
            let text = serde_json::to_string(&sample()).unwrap();
            let text = text.replace(&format!("\"{key}\""), "\"elsewhere\"");
            let error = serde_json::from_str::<Measurement>(&text).unwrap_err();
            assert!(error.to_string().contains(key), "{error}");
        }
        for text in ["[]", "3", "{", r#"{"step":-1,"epoch":0,"time":0}"#] {
            assert!(serde_json::from_str::<Measurement>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn measurements_that_differ_anywhere_are_not_the_same() {
        let changes: [fn(&mut Measurement); 5] = [
            |one| one.step += 1,
            |one| one.epoch = -one.epoch,
            |one| one.time = f64::NAN,
            |one| _ = one.values.insert(Quantity::Loss, 0.0),
            |one| _ = one.values.remove(&Quantity::TestAccuracy),
        ];
        for change in changes {
            let mut other = sample();
            change(&mut other);
            assert!(!sample().is_same(&other), "{other:?}");
        }
    }

    proptest! {
        #[test]
        fn every_measurement_is_read_back_to_the_bit(
            step: u64,
            bits: [u64; 2],
            values in vec((0..Quantity::NAMES.len(), any::<u64>()), 0..12),
        ) {
            let values = values.into_iter();
            let measurement = Measurement {
                step,
                epoch: f64::from_bits(bits[0]),
                time: f64::from_bits(bits[1]),
                values: values
                    .map(|(index, bits)| (Quantity::NAMES[index].1, f64::from_bits(bits)))
                    .collect(),
            };
            let text = serde_json::to_string(&measurement).unwrap();
            let read: Measurement = serde_json::from_str(&text).unwrap();
            prop_assert!(read.is_same(&measurement), "{}", text);
        }
    }
}
