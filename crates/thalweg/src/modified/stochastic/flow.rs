//! The gradient flow of the modified loss of given minibatches.

use super::StochasticCoefficients;
use crate::flow::{Field, Work};
use crate::objective::{FiniteSum, ObjectiveError};
use crate::vector::add_scaled;

/// θ' = −s∇[E + c‖∇E‖² + c_v V] over given batches, of which E is the mean: with gᵢ = ∇Êᵢ and
/// g = (1/k) Σᵢ gᵢ, θ' = −s(g + 2c_v (1/k) Σᵢ Hᵢgᵢ + 2(c − c_v)Hg).
///
/// A velocity costs a gradient and one or, where c ≠ c_v, two Hessian–vector products of the whole.
#[derive(Clone, Debug)]
pub struct MinibatchFlow<S> {
    sum: S,
    batches: Vec<Vec<usize>>,
    speed: f64,
    coefficients: StochasticCoefficients,
    work: Work,
}

impl<S> MinibatchFlow<S> {
    /// With speed s, 1/(1−β) with momentum and 1 without, in the time nh of n steps. `sum` may be a
    /// `&mut` reference to one; γ is not used.
    pub fn new(
        sum: S,
        batches: Vec<Vec<usize>>,
        speed: f64,
        coefficients: StochasticCoefficients,
    ) -> Self {
        Self {
            sum,
            batches,
            speed,
            coefficients,
            work: Work::default(),
        }
    }
}

impl<S: FiniteSum<f64>> Field for MinibatchFlow<S> {
    fn dimension(&self) -> usize {
        self.sum.parameter_count()
    }

    fn velocity(&mut self, theta: &[f64], velocity: &mut [f64]) -> Result<(), ObjectiveError> {
        self.work.count(0);
        let StochasticCoefficients {
            full_batch,
            batch_variance,
            ..
        } = self.coefficients;
        let weight = 1.0 / self.batches.len() as f64;
        let (mut mean, mut gradient) = (vec![0.0; theta.len()], vec![0.0; theta.len()]);
        let mut product = gradient.clone();
        velocity.fill(0.0);
        if batch_variance != 0.0 {
            self.work.count(1);
        }
        for batch in &self.batches {
            if batch_variance == 0.0 {
                self.sum.minibatch_gradient(batch, theta, &mut gradient)?;
            } else {
                self.sum.minibatch_gradient_and_hessian_gradient(
                    batch,
                    theta,
                    &mut gradient,
                    &mut product,
                )?;
                add_scaled(velocity, 2.0 * batch_variance * weight, &product);
            }
            add_scaled(&mut mean, weight, &gradient);
        }
        let rest = full_batch - batch_variance;
        if rest != 0.0 {
            self.work.count(1);
            for batch in &self.batches {
                let sum = &mut self.sum;
                sum.minibatch_hessian_vector(batch, theta, &mean, &mut product)?;
                add_scaled(velocity, 2.0 * rest * weight, &product);
            }
        }
        for (velocity, gradient) in velocity.iter_mut().zip(&mean) {
            *velocity = -self.speed * (*velocity + gradient);
        }
        Ok(())
    }

    fn work(&self) -> Work {
        self.work
    }
}
