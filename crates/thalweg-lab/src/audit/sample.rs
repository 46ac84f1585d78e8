//! Standard errors of the training set as a sample of a population.
//!
//! Everything an audit says of E, ‖∇E‖² and Γ is exact over the training examples. As estimates for
//! the population that those are a sample of, at this θ, such numbers scatter: f moves by about
//! (1/N) Σⱼ ψⱼ when the examples are others, where ψⱼ is the influence of example j,
//!
//! - of E: Eⱼ − E,
//! - of ‖∇E + wθ‖²: 2(∇Eⱼ − ∇E)·(∇E + wθ), and of ‖∇E‖² the same with w = 0,
//! - of Γ: ‖∇Eⱼ‖² − mean ‖∇E‖² − 2(∇Eⱼ − ∇E)·∇E,
//!
//! and the standard error is that of the mean of ψ (the infinitesimal jackknife, Efron 1982). Of what
//! is computed from several of them it is that of the same combination of influences. Examples are
//! taken in random groups, whose means of ψ are as good: with G groups a standard error is known to
//! about 1/√(2G) of itself.
//!
//! θ was fitted to these examples. Standard errors at fixed θ do not say what training on other
//! examples would come to.

use thalweg::objective::FiniteSum;
use thalweg::optimizer::Sampling;
use thalweg::vector::dot;

use super::AuditError;

/// The most groups.
const GROUPS: usize = 200;

/// Random groups of examples of nearly equal size.
pub(super) fn groups(examples: usize) -> Vec<Vec<usize>> {
    // The same groups in every audit of the same data.
    let order = Sampling::Shuffled.epoch_order(examples, 0, 0);
    let count = examples.clamp(1, GROUPS);
    let cut = |number: usize| number * examples / count;
    (0..count)
        .map(|group| order[cut(group)..cut(group + 1)].to_vec())
        .collect()
}

/// Something of each of what everything else is computed from: the influence of a group of examples,
/// an error, or the derivative of a number by it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Each {
    /// Of E.
    pub(super) loss: f64,
    /// Of ‖∇E‖².
    pub(super) norm: f64,
    /// Of ‖∇E + wθ‖².
    pub(super) decayed_norm: f64,
    /// Of Γ.
    pub(super) variance: f64,
}

impl Each {
    /// The sum of products.
    pub(super) fn dot(&self, other: &Self) -> f64 {
        self.loss * other.loss
            + self.norm * other.norm
            + self.decayed_norm * other.decayed_norm
            + self.variance * other.variance
    }

    /// All positive.
    pub(super) fn sizes(&self) -> Self {
        Self {
            loss: self.loss.abs(),
            norm: self.norm.abs(),
            decayed_norm: self.decayed_norm.abs(),
            variance: self.variance.abs(),
        }
    }
}

/// The influences of all groups.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Sample {
    /// Each with its share of the examples.
    groups: Vec<(f64, Each)>,
}

impl Sample {
    /// Measures them at the cost of a gradient. `square_norms` are ‖∇Eⱼ‖² of all examples, `gradient`
    /// is ∇E, `decayed` ∇E + wθ.
    pub(super) fn measure<O: FiniteSum<f64>>(
        objective: &mut O,
        theta: &[f64],
        square_norms: &[f64],
        gradient: &[f64],
        decayed: &[f64],
    ) -> Result<Self, AuditError> {
        let examples = square_norms.len();
        let (norm, mixed) = (dot(gradient, gradient), dot(gradient, decayed));
        let mut own = vec![0.0; theta.len()];
        let mut seen = Vec::new();
        for group in groups(examples) {
            let loss = objective.minibatch_gradient(&group, theta, &mut own)?;
            let (count, along) = (group.len() as f64, dot(&own, gradient));
            let squares: f64 = group.iter().map(|example| square_norms[*example]).sum();
            let influence = Each {
                loss,
                norm: 2.0 * (along - norm),
                decayed_norm: 2.0 * (dot(&own, decayed) - mixed),
                variance: squares / count - 2.0 * (along - norm),
            };
            seen.push((count / examples as f64, influence));
        }
        Ok(Self { groups: seen })
    }

    /// The standard error of a number with these derivatives; none of fewer than two groups.
    pub(super) fn standard_error(&self, derivatives: &Each) -> Option<f64> {
        let values = self.groups.iter();
        standard_error(values.map(|(share, one)| (*share, one.dot(derivatives))))
    }
}

/// The standard error of Σ w x over groups with shares w of all examples and means x, whose sum of
/// shares is 1: √(G/(G−1) Σ w²(x − x̄)²); none of fewer than two.
pub(super) fn standard_error(values: impl Iterator<Item = (f64, f64)> + Clone) -> Option<f64> {
    let count = values.clone().count() as f64;
    let mean: f64 = values.clone().map(|(share, value)| share * value).sum();
    let squares = values.map(|(share, value)| (share * (value - mean)).powi(2));
    let error = (squares.sum::<f64>() * count / (count - 1.0)).sqrt();
    (count > 1.0 && error.is_finite()).then_some(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_share_all_examples_evenly() {
        for examples in [1, 7, 200, 201, 1999] {
            let groups = groups(examples);
            let mut all = groups.concat();
            all.sort_unstable();
            assert!(all.into_iter().eq(0..examples));
            let sizes = || groups.iter().map(Vec::len);
            assert!(
                sizes().max().unwrap() - sizes().min().unwrap() <= 1,
                "{examples}"
            );
            assert_eq!(groups.len(), examples.min(200));
        }
    }

    #[test]
    fn of_single_examples_it_is_the_standard_error_of_the_mean() {
        let values = [1.0, 2.0, 4.0, 9.0];
        let shared = values.iter().map(|value| (0.25, *value));
        let found = standard_error(shared).unwrap();
        // Mean 4, squares 9 + 4 + 0 + 25 = 38, variance 38/3.
        assert!(
            (found - (38.0_f64 / 3.0 / 4.0).sqrt()).abs() < 1e-15,
            "{found}"
        );
        assert_eq!(standard_error([(1.0, 3.0)].into_iter()), None);
    }
}
