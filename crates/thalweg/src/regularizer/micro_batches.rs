//! The penalty of small batches carried by a large one.

use std::num::NonZeroUsize;

use thalweg_cpu::{Element, vector};

use super::{GradientPenalty, Penalised, Scratch};
use crate::objective::{FiniteSum, Minibatch, ObjectiveError};

/// A penalty on the gradients of the parts of a batch: with the batch cut into micro-batches b of at
/// most so many examples and w_b the share of the batch in each,
///
/// Σ_b w_b (Ê_b + μ‖∇Ê_b‖²), and if `whole_batch` is there with its own μ′, + μ′‖Σ_b w_b ∇Ê_b‖².
///
/// It is what gradient accumulation computes if each part is penalised before it is added. Over
/// random batches of B of N examples, cut into parts of b, its mean is
/// E + (μ + μ′)‖∇E‖² + (μφ(b) + μ′φ(B))Γ with φ(n) = (N − n)/((N − 1)n): a large batch carries the
/// variance term of a small one, and the two coefficients together give any two strengths of the
/// full-batch and the variance term (Smith et al. 2021, section 2; Geiping et al. 2022, arXiv
/// 2109.14119; Novack et al. 2023, arXiv 2211.15853).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MicroBatchPenalty {
    /// b, the examples of a micro-batch; the last one of a batch may have fewer.
    pub size: NonZeroUsize,
    /// The penalty on the gradient of each micro-batch.
    pub of_each: GradientPenalty,
    /// A penalty on the gradient of the whole batch besides.
    pub of_whole_batch: Option<GradientPenalty>,
}

impl MicroBatchPenalty {
    /// Writes the gradient of the penalised batch, Σ_b w_b (g_b + c·H_b g_b) and what the whole batch
    /// adds, to `gradient`. The squared norm it returns is Σ_b w_b ‖∇Ê_b‖².
    ///
    /// Costs in gradients of the batch: exact 3, one-sided differences 2, central differences 3; as
    /// many again for a penalty of the whole batch.
    ///
    /// # Errors
    /// Those of the objective.
    pub fn gradient<T: Element, O: FiniteSum<T>>(
        &self,
        objective: &mut O,
        batch: &[usize],
        theta: &[T],
        gradient: &mut [T],
        scratch: &mut Scratch<T>,
    ) -> Result<Penalised, ObjectiveError> {
        let keeps = scratch.unpenalised().is_some();
        let mut part = std::mem::take(&mut scratch.part);
        let mut sum = std::mem::take(&mut scratch.sum);
        part.resize(theta.len(), T::ZERO);
        sum.clear();
        sum.resize(if keeps { theta.len() } else { 0 }, T::ZERO);
        let mut mean = Penalised {
            loss: 0.0,
            gradient_norm_squared: 0.0,
        };
        gradient.fill(T::ZERO);
        for examples in batch.chunks(self.size.get()) {
            let share = examples.len() as f64 / batch.len() as f64;
            let mut own = Minibatch::new(objective, examples);
            let seen = self.of_each.gradient(&mut own, theta, &mut part, scratch)?;
            mean.loss += share * seen.loss;
            mean.gradient_norm_squared += share * seen.gradient_norm_squared;
            vector::add_scaled(gradient, share, &part, scratch.threads());
            if let Some(own) = scratch.unpenalised() {
                vector::add_scaled(&mut sum, share, own, scratch.threads());
            }
        }
        if let Some(penalty) = &self.of_whole_batch {
            scratch.keep_unpenalised(true);
            let mut whole = Minibatch::new(objective, batch);
            penalty.gradient(&mut whole, theta, &mut part, scratch)?;
            let alone = scratch.unpenalised().unwrap_or_default();
            vector::add_scaled_difference(gradient, 1.0, &part, alone, scratch.threads());
            scratch.keep_unpenalised(keeps);
        }
        scratch.part = part;
        match keeps {
            true => scratch.keep_sum(sum),
            false => scratch.sum = sum,
        }
        Ok(mean)
    }
}
