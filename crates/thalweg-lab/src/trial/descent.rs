//! One step of a trial: which examples it sees, whose gradient it follows, what moves θ.

use std::ops::Range;

use thalweg::Threads;
use thalweg::objective::Supervised;
use thalweg::optimizer::{
    Analysis, LastBatch, Optimizer, OptimizerError, Sampling, State, steps_per_epoch,
};
use thalweg::probe::{Course, Quantity};

use super::clipping::Clipping;
use super::decay::{self, Decay};
use super::penalty::{PenalisedGradient, See};
use super::rate::Rate;
use super::streaming::Streaming;
use super::{TrialError, optimizer};
use crate::record::StreamedSums;
use crate::spec::{BatchSpec, TrialSpec};
use crate::store::Storable;

/// What takes the steps of a trial.
pub(super) struct Descent<T> {
    /// The method at one rate, and that rate: made again where the rate of a step is another. What a
    /// method remembers does not depend on it.
    optimizer: (f64, Box<dyn Optimizer<T>>),
    spec: TrialSpec,
    rate: Rate,
    gradient: PenalisedGradient<T>,
    decay: Decay<T>,
    clipping: Clipping,
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
    ) -> Result<Self, TrialError> {
        let batch = spec.optimizer.batch;
        let steps_per_epoch = steps_of(batch, examples)?;
        let rate = Rate::new(spec, steps_per_epoch)?;
        let first = rate.positive_at(0);
        let optimizer = optimizer::build(&spec.optimizer, first)?;
        let implicit = optimizer.implicit_coefficient();
        let measured = spec.probes.iter().flat_map(|probe| probe.measured());
        let streams = measured.into_iter().any(Quantity::is_streamed);
        let streaming = batch
            .filter(|_| streams)
            .map(|batch| Streaming::new(batch, examples, steps_per_epoch, parameters, threads));
        Ok(Self {
            gradient: PenalisedGradient::new(spec.regularizer.as_ref(), implicit, threads),
            optimizer: (first, optimizer),
            spec: spec.clone(),
            rate,
            decay: Decay::new(spec.weight_decay),
            clipping: Clipping::new(spec.optimizer.clip_norm, threads),
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

    /// The rate of each step.
    pub(super) fn rate(&self) -> Rate {
        self.rate
    }

    /// Whether a gradient was clipped since this was last asked.
    pub(super) fn has_clipped(&mut self) -> bool {
        self.clipping.take()
    }

    /// The state before the first step from `theta`.
    pub(super) fn start(&self, theta: Vec<T>) -> State<T> {
        self.optimizer.1.start(theta)
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
    ) -> Result<State<T>, TrialError> {
        self.take_rate(step)?;
        let range = self.next_batch(step);
        let batch = range.map(|range| &self.order.1[range]);
        self.decay.before(&state.theta);
        let gradient_of = &mut self.gradient;
        let (decay, clipping) = (&self.decay, &mut self.clipping);
        let mut streaming = self.streaming.as_mut();
        if let Some(streaming) = &mut streaming {
            streaming.turn(step, sums);
        }
        let seen = batch.unwrap_or_default();
        let mut gradient_at = |theta: &[T], gradient: &mut [T]| {
            let looking = streaming.take().filter(|one| one.looks_at(step, seen));
            let mut see = looking.map(|one| |gradient: &[T]| one.see(step, gradient, sums));
            let see = see.as_mut().map(|see| see as &mut See<'_, T>);
            let loss = gradient_of.at(training, batch, decay, theta, gradient, see)?;
            decay.add(theta, gradient);
            clipping.apply(gradient);
            Ok(loss)
        };
        let mut state = self.optimizer.1.step(state, &mut gradient_at)?;
        self.decay.after(&mut state.theta, self.optimizer.0);
        Ok(state)
    }

    /// Makes the method, and a penalty that is a multiple of its implicit term, again if the rate of
    /// the step is another.
    fn take_rate(&mut self, step: u64) -> Result<(), OptimizerError> {
        let rate = self.rate.positive_at(step);
        if rate != self.optimizer.0 {
            self.optimizer = (rate, optimizer::build(&self.spec.optimizer, rate)?);
            let implicit = self.optimizer.1.implicit_coefficient();
            self.gradient.set(self.spec.regularizer.as_ref(), implicit);
        }
        Ok(())
    }

    /// What is known after `step` steps, whatever θ they led to, at the rate of step number
    /// `following`.
    pub(super) fn course(
        &mut self,
        (step, following): (u64, u64),
        sums: &StreamedSums,
        parameters: usize,
    ) -> Result<Course<'_>, OptimizerError> {
        self.take_rate(following)?;
        let analysis = Analysis {
            learning_rate: Some(self.rate.at(following)),
            ..decay::analysis(self.optimizer.1.analysis(), &self.spec)
        };
        let streaming = self.streaming.as_ref();
        let (streamed_norm_squared, streamed_noise) =
            streaming.map_or((None, None), |one| one.estimates(step, sums));
        let penalty_coefficient = self.gradient.of_squared_norm(parameters);
        let (batch, examples) = (self.batch, self.examples);
        let whole = self.steps_per_epoch as usize;
        self.turn_to(step / self.steps_per_epoch);
        Ok(Course {
            analysis,
            minibatch_coefficients: batch
                .and_then(|_| self.spec.optimizer.epoch(examples).coefficients(&analysis)),
            minibatches: batch.map_or_else(Vec::new, |batch| {
                self.order.1.chunks(batch.size).take(whole).collect()
            }),
            streamed_norm_squared,
            streamed_noise,
            penalty_coefficient,
        })
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
            last_batch: LastBatch::Keep,
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

/// The steps of an epoch: one if a step sees everything.
fn steps_of(batch: Option<BatchSpec>, examples: usize) -> Result<u64, TrialError> {
    let Some(batch) = batch else { return Ok(1) };
    match steps_per_epoch(examples, batch.size, batch.last_batch) {
        0 => Err(TrialError::NoBatch {
            batch_size: batch.size,
            examples,
        }),
        steps => Ok(steps),
    }
}
