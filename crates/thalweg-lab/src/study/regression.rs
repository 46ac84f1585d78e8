//! Least squares with few unknowns.

use thalweg::vector::dot;

/// Collects equations Σᵢ cᵢ featureᵢ ≈ target of vectors, for the c that fit all of them best.
#[derive(Clone, Debug)]
pub(super) struct Regression<const N: usize> {
    gram: [[f64; N]; N],
    moments: [f64; N],
    target_squared: f64,
}

/// The best c.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Fit<const N: usize> {
    pub coefficients: [f64; N],
    /// The part of Σ‖target‖² that the features leave unexplained, 0 to 1.
    pub unexplained: f64,
}

impl<const N: usize> Regression<N> {
    pub(super) fn new() -> Self {
        Self {
            gram: [[0.0; N]; N],
            moments: [0.0; N],
            target_squared: 0.0,
        }
    }

    pub(super) fn add(&mut self, target: &[f64], features: [&[f64]; N]) {
        self.target_squared += dot(target, target);
        for (row, feature) in features.iter().enumerate() {
            self.moments[row] += dot(feature, target);
            for (column, other) in features.iter().enumerate() {
                self.gram[row][column] += dot(feature, other);
            }
        }
    }

    /// NaN where the features are not independent.
    pub(super) fn fit(&self) -> Fit<N> {
        let coefficients = solved(self.gram, self.moments);
        let explained = dot(&coefficients, &self.moments);
        Fit {
            coefficients,
            unexplained: 1.0 - explained / self.target_squared,
        }
    }
}

/// The solution of a symmetric positive definite system, by elimination, which then needs no pivots.
fn solved<const N: usize>(mut matrix: [[f64; N]; N], mut right: [f64; N]) -> [f64; N] {
    for pivot in 0..N {
        let row = matrix[pivot];
        for below in pivot + 1..N {
            let factor = matrix[below][pivot] / row[pivot];
            for (entry, above) in matrix[below].iter_mut().zip(row) {
                *entry -= factor * above;
            }
            right[below] -= factor * right[pivot];
        }
    }
    for pivot in (0..N).rev() {
        let known = (pivot + 1..N).map(|column| matrix[pivot][column] * right[column]);
        right[pivot] = (right[pivot] - known.sum::<f64>()) / matrix[pivot][pivot];
    }
    right
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coefficients_of_an_exact_relation_come_back_and_noise_is_left_over() {
        let (one, other) = ([1.0, 2.0, -1.0], [0.5, -1.0, 3.0]);
        let target: Vec<f64> = one
            .iter()
            .zip(other)
            .map(|(x, y)| 2.0 * x - 0.25 * y)
            .collect();
        let mut regression = Regression::<2>::new();
        regression.add(&target, [&one, &other]);
        regression.add(&[3.0], [&[1.0], &[-4.0]]);
        let fit = regression.fit();
        assert!((fit.coefficients[0] - 2.0).abs() < 1e-13);
        assert!((fit.coefficients[1] + 0.25).abs() < 1e-13);
        assert!(fit.unexplained.abs() < 1e-13);
        regression.add(&[1.0], [&[0.0], &[0.0]]);
        assert!(regression.fit().unexplained > 0.01);
        assert!(Regression::<1>::new().fit().coefficients[0].is_nan());
    }
}
