//! Whose gradient a step follows.

use std::num::NonZeroUsize;

use thalweg::Threads;
use thalweg::modified::stochastic::BatchPenalty;
use thalweg::objective::{
    FiniteSum, Gradient, Minibatch, ObjectiveError, Supervised, WeightDecayed,
};
use thalweg::regularizer::{GradientPenalty, MicroBatchPenalty, Normalisation, Scratch};
use thalweg::vector::{add_scaled, norm_squared};

use super::decay::Decay;
use crate::spec::{RegularizerSpec, Strength};
use crate::store::Storable;

impl RegularizerSpec {
    /// The penalty on each gradient it is about; `implicit_coefficient` is that of the method, for a
    /// multiple of it.
    #[must_use]
    pub fn penalty(&self, implicit_coefficient: Option<f64>) -> GradientPenalty {
        let (coefficient, normalisation) = match self.strength {
            Strength::Penalty {
                coefficient,
                normalisation,
            } => (coefficient, normalisation),
            Strength::ImplicitMultiple { multiplier } => (
                multiplier * implicit_coefficient.unwrap_or(0.0),
                Normalisation::SquaredNorm,
            ),
        };
        GradientPenalty {
            coefficient,
            normalisation,
            derivative: self.derivative,
            epsilon: self.epsilon,
        }
    }

    /// The same cut into micro-batches, if it is.
    #[must_use]
    pub fn micro_batch_penalty(
        &self,
        implicit_coefficient: Option<f64>,
    ) -> Option<MicroBatchPenalty> {
        let parts = self.micro_batches?;
        let of_each = self.penalty(implicit_coefficient);
        let whole = GradientPenalty {
            coefficient: parts.whole_batch_coefficient,
            ..of_each
        };
        Some(MicroBatchPenalty {
            size: NonZeroUsize::new(parts.size)?,
            of_each,
            of_whole_batch: (whole.coefficient != 0.0).then_some(whole),
        })
    }

    /// What it adds to the loss of each batch, in multiples of squared norms, for a network of so many
    /// parameters.
    #[must_use]
    pub fn batch_penalty(
        &self,
        implicit_coefficient: Option<f64>,
        parameters: usize,
    ) -> BatchPenalty {
        let of = |penalty: GradientPenalty| penalty.of_squared_norm(parameters);
        match self.micro_batch_penalty(implicit_coefficient) {
            None => BatchPenalty {
                coefficient: of(self.penalty(implicit_coefficient)),
                ..BatchPenalty::default()
            },
            Some(parts) => BatchPenalty {
                coefficient: of(parts.of_each),
                micro_batch_size: Some(parts.size.get()),
                whole_batch_coefficient: parts.of_whole_batch.map_or(0.0, of),
            },
        }
    }
}

/// What looks at a gradient.
pub(super) type See<'a, T> = dyn FnMut(&[T]) + 'a;

/// What is added to the loss of a step's batch.
#[derive(Clone, Copy, Debug)]
enum Penalty {
    None,
    Batch(GradientPenalty),
    MicroBatches(MicroBatchPenalty),
}

/// The gradient of a step's batch with what is added to it.
pub(super) struct PenalisedGradient<T> {
    penalty: Penalty,
    scratch: Scratch<T>,
}

impl<T: Storable> PenalisedGradient<T> {
    pub(super) fn new(
        spec: Option<&RegularizerSpec>,
        implicit_coefficient: Option<f64>,
        threads: &Threads,
    ) -> Self {
        let mut gradient = Self {
            penalty: Penalty::None,
            scratch: Scratch::new(threads.clone()),
        };
        gradient.set(spec, implicit_coefficient);
        gradient
    }

    /// Takes another implicit coefficient, where the learning rate has changed.
    pub(super) fn set(
        &mut self,
        spec: Option<&RegularizerSpec>,
        implicit_coefficient: Option<f64>,
    ) {
        let parts = spec.and_then(|spec| spec.micro_batch_penalty(implicit_coefficient));
        self.penalty = match (spec, parts) {
            (None, _) => Penalty::None,
            (_, Some(parts)) => Penalty::MicroBatches(parts),
            (Some(spec), None) => Penalty::Batch(spec.penalty(implicit_coefficient)),
        };
    }

    /// What is added as a coefficient of the squared norm of m parameters' gradient: of the batch, or
    /// of its micro-batches with what is added for the whole.
    pub(super) fn of_squared_norm(&self, parameters: usize) -> f64 {
        let of = |penalty: GradientPenalty| penalty.of_squared_norm(parameters);
        match self.penalty {
            Penalty::None => 0.0,
            Penalty::Batch(penalty) => of(penalty),
            Penalty::MicroBatches(parts) => {
                of(parts.of_each) + parts.of_whole_batch.map_or(0.0, of)
            }
        }
    }

    /// Whether a step needs to know which examples it sees, even if it sees all.
    pub(super) fn cuts_batches(&self) -> bool {
        matches!(self.penalty, Penalty::MicroBatches(_))
    }

    /// Writes the gradient over `batch`, of all examples if `None`, and returns the loss without
    /// the penalty. Shows `see` the gradient without the penalty. Weight decay that is part of the
    /// penalty is in the gradient, and in neither of the others.
    pub(super) fn at(
        &mut self,
        training: &mut Supervised<T>,
        batch: Option<&[usize]>,
        decay: &Decay<T>,
        theta: &[T],
        gradient: &mut [T],
        see: Option<&mut See<'_, T>>,
    ) -> Result<f64, ObjectiveError> {
        let scratch = &mut self.scratch;
        scratch.keep_unpenalised(see.is_some());
        let loss = match (self.penalty, batch) {
            (Penalty::None, None) => training.gradient(theta, gradient),
            (Penalty::None, Some(batch)) => training.minibatch_gradient(batch, theta, gradient),
            (Penalty::Batch(penalty), None) => match decay.in_penalty() {
                None => penalty.gradient(training, theta, gradient, scratch),
                Some(w) => {
                    let mut decayed = WeightDecayed::new(training, w);
                    penalty.gradient(&mut decayed, theta, gradient, scratch)
                }
            }
            .map(|seen| seen.loss),
            (Penalty::Batch(penalty), Some(batch)) => {
                let mut batch = Minibatch::new(training, batch);
                match decay.in_penalty() {
                    None => penalty.gradient(&mut batch, theta, gradient, scratch),
                    Some(w) => {
                        let mut decayed = WeightDecayed::new(&mut batch, w);
                        penalty.gradient(&mut decayed, theta, gradient, scratch)
                    }
                }
                .map(|seen| seen.loss)
            }
            (Penalty::MicroBatches(penalty), batch) => {
                let batch = batch.unwrap_or_default();
                match decay.in_penalty() {
                    None => penalty.gradient(training, batch, theta, gradient, scratch),
                    Some(w) => {
                        let mut decayed = WeightDecayed::new(training, w);
                        penalty.gradient(&mut decayed, batch, theta, gradient, scratch)
                    }
                }
                .map(|seen| seen.loss)
            }
        }?;
        if let Some(see) = see {
            let alone = scratch.unpenalised().unwrap_or_default();
            match (self.penalty, decay.in_penalty()) {
                (Penalty::None, _) => see(gradient),
                (_, None) => see(alone),
                (_, Some(w)) => {
                    let mut alone = alone.to_vec();
                    add_scaled(&mut alone, -w, theta);
                    see(&alone);
                }
            }
        }
        Ok(loss
            - decay
                .in_penalty()
                .map_or(0.0, |w| 0.5 * w * norm_squared(theta)))
    }
}
