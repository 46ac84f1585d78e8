//! What another learning rate or batch size would make of the same θ.

use thalweg::Named;
use thalweg::modified::stochastic::Epoch;
use thalweg::optimizer::{LastBatch, Optimizer, Sampling};

use super::AuditError;
use super::numbers::Sources;
use crate::spec::OptimizerSpec;
use crate::trial::{build_optimizer, with_weight_decay};

/// A change of one setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// None.
    AsItIs,
    /// 2h.
    RateDoubled,
    /// h/2.
    RateHalved,
    /// 2B.
    BatchDoubled,
    /// B/2.
    BatchHalved,
}

impl Named for Change {
    const NAMES: &'static [(&'static str, Self)] = &[
        ("as_it_is", Self::AsItIs),
        ("rate_doubled", Self::RateDoubled),
        ("rate_halved", Self::RateHalved),
        ("batch_doubled", Self::BatchDoubled),
        ("batch_halved", Self::BatchHalved),
    ];
}

/// A way of training at the audited θ: what its steps would add to E, and how long they would be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scenario {
    /// What is changed.
    pub change: Change,
    /// h.
    pub learning_rate: f64,
    /// B.
    pub batch_size: usize,
    /// Whether a step sees all examples.
    pub sees_all: bool,
    /// What its steps add to E, if that is a loss.
    pub terms: Option<Terms>,
    /// λ_max over the largest stable curvature, if that decides.
    pub stability: Option<f64>,
    /// h_e·λ_max.
    pub step_length: Option<f64>,
    /// k·h_e·λ_max.
    pub epoch_length: Option<f64>,
}

/// The terms of a modified loss E + c‖∇E‖² + γΓ.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Terms {
    /// c‖∇E‖².
    pub full_batch: f64,
    /// γΓ.
    pub variance: f64,
    /// (c‖∇E‖² + γΓ)/Ẽ; undefined (NaN) where Ẽ is 0.
    pub share: f64,
}

impl Terms {
    /// Both.
    #[must_use]
    pub fn penalty(&self) -> f64 {
        self.full_batch + self.variance
    }
}

/// The present setting and every change that there is.
pub(super) fn all(sources: &Sources<'_>) -> Result<Vec<Scenario>, AuditError> {
    let all = Change::NAMES.iter();
    let all = all.filter_map(|(_, change)| sources.scenario(*change).transpose());
    all.collect()
}

impl Sources<'_> {
    /// `None` if nothing is changed by it, since B is already all examples or one.
    fn scenario(&self, change: Change) -> Result<Option<Scenario>, AuditError> {
        let spec = &self.subject.spec;
        let examples = self.measured.noise.examples;
        let rate = self.standing.analysis.learning_rate;
        let mut learning_rate = rate.unwrap_or(spec.optimizer.learning_rate);
        let mut epoch = self.present_epoch(examples);
        match change {
            Change::AsItIs => {}
            Change::RateDoubled => learning_rate *= 2.0,
            Change::RateHalved => learning_rate /= 2.0,
            Change::BatchDoubled if epoch.batch_size >= examples => return Ok(None),
            Change::BatchDoubled => epoch.batch_size = (2 * epoch.batch_size).min(examples),
            Change::BatchHalved if epoch.batch_size < 2 => return Ok(None),
            Change::BatchHalved => epoch.batch_size /= 2,
        }
        let optimizer = OptimizerSpec {
            learning_rate,
            ..spec.optimizer
        };
        // A schedule may have come to 0, of which no method is made.
        let positive = learning_rate.max(f64::MIN_POSITIVE);
        let built: Box<dyn Optimizer<f64>> = build_optimizer(&optimizer, positive)?;
        let analysis = with_weight_decay(built.analysis(), spec);
        let curvature = self.measured.curvature.value + analysis.weight_decay;
        let rate = analysis.effective_learning_rate;
        let coefficients = epoch.coefficients(&analysis);
        let terms = coefficients.map(|both| {
            let both = (both.full_batch, both.gradient_variance);
            let (full_batch, variance) = self.penalties(both);
            let all = self.decayed_loss() + full_batch + variance;
            Terms {
                full_batch,
                variance,
                share: (full_batch + variance) / all,
            }
        });
        let largest = analysis.largest_stable_curvature;
        Ok(Some(Scenario {
            change,
            learning_rate,
            batch_size: epoch.batch_size,
            sees_all: epoch.batch_size >= examples,
            terms,
            stability: largest.map(|largest| curvature / largest),
            step_length: rate.map(|rate| rate * curvature),
            epoch_length: rate.map(|rate| epoch.steps() as f64 * rate * curvature),
        }))
    }

    fn present_epoch(&self, examples: usize) -> Epoch {
        match self.subject.spec.optimizer.batch {
            Some(_) => {
                let epoch = self.subject.spec.optimizer.epoch(examples);
                Epoch {
                    batch_size: epoch.batch_size.min(examples),
                    ..epoch
                }
            }
            None => Epoch {
                examples,
                batch_size: examples,
                last_batch: LastBatch::Keep,
                sampling: Sampling::Shuffled,
            },
        }
    }
}
