//! A way of training, and what theory says of it.

use thalweg::Named;
use thalweg::modified::stochastic::{BatchPenalty, Epoch, StochasticCoefficients};
use thalweg::optimizer::{Analysis, Optimizer};

use super::{NoLoss, TransferError};
use crate::spec::{OptimizerSpec, RegularizerSpec};
use crate::trial::build_optimizer;

/// Which of the two a statement is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// What has the regularisation.
    Original,
    /// What is to have it.
    Target,
}

impl Named for Role {
    const NAMES: &'static [(&'static str, Self)] =
        &[("original", Self::Original), ("target", Self::Target)];
}

/// A way of training and its modified loss.
#[derive(Clone, Debug, PartialEq)]
pub struct Side {
    /// What moves θ.
    pub optimizer: OptimizerSpec,
    /// Its epochs.
    pub epoch: Epoch,
    /// h_e.
    pub effective_learning_rate: f64,
    /// The curvature above which steps do not settle, where it is known.
    pub largest_stable_curvature: Option<f64>,
    /// c and γ of its steps.
    pub implicit: StochasticCoefficients,
    /// What is penalised on purpose, in multiples of squared norms.
    pub penalty: BatchPenalty,
    /// c and γ of that.
    pub explicit: StochasticCoefficients,
}

impl Side {
    /// Of an optimizer over so many examples, with a regularizer on a network of so many parameters.
    ///
    /// # Errors
    /// If it has no modified loss of the form E + c‖∇E‖² + γΓ, or batches larger than the data.
    pub fn new(
        role: Role,
        optimizer: &OptimizerSpec,
        regularizer: Option<(&RegularizerSpec, usize)>,
        examples: usize,
    ) -> Result<Self, TransferError> {
        let size = optimizer.batch.map(|batch| batch.size);
        if let Some(size) = size.filter(|size| *size > examples) {
            return Err(TransferError::BatchTooLarge {
                role,
                size,
                examples,
            });
        }
        let built: Box<dyn Optimizer<f64>> = build_optimizer(optimizer, optimizer.learning_rate)?;
        let analysis = built.analysis();
        let epoch = optimizer.epoch(examples);
        let none = |reason| TransferError::NoModifiedLoss { role, reason };
        let implicit = epoch.coefficients(&analysis);
        let implicit = implicit.ok_or_else(|| none(reason(optimizer, epoch, &analysis)))?;
        let rate = analysis.effective_learning_rate;
        let penalty = regularizer.map_or_else(BatchPenalty::default, |(spec, parameters)| {
            spec.batch_penalty(analysis.implicit_coefficient, parameters)
        });
        Ok(Self {
            optimizer: *optimizer,
            epoch,
            effective_learning_rate: rate.unwrap_or(optimizer.learning_rate),
            largest_stable_curvature: analysis.largest_stable_curvature,
            implicit,
            penalty,
            explicit: penalty
                .coefficients(epoch)
                .ok_or_else(|| none(NoLoss::FixedOrder))?,
        })
    }

    /// c and γ of steps and penalty together.
    #[must_use]
    pub fn total(&self) -> StochasticCoefficients {
        self.implicit + self.explicit
    }

    /// k·h_e, the time that an epoch covers.
    #[must_use]
    pub fn epoch_time(&self) -> f64 {
        self.epoch.steps() as f64 * self.effective_learning_rate
    }

    /// Whether each step sees all examples.
    #[must_use]
    pub fn sees_all(&self) -> bool {
        self.epoch.batch_size >= self.epoch.examples
    }
}

fn reason(optimizer: &OptimizerSpec, epoch: Epoch, analysis: &Analysis) -> NoLoss {
    if analysis.implicit_coefficient.is_none() || analysis.memory.is_none() {
        let method = optimizer.method.name();
        return NoLoss::Method { method };
    }
    match epoch.steps() {
        0 => NoLoss::NoSteps,
        _ => NoLoss::FixedOrder,
    }
}
