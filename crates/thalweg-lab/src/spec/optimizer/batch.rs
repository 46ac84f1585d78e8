//! What a step sees of the data.

use thalweg::Named;
use thalweg::optimizer::{LastBatch, Sampling};

use super::MethodName;
use crate::spec::Setting;
use crate::spec::reader::Reader;
use crate::spec::want::SIZE;

/// Minibatches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BatchSpec {
    /// Examples in a batch, at least 1.
    pub size: usize,
    /// How batches are drawn.
    pub sampling: Sampling,
    /// What becomes of the last batch of an epoch where the size does not divide the number of
    /// examples; kept unless given.
    pub last_batch: LastBatch,
}

/// The keys beside the size, which mean nothing without it.
const BESIDE_SIZE: [&str; 2] = ["sampling", "last_batch"];

/// Reads `batch_size`, `sampling` and `last_batch`; `Some(None)` where a step sees all examples.
///
/// Of the two methods that are the same but for the batches, one has none and one must have them;
/// to the others they are free.
pub(super) fn read(
    reader: &mut Reader<'_, '_>,
    method: Option<MethodName>,
) -> Option<Option<BatchSpec>> {
    let size = reader.get("batch_size", &SIZE);
    let sampling = reader.choice("sampling").unwrap_or(Sampling::Shuffled);
    let last_batch = reader.choice("last_batch").unwrap_or_default();
    match method {
        Some(name @ MethodName::GradientDescent) => {
            for key in ["batch_size"].into_iter().chain(BESIDE_SIZE) {
                reader.inapplicable(key, "optimizer.method", name.name());
            }
        }
        Some(MethodName::Sgd) => {
            reader.must_have("batch_size", "the examples in a batch");
            size?;
        }
        _ if reader.span_of("batch_size").is_none() => {
            for key in BESIDE_SIZE {
                if reader.span_of(key).is_some() {
                    reader.incomplete(key, "batch_size");
                }
            }
        }
        _ => {}
    }
    Some(size.map(|size| BatchSpec {
        size,
        sampling,
        last_batch,
    }))
}

/// The entries for the batches in the order of files and summaries.
///
/// A last batch that is kept, as usual, is not written.
pub(super) fn settings(batch: Option<&BatchSpec>) -> [(&'static str, Setting); 3] {
    let size = batch.map(|batch| batch.size);
    let sampling = batch.map(|batch| batch.sampling.name());
    let last_batch = batch.map(|batch| batch.last_batch);
    let last_batch = last_batch.filter(|one| *one != LastBatch::Keep);
    [
        ("optimizer.batch_size", Setting::of(size)),
        ("optimizer.sampling", Setting::of(sampling)),
        (
            "optimizer.last_batch",
            Setting::of(last_batch.map(|one| one.name())),
        ),
    ]
}
