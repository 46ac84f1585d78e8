//! What the steps of an epoch have shown of gradients.

use serde::{Deserialize, Serialize};

/// Sums over some minibatches of an epoch, each at the θ that its step started from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct EpochSums {
    /// How many minibatches.
    pub batches: u64,
    /// The sum of their ‖∇Êᵢ‖².
    pub norms_squared: f64,
    /// How many pairs of successive ones.
    pub pairs: u64,
    /// The sum of their ∇Êᵢ·∇Êᵢ₊₁.
    pub products: f64,
}

/// The sums of two epochs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StreamedSums {
    /// Of the epoch that the last step belongs to.
    pub running: EpochSums,
    /// Of the one before.
    pub complete: EpochSums,
}

impl EpochSums {
    /// The mean ‖∇Êᵢ‖², if any was seen.
    #[must_use]
    pub fn mean_norm_squared(&self) -> Option<f64> {
        (self.batches > 0).then(|| self.norms_squared / self.batches as f64)
    }

    /// The mean ∇Êᵢ·∇Êᵢ₊₁, if any was seen.
    #[must_use]
    pub fn mean_product(&self) -> Option<f64> {
        (self.pairs > 0).then(|| self.products / self.pairs as f64)
    }
}
