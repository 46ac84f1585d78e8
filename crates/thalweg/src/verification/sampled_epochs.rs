//! Epochs of more minibatches than have few orders, by sampling.

use super::{VerificationError, follow};
use crate::modified::stochastic::{Epoch, MinibatchFlow, StochasticCoefficients};
use crate::objective::FiniteSum;
use crate::optimizer::{Analysed, GradientDescent, LastBatch, Optimizer, Sampling};
use crate::vector::{add_scaled, dot, norm_squared};

/// Epochs of SGD over given batches, as many as are sampled.
#[derive(Clone, Debug, PartialEq)]
pub struct SampledEpochs {
    /// The batches, at least 2.
    pub batches: Vec<Vec<usize>>,
    /// How an epoch takes them: shuffled, or as many draws with replacement.
    pub sampling: Sampling,
    /// h.
    pub learning_rate: f64,
    /// How many epochs, at least 2, each from the same start.
    pub epochs: u64,
    /// What the orders are drawn from.
    pub seed: u64,
}

/// Where the sampled mean lies between the flow of Ẽ_GD, at 0, and that of Ẽ_SGD, at 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VarianceShare {
    /// The mean.
    pub share: f64,
    /// Its standard error.
    pub standard_error: f64,
}

impl VarianceShare {
    /// How many standard errors the share is above a `claimed` one.
    #[must_use]
    pub fn deviation(self, claimed: f64) -> f64 {
        (self.share - claimed) / self.standard_error
    }
}

impl SampledEpochs {
    /// s = u·(θ̄ − θ_GD)/‖u‖² with u = θ_SGD − θ_GD: θ̄ is the mean of the epochs, θ_GD and θ_SGD are
    /// where the flows of Ẽ_GD and Ẽ_SGD are after them. To O(kh) s is 1 if the mean follows Ẽ_SGD and 0
    /// if it follows Ẽ_GD: with replacement it is 0 (Smith et al. 2021, arXiv 2101.12176).
    ///
    /// From each epoch −h Σ (∇Ê_{i_t} − ∇E) at the start is taken away. It has the mean 0, is 0 for
    /// shuffled epochs, and with replacement would hide everything else.
    ///
    /// Costs k gradients of batches an epoch, and two flows.
    ///
    /// # Errors
    /// If there are fewer than 2 batches or epochs, h is no learning rate, the flows are not followed
    /// to their end or do not part, and those of the objective.
    pub fn measure(
        &self,
        sum: &mut dyn FiniteSum<f64>,
        start: &[f64],
    ) -> Result<VarianceShare, VerificationError> {
        let count = self.batches.len();
        let at_least_2 = |name, value| VerificationError::Setting {
            name,
            value,
            bound: "at least 2",
        };
        if count < 2 {
            return Err(at_least_2("the number of batches", count as f64));
        }
        if self.epochs < 2 {
            return Err(at_least_2("the number of epochs", self.epochs as f64));
        }
        let end = self.flow(sum, start, Sampling::WithReplacement)?;
        let mut apart = self.flow(sum, start, Sampling::Shuffled)?;
        add_scaled(&mut apart, -1.0, &end);
        let gradients = self.gradients(sum, start)?;
        let mut shares = Vec::new();
        for epoch in 0..self.epochs {
            let order = self.sampling.epoch_order(count, self.seed, epoch);
            let mut theta = self.epoch(sum, start, &order)?;
            for batch in order {
                add_scaled(&mut theta, self.learning_rate, &gradients[batch]);
            }
            add_scaled(&mut theta, -1.0, &end);
            shares.push(dot(&theta, &apart) / norm_squared(&apart));
        }
        let n = shares.len() as f64;
        let share = shares.iter().sum::<f64>() / n;
        let squares: f64 = shares.iter().map(|one| (one - share).powi(2)).sum();
        Ok(VarianceShare {
            share,
            standard_error: (squares / (n * (n - 1.0))).sqrt(),
        })
    }

    /// ∇Êᵢ − ∇E of each batch at the start.
    fn gradients(
        &self,
        sum: &mut dyn FiniteSum<f64>,
        start: &[f64],
    ) -> Result<Vec<Vec<f64>>, VerificationError> {
        let mut gradients = vec![vec![0.0; start.len()]; self.batches.len()];
        let mut mean = vec![0.0; start.len()];
        for (batch, gradient) in self.batches.iter().zip(&mut gradients) {
            sum.minibatch_gradient(batch, start, gradient)?;
            add_scaled(&mut mean, 1.0 / self.batches.len() as f64, gradient);
        }
        for gradient in &mut gradients {
            add_scaled(gradient, -1.0, &mean);
        }
        Ok(gradients)
    }

    fn epoch(
        &self,
        sum: &mut dyn FiniteSum<f64>,
        start: &[f64],
        order: &[usize],
    ) -> Result<Vec<f64>, VerificationError> {
        let method = GradientDescent::new(self.learning_rate)?;
        let mut state = method.start(start.to_vec());
        for batch in order {
            state = method.step(state, &mut |theta, gradient| {
                sum.minibatch_gradient(&self.batches[*batch], theta, gradient)
            })?;
        }
        Ok(state.theta)
    }

    /// Where the flow of the modified loss of a way of sampling is after an epoch.
    fn flow(
        &self,
        sum: &mut dyn FiniteSum<f64>,
        start: &[f64],
        sampling: Sampling,
    ) -> Result<Vec<f64>, VerificationError> {
        let count = self.batches.len();
        let epoch = Epoch {
            examples: count,
            batch_size: 1,
            last_batch: LastBatch::Keep,
            sampling,
        };
        let analysis = GradientDescent::new(self.learning_rate)?.analysis();
        let coefficients: StochasticCoefficients =
            epoch.coefficients(&analysis).unwrap_or_default();
        let mut flow = MinibatchFlow::new(sum, self.batches.clone(), 1.0, coefficients);
        let time = self.learning_rate * count as f64;
        let (end, outcome) = follow(&mut flow, start, time)?;
        match outcome.reached_end() {
            true => Ok(end),
            false => Err(VerificationError::Setting {
                name: "the learning rate",
                value: self.learning_rate,
                bound: "small enough for the flows to be followed over an epoch",
            }),
        }
    }
}
