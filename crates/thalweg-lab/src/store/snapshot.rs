//! Everything needed to continue a trial as if it had never stopped.

use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::tensors::{self, Storable, Stored};
use crate::record::{Measurement, StreamedSums};

/// What a trial had come to, apart from its vectors.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// Steps taken.
    pub step: u64,
    /// The length of `metrics.jsonl` in bytes: what lies beyond was written after the snapshot.
    pub log_bytes: u64,
    /// The measurement at the highest test accuracy so far.
    pub best: Option<Measurement>,
    /// The highest training accuracy measured so far.
    pub max_train_accuracy: Option<f64>,
    /// The step of the last measurement of test accuracy.
    pub last_test_step: Option<u64>,
    /// The steps of which a gradient was clipped.
    #[serde(default)]
    pub clipped_steps: u64,
    /// What the gradients of the last steps have shown.
    #[serde(default)]
    pub streamed: StreamedSums,
    /// Wall-clock seconds spent so far.
    pub seconds: f64,
}

/// A trial stopped between two steps; `resume.safetensors`. Random streams are keyed by seed and
/// epoch, so the step says all about them.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot<T> {
    /// The parameters.
    pub theta: Vec<T>,
    /// The parameters at the highest test accuracy so far; empty if none was measured.
    pub best_theta: Vec<T>,
    /// What the optimizer carries from step to step.
    pub memory: Vec<Vec<T>>,
    /// The rest.
    pub progress: Progress,
}

const THETA: &str = "theta";
const BEST_THETA: &str = "best_theta";

fn memory_name(index: usize) -> String {
    format!("memory.{index}")
}

/// What stands in the file's metadata.
#[derive(Serialize, Deserialize)]
struct Label {
    /// The [`Progress`] as JSON, kept as the text that the checksum was taken of.
    progress: String,
    /// Of progress and vectors. Continuing from a wrong bit would go unnoticed for ever.
    checksum: String,
}

impl<T: Storable> Snapshot<T> {
    /// The bytes of the file.
    pub(super) fn encode(&self) -> Result<Vec<u8>, String> {
        let progress = serde_json::to_string(&self.progress).map_err(|error| error.to_string())?;
        let checksum = self.checksum(&progress);
        let label = serde_json::to_string(&Label { progress, checksum });
        let label = label.map_err(|error| error.to_string())?;
        let tensors: Vec<Stored<'_, T>> = self
            .vectors()
            .map(|(name, values)| (name, vec![values.len()], values))
            .collect();
        tensors::encode(&tensors, &label).map_err(|error| error.to_string())
    }

    /// What [`Self::encode`] wrote, or in words why this is not it.
    pub(super) fn decode(bytes: &[u8]) -> Result<Self, String> {
        let (mut tensors, label) = tensors::decode::<T>(bytes)?;
        let label: Label = serde_json::from_str(&label).map_err(|error| error.to_string())?;
        let mut take = |name: &str| tensors.remove(name).map(|(_, values)| values);
        let snapshot = Self {
            theta: take(THETA).ok_or("it has no theta")?,
            best_theta: take(BEST_THETA).ok_or("it has no best_theta")?,
            memory: (0..).map_while(|index| take(&memory_name(index))).collect(),
            progress: serde_json::from_str(&label.progress).map_err(|error| error.to_string())?,
        };
        match snapshot.checksum(&label.progress) == label.checksum {
            true => Ok(snapshot),
            false => Err("its checksum does not match".into()),
        }
    }

    fn vectors(&self) -> impl Iterator<Item = (String, &[T])> {
        let memory = self.memory.iter().enumerate();
        let memory = memory.map(|(index, values)| (memory_name(index), values.as_slice()));
        [
            (THETA.to_string(), self.theta.as_slice()),
            (BEST_THETA.to_string(), self.best_theta.as_slice()),
        ]
        .into_iter()
        .chain(memory)
    }

