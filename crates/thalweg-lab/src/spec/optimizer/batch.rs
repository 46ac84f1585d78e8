//! What a step sees of the data.

use thalweg::Named;
use thalweg::optimizer::Sampling;

use super::MethodName;
use crate::spec::Setting;
use crate::spec::reader::Reader;
use crate::spec::want::SIZE;

/// Minibatches. Where the size does not divide the number of examples, the last batch of each epoch
/// is shorter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BatchSpec {
    /// Examples in a batch, at least 1.
    pub size: usize,
    /// How batches are drawn.
    pub sampling: Sampling,
}

/// Reads `batch_size` and `sampling`; `Some(None)` where a step sees all examples.
///
/// Of the two methods that are the same but for the batches, one has none and one must have them;
/// to the others they are free.
pub(super) fn read(
    reader: &mut Reader<'_, '_>,
    method: Option<MethodName>,
) -> Option<Option<BatchSpec>> {
    let size = reader.get("batch_size", &SIZE);
    let sampling = reader.choice("sampling").unwrap_or(Sampling::Shuffled);
    match method {
        Some(name @ MethodName::GradientDescent) => {
            for key in ["batch_size", "sampling"] {
                reader.inapplicable(key, "optimizer.method", name.name());
            }
        }
        Some(MethodName::Sgd) => {
            reader.must_have("batch_size", "the examples in a batch");
            size?;
        }
        _ if reader.span_of("batch_size").is_none() && reader.span_of("sampling").is_some() => {
            reader.incomplete("sampling", "batch_size");
        }
        _ => {}
    }
    Some(size.map(|size| BatchSpec { size, sampling }))
}

/// The entries for the batches in the order of files and summaries.
pub(super) fn settings(batch: Option<&BatchSpec>) -> [(&'static str, Setting); 2] {
    let size = batch.map(|batch| batch.size);
    let sampling = batch.map(|batch| batch.sampling.name());
    [
        ("optimizer.batch_size", Setting::of(size)),
        ("optimizer.sampling", Setting::of(sampling)),
    ]
}
