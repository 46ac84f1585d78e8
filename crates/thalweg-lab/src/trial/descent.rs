//! One step of a trial: which examples it sees, whose gradient it follows, what moves θ.

use std::ops::Range;

use thalweg::Threads;
use thalweg::objective::{FiniteSum, Gradient, Minibatch, ObjectiveError, Supervised};
use thalweg::optimizer::{Analysis, LastBatch, Optimizer, OptimizerError, State, steps_per_epoch};
use thalweg::regularizer::{GradientPenalty, Scratch};

use super::optimizer;
use crate::spec::{BatchSpec, TrialSpec};
use crate::store::Storable;

/// What takes the steps of a trial.
pub(super) struct Descent<T> {
    optimizer: Box<dyn Optimizer<T>>,
    penalty: Option<GradientPenalty>,
    batch: Option<BatchSpec>,
    seed: u64,
    steps_per_epoch: u64,
    /// The order of the examples in an epoch, kept for that epoch.
    order: (u64, Vec<usize>),
    scratch: Scratch<T>,
}

impl<T: Storable> Descent<T> {
    /// As `spec` has it, over so many training examples.
    pub(super) fn new(
        spec: &TrialSpec,
        examples: usize,
        threads: &Threads,
    ) -> Result<Self, OptimizerError> {
        let batch = spec.optimizer.batch;
        Ok(Self {
            optimizer: optimizer::build(&spec.optimizer)?,
            penalty: spec.regularizer.as_ref().map(|penalty| GradientPenalty {
                coefficient: penalty.coefficient,
                normalisation: penalty.normalisation,
                derivative: penalty.derivative,
                epsilon: penalty.epsilon,
            }),
            steps_per_epoch: batch.map_or(1, |batch| {
                steps_per_epoch(examples, batch.size, LastBatch::Keep)
            }),
            batch,
            seed: spec.seed,
            order: (u64::MAX, Vec::new()),
            scratch: Scratch::new(threads.clone()),
        })
    }

    /// The steps of an epoch.
    pub(super) fn steps_per_epoch(&self) -> u64 {
        self.steps_per_epoch
    }

    /// What theory says of the optimizer.
    pub(super) fn analysis(&self) -> Analysis {
        self.optimizer.analysis()
    }

    /// The state before the first step from `theta`.
    pub(super) fn start(&self, theta: Vec<T>) -> State<T> {
        self.optimizer.start(theta)
    }

    /// The state after step number `step`, counted from 0. All gradients of the step are those of
    /// the same examples.
    pub(super) fn step(
        &mut self,
        step: u64,
        state: State<T>,
        training: &mut Supervised<T>,
    ) -> Result<State<T>, ObjectiveError> {
        let range = self.next_batch(step, training.examples());
        let batch = range.map(|range| &self.order.1[range]);
        let (penalty, scratch) = (&self.penalty, &mut self.scratch);
        let mut gradient_at = |theta: &[T], gradient: &mut [T]| match (penalty, batch) {
            (None, None) => training.gradient(theta, gradient),
            (None, Some(batch)) => training.minibatch_gradient(batch, theta, gradient),
            (Some(penalty), None) => penalty
                .gradient(training, theta, gradient, scratch)
                .map(|seen| seen.loss),
            (Some(penalty), Some(batch)) => {
                let mut batch = Minibatch::new(training, batch);
                penalty
                    .gradient(&mut batch, theta, gradient, scratch)
                    .map(|seen| seen.loss)
            }
        };
        self.optimizer.step(state, &mut gradient_at)
    }

    /// The examples of a step in `order`; `None` is all of them.
    fn next_batch(&mut self, step: u64, examples: usize) -> Option<Range<usize>> {
        let BatchSpec { size, sampling } = self.batch?;
        let (epoch, within) = (step / self.steps_per_epoch, step % self.steps_per_epoch);
        if self.order.0 != epoch {
            self.order = (epoch, sampling.epoch_order(examples, self.seed, epoch));
        }
        let start = within as usize * size;
        Some(start..examples.min(start + size))
    }
}
