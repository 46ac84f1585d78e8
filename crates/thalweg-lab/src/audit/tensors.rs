//! Parameters out of a safetensors file of any framework.

use std::fmt;
use std::path::Path;

use safetensors::tensor::{Dtype, SafeTensors};
use thalweg::network::Parameters;

use super::AuditError;

/// Names and shapes of tensors.
type Shapes = Vec<(String, Vec<usize>)>;

/// What a network wants and what a file has, where they differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// What the network has and the file has not, or otherwise.
    pub wanted: Shapes,
    /// What the file has in its place.
    pub found: Shapes,
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let listed = |shapes: &Shapes| {
            let one = |(name, shape): &(String, Vec<usize>)| format!("{name} {shape:?}");
            let all: Vec<String> = shapes.iter().map(one).collect();
            match all.is_empty() {
                true => "nothing".to_owned(),
                false => all.join(", "),
            }
        };
        write!(
            f,
            "where the network has {}, the file has {}. Weights are [outputs, inputs]; tensors are named \
             layers.0.weight, layers.0.bias, layers.1.weight and so on",
            listed(&self.wanted),
            listed(&self.found)
        )
    }
}

/// What a file says besides its tensors.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Loaded {
    /// θ.
    pub(super) theta: Vec<f64>,
    /// The step at which it was stored, if the file says so.
    pub(super) step: Option<u64>,
    /// Tensors that are none of the network's.
    pub(super) unused: Vec<String>,
}

/// Reads θ from a file with the tensors of `parameters`, of any type of float.
pub(super) fn load(path: &Path, parameters: &Parameters) -> Result<Loaded, AuditError> {
    let path = || path.to_path_buf();
    let bytes = std::fs::read(path()).map_err(|source| AuditError::Read {
        path: path(),
        source,
    })?;
    let not_tensors = |reason: String| AuditError::NotTensors {
        path: path(),
        reason,
    };
    let file = SafeTensors::deserialize(&bytes).map_err(|error| not_tensors(error.to_string()))?;
    check_fit(&file, parameters).map_err(|misfit| AuditError::Misfit {
        path: path(),
        misfit,
    })?;
    let mut theta = vec![0.0; parameters.count()];
    for one in parameters {
        let tensor = file.tensor(&one.name);
        let tensor = tensor.map_err(|error| not_tensors(error.to_string()))?;
        let values = numbers(tensor.dtype(), tensor.data()).ok_or_else(|| {
            let kind = tensor.dtype();
            not_tensors(format!(
                "{} is of type {kind:?}, which is no float",
                one.name
            ))
        })?;
        if let Some(value) = values.iter().find(|value| !value.is_finite()) {
            return Err(AuditError::NotFinite {
                path: path(),
                name: one.name.clone(),
                value: *value,
            });
        }
        theta[one.range()].copy_from_slice(&values);
    }
    let names = file.names().into_iter();
    let mut unused: Vec<String> = names
        .filter(|name| parameters.get(name).is_none())
        .map(str::to_owned)
        .collect();
    unused.sort();
    Ok(Loaded {
        theta,
        step: step(&bytes),
        unused,
    })
}

/// Whether the file has every tensor of the network, and no further layers.
fn check_fit(file: &SafeTensors<'_>, parameters: &Parameters) -> Result<(), Misfit> {
    let shape = |name: &str| file.tensor(name).ok().map(|one| one.shape().to_vec());
    let wrong = parameters
        .iter()
        .filter(|one| shape(&one.name).as_ref() != Some(&one.shape));
    let wanted: Shapes = wrong
        .map(|one| (one.name.clone(), one.shape.clone()))
        .collect();
    let is_strange = |name: &str| parameters.get(name).is_none();
    let is_layer = |name: &str| name.starts_with("layers.");
    let in_the_way = |name: &&str| match parameters.get(name) {
        Some(one) => shape(name).as_ref() != Some(&one.shape),
        // Where something is missing, what it may be called instead is of interest.
        None => is_strange(name) && (is_layer(name) || !wanted.is_empty()),
    };
    let names = file.names().into_iter().filter(in_the_way);
    let mut found: Shapes = names
        .map(|name| (name.to_owned(), shape(name).unwrap_or_default()))
        .collect();
    found.sort();
    match wanted.is_empty() && found.is_empty() {
        true => Ok(()),
        false => Err(Misfit { wanted, found }),
    }
}

/// Little-endian floats of any width.
fn numbers(kind: Dtype, bytes: &[u8]) -> Option<Vec<f64>> {
    fn each<const WIDTH: usize>(bytes: &[u8], of: impl Fn([u8; WIDTH]) -> f64) -> Vec<f64> {
        let (values, _) = bytes.as_chunks();
        values.iter().map(|value| of(*value)).collect()
    }
    Some(match kind {
        Dtype::F64 => each(bytes, f64::from_le_bytes),
        Dtype::F32 => each(bytes, |value| f32::from_le_bytes(value).into()),
        Dtype::BF16 => each(bytes, |value| {
            f32::from_bits(u32::from(u16::from_le_bytes(value)) << 16).into()
        }),
        Dtype::F16 => each(bytes, |value| half(u16::from_le_bytes(value))),
        _ => return None,
    })
}

/// An IEEE 754 number of 16 bits: 1 of sign, 5 of exponent with bias 15, 10 of fraction.
fn half(bits: u16) -> f64 {
    let sign = if bits >> 15 == 0 { 1.0 } else { -1.0 };
    let (exponent, fraction) = (i32::from(bits >> 10 & 31), f64::from(bits & 1023) / 1024.0);
    sign * match exponent {
        0 => fraction * 2.0_f64.powi(-14),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1.0 + fraction) * 2.0_f64.powi(exponent - 15),
    }
}

