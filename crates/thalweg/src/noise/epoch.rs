//! The minibatches of an epoch.

use thalweg_cpu::{Element, Threads, vector};

use super::estimate::{Estimate, NoiseError};
use crate::objective::FiniteSum;
use crate::vector::{dot, norm_squared};

/// What the gradients of minibatches say about ‖∇E‖² and about the regulariser of SGD.
///
/// The two estimators differ in what they estimate, not only in how well:
/// [`Self::minibatch_norm_squared`] contains the variance that shuffled SGD penalises,
/// [`Self::half_batch_product`] does not.
#[derive(Clone, Debug, PartialEq)]
pub struct EpochNoise {
    /// The mean loss of the minibatches, weighted by their sizes.
    pub loss: f64,
    /// ‖∇Êᵢ‖² of each minibatch.
    pub square_norms: Vec<f64>,
    /// ∇Ê_a·∇Ê_b of the two halves of each minibatch of two examples or more.
    pub half_products: Vec<f64>,
}

impl EpochNoise {
    /// Measures on `batches` in one pass over them, at the cost of a gradient of each, and writes
    /// the mean of their gradients, weighted by size, to `gradient`: ∇E if they are an epoch.
    ///
    /// A minibatch's halves are its first ⌊B/2⌋ examples and the rest.
    ///
    /// # Errors
    /// Those of the objective.
    pub fn measure<T: Element, O: FiniteSum<T>, B: AsRef<[usize]>>(
        objective: &mut O,
        batches: &[B],
        theta: &[T],
        gradient: &mut [T],
    ) -> Result<Self, NoiseError> {
        let total: usize = batches.iter().map(|batch| batch.as_ref().len()).sum();
        let (mut first, mut second) = (vec![T::ZERO; theta.len()], vec![T::ZERO; theta.len()]);
        let mut seen = Self {
            loss: 0.0,
            square_norms: Vec::with_capacity(batches.len()),
            half_products: Vec::with_capacity(batches.len()),
        };
        gradient.fill(T::ZERO);
        for batch in batches.iter().map(AsRef::as_ref) {
            let weight = batch.len() as f64 / total as f64;
            let (a, b) = batch.split_at(batch.len() / 2);
            let mut loss = objective.minibatch_gradient(b, theta, &mut second)?;
            if !a.is_empty() {
                let share = a.len() as f64 / batch.len() as f64;
                let other = objective.minibatch_gradient(a, theta, &mut first)?;
                loss += share * (other - loss);
                seen.half_products.push(dot(&first, &second));
                vector::move_towards(&mut second, share, &first, &Threads::one());
            }
            seen.square_norms.push(norm_squared(&second));
            seen.loss += weight * loss;
            crate::vector::add_scaled(gradient, weight, &second);
        }
        Ok(seen)
    }

    /// The mean of ‖∇Êᵢ‖²: over the minibatches of an epoch the regulariser of shuffled SGD itself,
    /// (1/k) Σᵢ ‖∇Êᵢ‖²; over some of them an estimate of it, whose expectation is
    /// ‖∇E‖² + ((N−B)/(N−1)) Γ/B. The standard error is that of drawn minibatches.
    ///
    /// # Errors
    /// Without minibatches.
    pub fn minibatch_norm_squared(&self) -> Result<Estimate, NoiseError> {
        let quantity = "the mean squared norm of minibatch gradients";
        Estimate::mean_of(&self.square_norms, quantity, "minibatches")
    }

    /// The mean of ∇Ê_a·∇Ê_b over pairs of halves, an estimate of ‖∇E‖² without the variance term:
    /// unbiased for independent halves; if they are drawn together without replacement from N
    /// examples, its expectation is ‖∇E‖² − Γ/(N−1).
    ///
    /// # Errors
    /// Without a minibatch of two examples or more.
    pub fn half_batch_product(&self) -> Result<Estimate, NoiseError> {
        let quantity = "the product of half-batch gradients";
        let what = "minibatches of two examples or more";
        Estimate::mean_of(&self.half_products, quantity, what)
    }
}
