//! What the gradients of minibatches are in the mean over all ways to share batches.

use super::VerificationError;
use crate::modified::stochastic::StochasticCoefficients;
use crate::noise::gradient_variance;
use crate::objective::{FiniteSum, PerExample};
use crate::vector::norm_squared;

/// The mean of (1/k) Σᵢ ‖∇Êᵢ‖² over every partition of examples into batches, and what theory says it
/// is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MinibatchNorms {
    /// How many partitions there are.
    pub partitions: usize,
    /// The mean.
    pub mean: f64,
    /// ‖∇E‖² + ((N−B)/((N−1)B)) Γ (Smith et al. 2021, arXiv 2101.12176).
    pub predicted: f64,
}

impl MinibatchNorms {
    /// Goes through the partitions of `examples` into batches of B = `batch_size`, at a gradient of
    /// each batch of each partition: 12 examples in pairs have 10 395 of them.
    ///
    /// # Errors
    /// If B does not divide the number N ≥ 2 of examples, and those of the objective.
    pub fn measure(
        sum: &mut dyn FiniteSum<f64>,
        examples: &[usize],
        batch_size: usize,
        theta: &[f64],
    ) -> Result<Self, VerificationError> {
        let count = examples.len();
        if count < 2 || batch_size == 0 || !count.is_multiple_of(batch_size) {
            return Err(VerificationError::Setting {
                name: "the batch size",
                value: batch_size as f64,
                bound: "a divisor of the number of examples, two or more",
            });
        }
        let mut gradient = vec![0.0; theta.len()];
        let wanted = PerExample::SquareNorms;
        let seen = sum.minibatch_example_gradients(examples, theta, &mut gradient, wanted)?;
        let norm = norm_squared(&gradient);
        let (n, b) = (count as f64, batch_size as f64);
        let of_variance = StochasticCoefficients {
            full_batch: 1.0,
            gradient_variance: (n - b) / ((n - 1.0) * b),
            ..StochasticCoefficients::default()
        };
        let variance = gradient_variance(&seen.square_norms(), norm);
        let mut means = Vec::new();
        partitions(examples, batch_size, &mut Vec::new(), &mut |batches| {
            let mut total = 0.0;
            for batch in batches {
                sum.minibatch_gradient(batch, theta, &mut gradient)?;
                total += norm_squared(&gradient);
            }
            means.push(total / batches.len() as f64);
            Ok(())
        })?;
        Ok(Self {
            partitions: means.len(),
            mean: means.iter().sum::<f64>() / means.len() as f64,
            predicted: of_variance.expected_modified_loss(0.0, norm, variance),
        })
    }

    /// |mean − predicted|/predicted.
    #[must_use]
    pub fn relative_error(self) -> f64 {
        (self.mean - self.predicted).abs() / self.predicted
    }
}

type Visit<'a> = dyn FnMut(&[Vec<usize>]) -> Result<(), VerificationError> + 'a;

/// Shows every partition of what is `left` into batches, after those `done`, to `visit`: the first that
/// is left goes with each choice of others.
fn partitions(
    left: &[usize],
    batch_size: usize,
    done: &mut Vec<Vec<usize>>,
    visit: &mut Visit<'_>,
) -> Result<(), VerificationError> {
    let Some((first, others)) = left.split_first() else {
        return visit(done);
    };
    for chosen in choices(others, batch_size - 1) {
        let rest: Vec<usize> = others
            .iter()
            .filter(|one| !chosen.contains(one))
            .copied()
            .collect();
        done.push([&[*first][..], &chosen].concat());
        partitions(&rest, batch_size, done, visit)?;
        done.pop();
    }
    Ok(())
}

/// Every choice of `count` of some different numbers.
fn choices(all: &[usize], count: usize) -> Vec<Vec<usize>> {
    match (count, all.split_first()) {
        (0, _) => vec![Vec::new()],
        (_, None) => Vec::new(),
        (_, Some((first, rest))) => {
            let with = choices(rest, count - 1).into_iter();
            let with = with.map(|chosen| [&[*first][..], &chosen].concat());
            with.chain(choices(rest, count)).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_partition_is_shown_once() {
        for (count, size, expected) in [(6, 2, 15), (6, 3, 10), (4, 1, 1), (4, 4, 1), (9, 3, 280)] {
            let all: Vec<usize> = (0..count).collect();
            let mut seen = std::collections::BTreeSet::new();
            let mut shown = 0;
            partitions(&all, size, &mut Vec::new(), &mut |batches| {
                shown += 1;
                seen.insert(batches.to_vec());
                Ok(())
            })
            .unwrap_or_default();
            assert_eq!((shown, seen.len()), (expected, expected));
        }
    }
}
