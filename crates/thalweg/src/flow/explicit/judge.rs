//! What a step that was tried looks like.

use std::ops::Range;

use super::Explicit;
use super::method::{NEAR_BOUNDARY, Stability};
use crate::flow::control::Tolerance;
use crate::flow::drive::Attempt;
use crate::flow::pieces::{PIECE, root_mean, scaled_square, square, sums};

impl Explicit<'_> {
    /// ‖`difference` of two slopes‖ (or of one and nothing) in units of the tolerance at θ.
    pub(super) fn norm(&self, tolerance: &Tolerance, terms: &[(usize, f64)]) -> f64 {
        let [sum] = sums(self.theta.len(), self.threads, |range| {
            let theta = &self.theta[range.clone()];
            let mut errors = self.sum(terms, range);
            [scaled_square(
                tolerance,
                &mut errors[..theta.len()],
                theta,
                theta,
            )]
        });
        root_mean(sum, self.theta.len())
    }

    /// The error of the step and whether stability seems to limit it, in one pass; without a
    /// tolerance, only whether all is finite.
    pub(super) fn judge(&self) -> Attempt {
        let length = self.theta.len();
        let Some(tolerance) = &self.tolerance else {
            let [broken] = sums(length, self.threads, |range| {
                let tried = self.tried[range].iter();
                [tried.fold(0.0, |broken, x| broken + 0.0 * x)]
            });
            return Attempt {
                error: broken,
                stiff: false,
            };
        };
        let stability = self.method.stability.as_ref();
        let [error, slopes, points] = sums(length, self.threads, |range| {
            let error = self.error(tolerance, range.clone());
            let [slopes, points] = stability.map_or([0.0; 2], |one| self.compare(one, range));
            [error, slopes, points]
        });
        let limit = stability.map_or(f64::INFINITY, |one| NEAR_BOUNDARY * one.boundary);
        Attempt {
            error: root_mean(error, length),
            stiff: slopes > limit.powi(2) * points,
        }
    }

    fn error(&self, tolerance: &Tolerance, range: Range<usize>) -> f64 {
        let (theta, tried) = (&self.theta[range.clone()], &self.tried[range.clone()]);
        let mut errors = self.sum(&self.method.error, range);
        let errors = &mut errors[..theta.len()];
        errors.iter_mut().for_each(|error| *error *= self.length);
        scaled_square(tolerance, errors, theta, tried)
    }

    /// ‖f(u) − f(v)‖² and ‖u − v‖²/h² of the stages that are compared.
    fn compare(&self, stability: &Stability, range: Range<usize>) -> [f64; 2] {
        let length = range.len();
        let (last, other) = stability.stages;
        let slopes = self.sum(&[(last, 1.0), (other, -1.0)], range.clone());
        let points = self.sum(&stability.difference, range);
        [square(&slopes[..length]), square(&points[..length])]
    }

    /// Σ aᵢkᵢ in this range, at the beginning of what is returned.
    fn sum(&self, terms: &[(usize, f64)], range: Range<usize>) -> [f64; PIECE] {
        let mut sums = [0.0; PIECE];
        for (stage, factor) in terms {
            let slopes = &self.slopes[*stage][range.clone()];
            for (sum, slope) in sums.iter_mut().zip(slopes) {
                *sum += factor * slope;
            }
        }
        sums
    }
}
