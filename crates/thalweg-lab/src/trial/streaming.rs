//! Measurements made of the gradients that steps compute anyway.

use thalweg::Threads;
use thalweg::noise::{Drawing, StreamedNoise};
use thalweg::optimizer::Sampling;
use thalweg::vector::threaded::{norm_squared, norm_squared_and_dot, update};

use crate::record::{EpochSums, StreamedSums};
use crate::spec::BatchSpec;
use crate::store::Storable;

/// Looks at the gradients of two successive minibatches in so many.
///
/// A pair costs four passes over m numbers and a step at least 6mB operations, so that a stride in
/// proportion to 1/B keeps the cost at the same share of training. Which steps are looked at depends
/// on B and m alone, and never on chance or time.
pub(super) struct Streaming<T> {
    stride: u64,
    steps_per_epoch: u64,
    batch: BatchSpec,
    examples: usize,
    threads: Threads,
    /// The gradient of the step before, if this step's is to be compared with it.
    pub(super) before: Option<Vec<T>>,
}

impl<T: Storable> Streaming<T> {
    pub(super) fn new(
        batch: BatchSpec,
        examples: usize,
        steps_per_epoch: u64,
        parameters: usize,
        threads: &Threads,
    ) -> Self {
        Self {
            stride: stride(batch.size, parameters),
            steps_per_epoch,
            batch,
            examples,
            threads: threads.clone(),
            before: None,
        }
    }

    /// Whether the gradient of this step is looked at. Only full batches are.
    pub(super) fn looks_at(&self, step: u64, batch: &[usize]) -> bool {
        self.is_due(step) && batch.len() == self.batch.size
    }

    fn is_due(&self, step: u64) -> bool {
        step % self.steps_per_epoch % self.stride <= 1
    }

    /// Adds what the step's gradient shows: with the gradient of the step before at hand both
    /// sums, without it nothing but that it is kept.
    pub(super) fn see(&mut self, step: u64, gradient: &[T], sums: &mut StreamedSums) {
        let running = &mut sums.running;
        if let Some(before) = &self.before {
            let (norm, product) = norm_squared_and_dot(gradient, before, &self.threads);
            running.batches += 1;
            running.norms_squared += norm;
            running.pairs += 1;
            running.products += product;
        } else if self.steps_per_epoch == 1 {
            running.batches += 1;
            running.norms_squared += norm_squared(gradient, &self.threads);
        }
        let is_last = (step + 1).is_multiple_of(self.steps_per_epoch);
        if is_last || !self.is_due(step + 1) {
            self.before = None;
        } else {
            let kept = self.before.get_or_insert_default();
            kept.resize(gradient.len(), T::ZERO);
            update(kept, [gradient], &self.threads, |_, [one]| one);
        }
    }

    /// Opens a new epoch where `step` is the first of one: batches of different epochs are no pair.
    pub(super) fn turn(&mut self, step: u64, sums: &mut StreamedSums) {
        if step.is_multiple_of(self.steps_per_epoch) {
            self.before = None;
            *sums = StreamedSums {
                running: EpochSums::default(),
                complete: sums.running,
            };
        }
    }

    /// The sums that stand for the present after `step` steps: those of the last whole epoch, or of
    /// the first as far as it has come.
    fn sums(&self, step: u64, sums: &StreamedSums) -> EpochSums {
        let is_whole = step.is_multiple_of(self.steps_per_epoch);
        match is_whole || step < self.steps_per_epoch {
            true => sums.running,
            false => sums.complete,
        }
    }

    /// The mean ‖∇Êᵢ‖² and, where successive minibatches were seen, what follows from them.
    pub(super) fn estimates(
        &self,
        step: u64,
        sums: &StreamedSums,
    ) -> (Option<f64>, Option<StreamedNoise>) {
        let sums = self.sums(step, sums);
        let norm = sums.mean_norm_squared();
        let noise = norm.zip(sums.mean_product()).map(|(norm, product)| {
            let drawing = match self.batch.sampling {
                Sampling::WithReplacement => Drawing::WithReplacement,
                Sampling::Shuffled | Sampling::FixedOrder => Drawing::WithoutReplacement,
            };
            StreamedNoise {
                examples: self.examples,
                batch_size: self.batch.size,
                drawing,
                minibatch_norm_squared: norm,
                successive_product: product,
            }
        });
        (norm, noise)
    }
}

/// Steps from one pair to the next, at least three.
fn stride(batch_size: usize, parameters: usize) -> u64 {
    /// Parameters whose gradient stays in the cache of a core, from which it is read for less.
    const NEAR: usize = 1 << 18;
    let examples: usize = if parameters <= NEAR { 2048 } else { 4096 };
    examples.div_ceil(batch_size).max(3) as u64
}
