//! One step of a trial: which examples it sees, whose gradient it follows, what moves θ.

use std::ops::Range;

use thalweg::Threads;
use thalweg::modified::stochastic::Epoch;
use thalweg::objective::{ObjectiveError, Supervised};
use thalweg::optimizer::{LastBatch, Optimizer, OptimizerError, Sampling, State, steps_per_epoch};
use thalweg::probe::{Course, Quantity};

use super::optimizer;
use super::penalty::{PenalisedGradient, See};
use super::streaming::Streaming;
use crate::record::StreamedSums;
use crate::spec::{BatchSpec, TrialSpec};
use crate::store::Storable;

/// What takes the steps of a trial.
pub(super) struct Descent<T> {
    optimizer: Box<dyn Optimizer<T>>,
    gradient: PenalisedGradient<T>,
    batch: Option<BatchSpec>,
    examples: usize,
    seed: u64,
    steps_per_epoch: u64,
    /// The order of the examples in an epoch, kept for that epoch.
    order: (u64, Vec<usize>),
    /// What looks at gradients on the way, if that is asked for.
    streaming: Option<Streaming<T>>,
}

impl<T: Storable> Descent<T> {
    /// As `spec` has it, over so many training examples and parameters.
    pub(super) fn new(
        spec: &TrialSpec,
        examples: usize,
        parameters: usize,
        threads: &Threads,
    ) -> Result<Self, OptimizerError> {
        let batch = spec.optimizer.batch;
        let optimizer = optimizer::build(&spec.optimizer)?;
        let implicit = optimizer.implicit_coefficient();
        let steps_per_epoch = batch.map_or(1, |batch| {
            steps_per_epoch(examples, batch.size, LastBatch::Keep)
        });
        let measured = spec.probes.iter().flat_map(|probe| probe.measured());
        let streams = measured.into_iter().any(Quantity::is_streamed);
        let streaming = batch
            .filter(|_| streams)
            .map(|batch| Streaming::new(batch, examples, steps_per_epoch, parameters, threads));
        Ok(Self {
            gradient: PenalisedGradient::new(spec.regularizer.as_ref(), implicit, threads),
            optimizer,
            steps_per_epoch,
            batch,
            examples,
            seed: spec.seed,
            order: (u64::MAX, Vec::new()),
            streaming,
        })
    }

    /// The steps of an epoch.
    pub(super) fn steps_per_epoch(&self) -> u64 {
        self.steps_per_epoch
    }

    /// The state before the first step from `theta`.
    pub(super) fn start(&self, theta: Vec<T>) -> State<T> {
        self.optimizer.start(theta)
    }

    /// What the optimizer remembers, and what else must be kept to go on as if never stopped.
    pub(super) fn memory(&self, state: &State<T>) -> Vec<Vec<T>> {
        let before = self.streaming.as_ref().and_then(|one| one.before.clone());
        state.memory.iter().cloned().chain(before).collect()
    }

    /// Puts back what [`Self::memory`] gave.
    pub(super) fn recall(&mut self, state: &mut State<T>, mut memory: Vec<Vec<T>>) {
        let beyond = memory.split_off(state.memory.len().min(memory.len()));
        state.memory = memory;
        if let Some(streaming) = &mut self.streaming {
            streaming.before = beyond.into_iter().next();
        }
    }

    /// The state after step number `step`, counted from 0. All gradients of the step are those of
    /// the same examples; the first goes into `sums` if it is looked at.
    pub(super) fn step(
        &mut self,
        step: u64,
        state: State<T>,
        training: &mut Supervised<T>,
        sums: &mut StreamedSums,
    ) -> Result<State<T>, ObjectiveError> {
        let range = self.next_batch(step);
        let batch = range.map(|range| &self.order.1[range]);
        let gradient_of = &mut self.gradient;
        let mut streaming = self.streaming.as_mut();
        if let Some(streaming) = &streaming {
            streaming.turn(step, sums);
        }
        let seen = batch.unwrap_or_default();
        let mut gradient_at = |theta: &[T], gradient: &mut [T]| {
            let looking = streaming.take().filter(|one| one.looks_at(step, seen));
            let mut see = looking.map(|one| |gradient: &[T]| one.see(step, gradient, sums));
            let see = see.as_mut().map(|see| see as &mut See<'_, T>);
            gradient_of.at(training, batch, theta, gradient, see)
        };
        self.optimizer.step(state, &mut gradient_at)
    }

    /// What is known after so many steps, whatever θ they led to.
    pub(super) fn course(
        &mut self,
        step: u64,
        sums: &StreamedSums,
        parameters: usize,
    ) -> Course<'_> {
        let analysis = self.optimizer.analysis();
        let streaming = self.streaming.as_ref();
        let (streamed_norm_squared, streamed_noise) =
            streaming.map_or((None, None), |one| one.estimates(step, sums));
        let penalty_coefficient = self.gradient.of_squared_norm(parameters);
        let (batch, examples) = (self.batch, self.examples);
        let size = batch.map(|batch| batch.size);
        self.turn_to(step / self.steps_per_epoch);
        Course {
            analysis,
            minibatch_coefficients: batch.and_then(|batch| {
                let epoch = Epoch {
                    examples,
                    batch_size: batch.size,
                    last_batch: LastBatch::Keep,
                    sampling: batch.sampling,
                };
                epoch.coefficients(&analysis)
            }),
            minibatches: size.map_or_else(Vec::new, |size| self.order.1.chunks(size).collect()),
            streamed_norm_squared,
            streamed_noise,
            penalty_coefficient,
        }
    }

    /// The examples of a step in `order`; `None` is all of them, in any order.
    fn next_batch(&mut self, step: u64) -> Option<Range<usize>> {
        let size = self.sizes()?.size;
        let within = step % self.steps_per_epoch;
        self.turn_to(step / self.steps_per_epoch);
        let start = within as usize * size;
        Some(start..self.examples.min(start + size))
    }

    /// How examples are drawn, if their order matters.
    fn sizes(&self) -> Option<BatchSpec> {
        let all = BatchSpec {
            size: self.examples,
            sampling: Sampling::Shuffled,
        };
        let is_cut = self.gradient.cuts_batches();
        self.batch.or(is_cut.then_some(all))
    }

    /// Has the order of an epoch at hand, if there is one.
    fn turn_to(&mut self, epoch: u64) {
        if let Some(BatchSpec { sampling, .. }) = self.sizes().filter(|_| self.order.0 != epoch) {
            self.order = (epoch, sampling.epoch_order(self.examples, self.seed, epoch));
        }
    }
}