/// The step that a file of ours says it is of.
fn step(bytes: &[u8]) -> Option<u64> {
    let (_, header) = SafeTensors::read_metadata(bytes).ok()?;
    let label = header.metadata().as_ref()?.get("thalweg")?;
    let label: serde_json::Value = serde_json::from_str(label).ok()?;
    label.get("step")?.as_u64()
}

#[cfg(test)]
mod tests {
    use safetensors::tensor::TensorView;
    use thalweg::network::{Activation, Mlp, Network};

    use super::*;

    fn file(tensors: &[(&str, Dtype, Vec<usize>, Vec<u8>)]) -> tempfile::NamedTempFile {
        let views = tensors.iter().map(|(name, kind, shape, bytes)| {
            (*name, TensorView::new(*kind, shape.clone(), bytes).unwrap())
        });
        let bytes = safetensors::serialize(views, None).unwrap();
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        file
    }

    /// One input, two outputs.
    fn parameters() -> Parameters {
        let network = Mlp::new(1, &[], 2, Activation::Tanh);
        network.unwrap().parameters()
    }

    fn doubles(values: &[f64]) -> Vec<u8> {
        values
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect()
    }

    #[test]
    fn floats_of_every_width_are_read_and_other_tensors_passed_over() {
        // 1.5 and −2⁻²⁴, the smallest half, in half precision; 1.5 and −2 in brain floats.
        let halves = [0x3e00_u16, 0x8001].map(u16::to_le_bytes).concat();
        let brains = [0x3fc0_u16, 0xc000].map(u16::to_le_bytes).concat();
        let file = file(&[
            ("layers.0.weight", Dtype::F16, vec![2, 1], halves),
            ("layers.0.bias", Dtype::BF16, vec![2], brains),
            ("running_mean", Dtype::F64, vec![1], doubles(&[9.0])),
        ]);
        let loaded = load(file.path(), &parameters()).unwrap();
        assert_eq!(loaded.theta, [1.5, -(2.0_f64.powi(-24)), 1.5, -2.0]);
        assert_eq!(loaded.unused, ["running_mean"]);
        assert_eq!(loaded.step, None);
    }

    #[test]
    fn every_half_is_the_number_that_its_bits_say() {
        for (bits, value) in [
            (0x0000, 0.0),
            (0x3c00, 1.0),
            (0x7bff, 65504.0),
            (0x0400, 6.103_515_625e-5),
            (0x03ff, 6.097_555_160_522_461e-5),
            (0xfc00, f64::NEG_INFINITY),
        ] {
            assert_eq!(half(bits), value, "{bits:x}");
        }
        assert!(half(0x7e00).is_nan());
    }

    #[test]
    fn what_does_not_fit_is_named_with_the_shapes_of_both() {
        let transposed = file(&[
            (
                "layers.0.weight",
                Dtype::F64,
                vec![1, 2],
                doubles(&[1.0, 2.0]),
            ),
            ("layers.0.bias", Dtype::F64, vec![2], doubles(&[1.0, 2.0])),
        ]);
        let message = load(transposed.path(), &parameters())
            .unwrap_err()
            .to_string();
        assert!(
            message.contains(
                "where the network has layers.0.weight [2, 1], the file has layers.0.weight [1, 2]"
            ),
            "{message}"
        );
        let renamed = file(&[
            ("fc1.weight", Dtype::F64, vec![2, 1], doubles(&[1.0, 2.0])),
            ("layers.0.bias", Dtype::F64, vec![2], doubles(&[1.0, 2.0])),
        ]);
        let message = load(renamed.path(), &parameters()).unwrap_err().to_string();
        assert!(
            message.contains("the file has fc1.weight [2, 1]"),
            "{message}"
        );
        let deeper = file(&[
            (
                "layers.0.weight",
                Dtype::F64,
                vec![2, 1],
                doubles(&[1.0, 2.0]),
            ),
            ("layers.0.bias", Dtype::F64, vec![2], doubles(&[1.0, 2.0])),
            ("layers.1.bias", Dtype::F64, vec![1], doubles(&[1.0])),
        ]);
        let message = load(deeper.path(), &parameters()).unwrap_err().to_string();
        assert!(
            message.contains("has nothing, the file has layers.1.bias [1]"),
            "{message}"
        );
    }

    #[test]
    fn integers_undefined_numbers_and_other_files_are_errors() {
        let whole = [1_i64, 2].map(i64::to_le_bytes).concat();
        for (kind, bytes, complaint) in [
            (Dtype::I64, whole, "type I64, which is no float"),
            (Dtype::F64, doubles(&[1.0, f64::NAN]), "has the value NaN"),
        ] {
            let file = file(&[
                (
                    "layers.0.weight",
                    Dtype::F64,
                    vec![2, 1],
                    doubles(&[1.0, 2.0]),
                ),
                ("layers.0.bias", kind, vec![2], bytes),
            ]);
            let message = load(file.path(), &parameters()).unwrap_err().to_string();
            assert!(message.contains(complaint), "{message}");
        }
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "hello").unwrap();
        let message = load(file.path(), &parameters()).unwrap_err().to_string();
        assert!(message.contains("is no safetensors file"), "{message}");
        let message = load(Path::new("nowhere"), &parameters()).unwrap_err();
        assert!(message.to_string().contains("cannot read nowhere"));
    }
}
