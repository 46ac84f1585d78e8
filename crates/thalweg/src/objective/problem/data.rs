//! Generic data for regression problems, drawn from a seed.

use rand_distr::{Distribution, StandardNormal};

use super::ProblemError;
use super::error::{check_elements, check_least};
use crate::random::{Purpose, stream};

/// N examples of p features, each with a number to predict.
#[derive(Clone, Debug, PartialEq)]
pub struct RegressionData {
    pub(super) features: usize,
    pub(super) inputs: Vec<f64>,
    pub(super) targets: Vec<f64>,
}

impl RegressionData {
    /// Of given arrays.
    ///
    /// # Errors
    /// If there are no examples or features, or X is not N × p.
    pub fn new(features: usize, inputs: Vec<f64>, targets: Vec<f64>) -> Result<Self, ProblemError> {
        check_least("the number of features", features, 1)?;
        check_least("the number of examples", targets.len(), 1)?;
        check_elements("X", inputs.len(), targets.len() * features)?;
        Ok(Self {
            features,
            inputs,
            targets,
        })
    }

    /// y = Xw + `noise`·ξ for planted `weights` w, with X and ξ standard normal and independent.
    ///
    /// # Errors
    /// If there are no examples or weights.
    pub fn planted(
        seed: u64,
        examples: usize,
        weights: &[f64],
        noise: f64,
    ) -> Result<Self, ProblemError> {
        let features = weights.len();
        let inputs = normal(seed, 0, examples * features);
        let errors = normal(seed, 1, examples);
        let row = |index: usize| &inputs[index * features..(index + 1) * features];
        let target = |index: usize| crate::vector::dot(row(index), weights) + noise * errors[index];
        let targets = (0..examples).map(target).collect();
        Self::new(features, inputs, targets)
    }

    /// N.
    #[must_use]
    pub fn examples(&self) -> usize {
        self.targets.len()
    }

    /// p.
    #[must_use]
    pub fn features(&self) -> usize {
        self.features
    }

    /// X, N × p, a row an example.
    #[must_use]
    pub fn inputs(&self) -> &[f64] {
        &self.inputs
    }

    /// y, N.
    #[must_use]
    pub fn targets(&self) -> &[f64] {
        &self.targets
    }
}

/// Standard normal numbers; `index` tells draws of one seed apart.
pub(super) fn normal(seed: u64, index: u64, count: usize) -> Vec<f64> {
    let mut random = stream(seed, Purpose::Problem, index);
    (0..count)
        .map(|_| StandardNormal.sample(&mut random))
        .collect()
}
