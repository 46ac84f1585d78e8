//! Parameters for other programs: safetensors, named as in the network.

use std::path::Path;

use serde::{Deserialize, Serialize};
use thalweg::network::Parameters;

use super::tensors::{self, Storable, Stored, Tensors};
use super::{StoreError, whole_file};

/// What a checkpoint says of itself: JSON under the key `thalweg` of the file's metadata.
///
/// It does not say of which experiment: a trial is the same in all that have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckpointLabel {
    /// The version of this layout.
    pub format: u32,
    /// The identity of the trial.
    pub trial: String,
    /// Steps taken.
    pub step: u64,
}

impl CheckpointLabel {
    /// The layout that this version writes.
    pub const FORMAT: u32 = 1;
}

/// Parameters read from a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Checkpoint<T> {
    /// What the file says of itself.
    pub label: CheckpointLabel,
    /// Shape and values, row by row, of every tensor by its name.
    pub tensors: Tensors<T>,
}

impl<T: Storable> Checkpoint<T> {
    /// Reads `checkpoint.safetensors` or `best.safetensors`.
    ///
    /// # Errors
    /// If the file cannot be read, is damaged, or is of another element type.
    pub fn read(path: &Path) -> Result<Self, StoreError> {
        let bytes = std::fs::read(path).map_err(StoreError::io("read", path))?;
        Self::decode(&bytes).map_err(StoreError::damaged_trial(path))
    }

    fn decode(bytes: &[u8]) -> Result<Self, String> {
        let (tensors, label) = tensors::decode(bytes)?;
        let label = serde_json::from_str(&label).map_err(|error| error.to_string())?;
        Ok(Self { label, tensors })
    }
}

/// Writes θ as the named tensors of the network.
pub(super) fn write<T: Storable>(
    path: &Path,
    parameters: &Parameters,
    theta: &[T],
    label: &CheckpointLabel,
) -> Result<(), StoreError> {
    let bytes = encode(parameters, theta, label).map_err(StoreError::encode(path))?;
    whole_file::write(path, &bytes)
}

fn encode<T: Storable>(
    parameters: &Parameters,
    theta: &[T],
    label: &CheckpointLabel,
) -> Result<Vec<u8>, String> {
    if theta.len() != parameters.count() {
        let (found, wanted) = (theta.len(), parameters.count());
        return Err(format!("{found} values for {wanted} parameters"));
    }
    let tensors: Vec<Stored<'_, T>> = parameters
        .iter()
        .map(|one| (one.name.clone(), one.shape.clone(), &theta[one.range()]))
        .collect();
    let label = serde_json::to_string(label).map_err(|error| error.to_string())?;
    tensors::encode(&tensors, &label).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{prop_assert_eq, proptest};
    use thalweg::network::{Activation, Mlp, Network};

    fn label() -> CheckpointLabel {
        CheckpointLabel {
            format: CheckpointLabel::FORMAT,
            trial: "0123456789abcdef".into(),
            step: 9,
        }
    }

    fn parameters(inputs: usize, hidden: &[usize], outputs: usize) -> Parameters {
        let network = Mlp::new(inputs, hidden, outputs, Activation::Relu);
        network.unwrap().parameters()
    }

    #[test]
    fn tensors_have_the_names_and_shapes_of_the_network() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("checkpoint.safetensors");
        let theta = [1.0_f32, 2.0, 3.0, 4.0];
        write(&path, &parameters(1, &[], 2), &theta, &label()).unwrap();
        let checkpoint = Checkpoint::<f32>::read(&path).unwrap();
        assert_eq!(checkpoint.label, label());
        assert_eq!(
            checkpoint.tensors["layers.0.weight"],
            (vec![2, 1], vec![1.0, 2.0])
        );
        assert_eq!(
            checkpoint.tensors["layers.0.bias"],
            (vec![2], vec![3.0, 4.0])
        );
    }

    #[test]
    fn other_types_damage_and_wrong_lengths_are_errors() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("checkpoint.safetensors");
        let error = write(&path, &parameters(1, &[], 2), &[1.0_f32], &label()).unwrap_err();
        assert!(
            error.to_string().contains("1 values for 4 parameters"),
            "{error}"
        );
        write(&path, &parameters(1, &[], 2), &[1.0_f32; 4], &label()).unwrap();
        let error = Checkpoint::<f64>::read(&path).unwrap_err().to_string();
        assert!(error.contains("of type F32, not F64"), "{error}");
        let whole = std::fs::read(&path).unwrap();
        for length in 0..whole.len() {
            std::fs::write(&path, &whole[..length]).unwrap();
            assert!(Checkpoint::<f32>::read(&path).is_err(), "{length} bytes");
        }
    }

    proptest! {
        #[test]
        fn parameters_are_read_back_to_the_bit_from_equal_bytes(
            inputs in 1..4_usize, hidden in 1..5_usize, outputs in 2..4_usize, start: u64,
        ) {
            let parameters = parameters(inputs, &[hidden], outputs);
            // Every bit pattern may come, those of no number too.
            let bits = |index| start.wrapping_mul(2 * index + 1).rotate_left(index as u32);
            let theta: Vec<f64> =
                (0..parameters.count() as u64).map(|index| f64::from_bits(bits(index))).collect();
            let bytes = encode(&parameters, &theta, &label()).unwrap();
            prop_assert_eq!(&bytes, &encode(&parameters, &theta, &label()).unwrap());
            let read = Checkpoint::<f64>::decode(&bytes).unwrap();
            for one in parameters.iter() {
                let (shape, values) = &read.tensors[&one.name];
                prop_assert_eq!(shape, &one.shape);
                let bits = |values: &[f64]| -> Vec<u64> {
                    values.iter().map(|value| value.to_bits()).collect()
                };
                prop_assert_eq!(bits(values), bits(&theta[one.range()]));
            }
        }
    }
}
