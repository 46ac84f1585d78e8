//! Named tensors as the bytes of a safetensors file.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use safetensors::tensor::{Dtype, SafeTensorError, SafeTensors, TensorView};
use thalweg::Element;

/// An element type that can be stored, little-endian, to the bit.
pub trait Storable: Element + thalweg_data::Precision {
    /// Its type in files.
    const DTYPE: Dtype;

    /// The bytes of `values`.
    fn encode(values: &[Self]) -> Vec<u8>;

    /// The values of `bytes`, whose number is a multiple of the element's size.
    fn decode(bytes: &[u8]) -> Vec<Self>;
}

macro_rules! storable {
    ($element:ty, $dtype:ident) => {
        impl Storable for $element {
            const DTYPE: Dtype = Dtype::$dtype;

            fn encode(values: &[Self]) -> Vec<u8> {
                values
                    .iter()
                    .flat_map(|value| value.to_le_bytes())
                    .collect()
            }

            fn decode(bytes: &[u8]) -> Vec<Self> {
                let (values, _) = bytes.as_chunks();
                values
                    .iter()
                    .map(|bytes| Self::from_le_bytes(*bytes))
                    .collect()
            }
        }
    };
}

storable!(f32, F32);
storable!(f64, F64);

/// A tensor to be stored: name, shape, values row by row.
pub(super) type Stored<'a, T> = (String, Vec<usize>, &'a [T]);

/// Shapes and values row by row, by name.
pub(super) type Tensors<T> = BTreeMap<String, (Vec<usize>, Vec<T>)>;

/// The one key of the file's metadata, under which our JSON stands. Several keys would be written
/// in an order that changes from run to run.
const LABEL: &str = "thalweg";

/// A safetensors file of these tensors with a label of JSON. Equal contents give equal bytes.
pub(super) fn encode<T: Storable>(
    tensors: &[Stored<'_, T>],
    label: &str,
) -> Result<Vec<u8>, SafeTensorError> {
    let encoded = tensors.iter().map(|(_, _, values)| T::encode(values));
    let encoded: Vec<Vec<u8>> = encoded.collect();
    let mut views = Vec::with_capacity(tensors.len());
    for ((name, shape, _), bytes) in tensors.iter().zip(&encoded) {
        let view = TensorView::new(T::DTYPE, shape.clone(), bytes)?;
        views.push((name.clone(), view));
    }
    let metadata = HashMap::from([(LABEL.to_string(), label.to_string())]);
    safetensors::serialize(views, Some(metadata))
}

/// Tensors and label of what [`encode`] wrote, or in words why there are none.
pub(super) fn decode<T: Storable>(bytes: &[u8]) -> Result<(Tensors<T>, String), String> {
    let file = SafeTensors::deserialize(bytes).map_err(|error| error.to_string())?;
    let (_, header) = SafeTensors::read_metadata(bytes).map_err(|error| error.to_string())?;
    let metadata = header.metadata().as_ref();
    let label = metadata.and_then(|metadata| metadata.get(LABEL));
    let label = label.ok_or("it was not made by thalweg")?.clone();
    let mut tensors = BTreeMap::new();
    for (name, view) in file.iter() {
        if view.dtype() != T::DTYPE {
            let (found, wanted) = (view.dtype(), T::DTYPE);
            return Err(format!("{name} is of type {found:?}, not {wanted:?}"));
        }
        let tensor = (view.shape().to_vec(), T::decode(view.data()));
        tensors.insert(name.to_string(), tensor);
    }
    Ok((tensors, label))
}

/// The longest header that is read: that of thousands of tensors is far below.
const LONGEST_HEADER: u64 = 1 << 24;

/// The label of a file alone, without its tensors being read; `None` where there is no file, or none of
/// ours.
pub(super) fn read_label(path: &Path) -> Option<String> {
    let mut file = File::open(path).ok()?;
    let mut length = [0; 8];
    file.read_exact(&mut length).ok()?;
    let length = u64::from_le_bytes(length);
    let mut header = Vec::new();
    file.take(length.min(LONGEST_HEADER))
        .read_to_end(&mut header)
        .ok()?;
    let header: serde_json::Value = serde_json::from_slice(&header).ok()?;
    let label = header.get("__metadata__")?.get(LABEL)?;
    label.as_str().map(str::to_owned)
}
