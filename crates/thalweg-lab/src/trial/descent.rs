//! One step of a trial: which examples it sees, whose gradient it follows, what moves θ.

use std::ops::Range;

use thalweg::Threads;
use thalweg::objective::{FiniteSum, Gradient, Minibatch, Supervised};
use thalweg::optimizer::{Optimizer, OptimizerError, State, steps_per_epoch};
use thalweg::regularizer::{GradientPenalty, Scratch};

use super::clipping::Clipping;
use super::decay::Decay;
use super::rate::Rate;
use super::{TrialError, optimizer};
use crate::spec::{BatchSpec, OptimizerSpec, TrialSpec};
use crate::store::Storable;

/// What takes the steps of a trial.
pub(super) struct Descent<T> {
    /// The method at one rate, and that rate: made again where the rate of a step is another. What a
    /// method remembers does not depend on it.
    optimizer: (f64, Box<dyn Optimizer<T>>),
    spec: OptimizerSpec,
    rate: Rate,
    decay: Decay<T>,
    clipping: Clipping,
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
    ) -> Result<Self, TrialError> {
        let batch = spec.optimizer.batch;
        let steps_per_epoch = steps_of(batch, examples)?;
        let rate = Rate::new(spec, steps_per_epoch)?;
        let first = rate.positive_at(0);
        Ok(Self {
            optimizer: (first, optimizer::build(&spec.optimizer, first)?),
            spec: spec.optimizer,
            rate,
            decay: Decay::new(spec.weight_decay),
            clipping: Clipping::new(spec.optimizer.clip_norm, threads),
            penalty: spec.regularizer.as_ref().map(|penalty| GradientPenalty {
                coefficient: penalty.coefficient,
                normalisation: penalty.normalisation,
                derivative: penalty.derivative,
                epsilon: penalty.epsilon,
            }),
            steps_per_epoch,
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

    /// The state after step number `step`, counted from 0. All gradients of the step are those of
    /// the same examples.
    pub(super) fn step(
        &mut self,
        step: u64,
        state: State<T>,
        training: &mut Supervised<T>,
    ) -> Result<State<T>, TrialError> {
        self.take_rate(step)?;
        let range = self.next_batch(step, training.examples());
        let batch = range.map(|range| &self.order.1[range]);
        let (penalty, scratch) = (&self.penalty, &mut self.scratch);
        self.decay.before(&state.theta);
        let (decay, clipping) = (&self.decay, &mut self.clipping);
        let mut gradient_at = |theta: &[T], gradient: &mut [T]| {
            let loss = match (penalty, batch) {
                (None, None) => training.gradient(theta, gradient)?,
                (None, Some(batch)) => training.minibatch_gradient(batch, theta, gradient)?,
                (Some(penalty), None) => {
                    decay.penalised(penalty, training, theta, gradient, scratch)?
                }
                (Some(penalty), Some(batch)) => {
                    let mut batch = Minibatch::new(training, batch);
                    decay.penalised(penalty, &mut batch, theta, gradient, scratch)?
                }
            };
            decay.add(theta, gradient);
            clipping.apply(gradient);
            Ok(loss)
        };
        let mut state = self.optimizer.1.step(state, &mut gradient_at)?;
        self.decay.after(&mut state.theta, self.optimizer.0);
        Ok(state)
    }

    /// Makes the method again if the rate of the step is another.
    fn take_rate(&mut self, step: u64) -> Result<(), OptimizerError> {
        let rate = self.rate.positive_at(step);
        if rate != self.optimizer.0 {
            self.optimizer = (rate, optimizer::build(&self.spec, rate)?);
        }
        Ok(())
    }

    /// The examples of a step in `order`; `None` is all of them.
    fn next_batch(&mut self, step: u64, examples: usize) -> Option<Range<usize>> {
        let BatchSpec { size, sampling, .. } = self.batch?;
        let (epoch, within) = (step / self.steps_per_epoch, step % self.steps_per_epoch);
        if self.order.0 != epoch {
            self.order = (epoch, sampling.epoch_order(examples, self.seed, epoch));
        }
        let start = within as usize * size;
        Some(start..examples.min(start + size))
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