    fn checksum(&self, progress: &str) -> String {
        let mut hash = Sha256::new();
        hash.update(progress);
        for (name, values) in self.vectors() {
            hash.update(format!("\n{name} {}\n", values.len()));
            hash.update(T::encode(values));
        }
        let digest = hash.finalize();
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// What a trial had come to at its snapshot, read without its vectors and believed without its
/// checksum: for those who only look on. `None` where there is no usable file.
pub(crate) fn read_progress(path: &Path) -> Option<Progress> {
    let label: Label = serde_json::from_str(&tensors::read_label(path)?).ok()?;
    serde_json::from_str(&label.progress).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::option;
    use proptest::prelude::{any, prop_assert_eq, proptest};
    use thalweg::probe::Quantity;

    fn sample() -> Snapshot<f32> {
        Snapshot {
            theta: vec![1.0, f32::NEG_INFINITY, 0.1],
            best_theta: vec![],
            memory: vec![vec![3.0], vec![4.0, 5.0]],
            progress: Progress {
                step: 12,
                log_bytes: 345,
                best: Some(Measurement::default()),
                max_train_accuracy: Some(0.1),
                last_test_step: Some(11),
                clipped_steps: 5,
                streamed: StreamedSums::default(),
                seconds: 1.5,
            },
        }
    }

    #[test]
    fn progress_that_does_not_count_clipped_steps_has_none() {
        let text = serde_json::to_string(&sample().progress).unwrap();
        let without = text.replace("\"clipped_steps\":5,", "");
        assert_ne!(without, text);
        let read: Progress = serde_json::from_str(&without).unwrap();
        assert_eq!(read.clipped_steps, 0);
    }

    #[test]
    fn a_torn_snapshot_is_refused_wherever_it_is_torn() {
        let whole = sample().encode().unwrap();
        assert_eq!(Snapshot::decode(&whole).unwrap(), sample());
        for length in 0..whole.len() {
            assert!(
                Snapshot::<f32>::decode(&whole[..length]).is_err(),
                "{length} bytes"
            );
        }
    }

    #[test]
    fn no_wrong_bit_goes_unnoticed() {
        let whole = sample().encode().unwrap();
        for bit in 0..8 * whole.len() {
            let mut flipped = whole.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let read = Snapshot::<f32>::decode(&flipped);
            assert!(read.is_err() || read == Ok(sample()), "bit {bit}");
        }
    }

    #[test]
    fn a_snapshot_of_another_precision_is_refused() {
        let error = Snapshot::<f64>::decode(&sample().encode().unwrap()).unwrap_err();
        assert!(error.contains("F32, not F64"), "{error}");
    }

    proptest! {
        #[test]
        fn every_snapshot_is_read_back_to_the_bit(
            vectors in vec(vec(any::<u64>(), 0..20), 2..5),
            step: u64,
            accuracy in option::of(0.0..=1.0),
            seconds in 0.0..1e9,
            loss: u64,
        ) {
            let values = |bits: &Vec<u64>| -> Vec<f64> {
                bits.iter().map(|bits| f64::from_bits(*bits)).collect()
            };
            let loss = (Quantity::Loss, f64::from_bits(loss));
            let best = Measurement { values: [loss].into(), ..Measurement::default() };
            let snapshot = Snapshot {
                theta: values(&vectors[0]),
                best_theta: values(&vectors[1]),
                memory: vectors[2..].iter().map(values).collect(),
                progress: Progress {
                    step,
                    log_bytes: step / 3,
                    best: Some(best),
                    max_train_accuracy: accuracy,
                    last_test_step: accuracy.map(|_| step),
                    clipped_steps: step / 2,
                    streamed: StreamedSums::default(),
                    seconds,
                },
            };
            let bytes = snapshot.encode().unwrap();
            // Values that are no numbers differ from themselves; bytes do not.
            let read = Snapshot::<f64>::decode(&bytes).unwrap();
            prop_assert_eq!(read.encode().unwrap(), bytes);
            prop_assert_eq!(read.theta.len(), snapshot.theta.len());
        }
    }
}
