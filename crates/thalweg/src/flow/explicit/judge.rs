//! What a step that was tried looks like.

use super::Explicit;
use super::method::{NEAR_BOUNDARY, Terms};
use crate::flow::control::Tolerance;
use crate::flow::drive::Attempt;

/// Elements that are judged at once, in memory close at hand.
const PIECE: usize = 512;

/// Sums over all elements.
struct Sums {
    error: f64,
    /// ‖f(u) − f(v)‖² of the stages that are compared, and ‖u − v‖²/h².
    slopes: f64,
    points: f64,
    finite: bool,
}

impl Default for Sums {
    fn default() -> Self {
        Self {
            error: 0.0,
            slopes: 0.0,
            points: 0.0,
            finite: true,
        }
    }
}

impl Explicit<'_> {
    /// ‖x‖ in units of the tolerance at θ.
    pub(super) fn norm(&self, tolerance: Tolerance, x: impl Fn(usize) -> f64) -> f64 {
        let square = |i: usize| tolerance.square(x(i), self.theta[i], self.theta[i]);
        let sum: f64 = (0..self.theta.len()).map(square).sum();
        (sum / self.theta.len().max(1) as f64).sqrt()
    }

    /// What the step that was tried looks like, in one pass over it.
    pub(super) fn judge(&self) -> Attempt {
        let mut seen = Sums::default();
        for start in (0..self.theta.len()).step_by(PIECE) {
            self.judge_piece(start, &mut seen);
        }
        let stiff = self.method.stability.as_ref().is_some_and(|stability| {
            let limit = NEAR_BOUNDARY * stability.boundary;
            seen.slopes > limit.powi(2) * seen.points
        });
        let error = (seen.error / self.theta.len().max(1) as f64).sqrt();
        let error = if seen.finite { error } else { f64::NAN };
        Attempt { error, stiff }
    }

    fn judge_piece(&self, start: usize, seen: &mut Sums) {
        let range = start..self.theta.len().min(start + PIECE);
        let (theta, tried) = (&self.theta[range.clone()], &self.tried[range.clone()]);
        seen.finite &= tried.iter().fold(true, |finite, x| finite & x.is_finite());
        let sum = |terms: &Terms| {
            let mut sums = [0.0; PIECE];
            for (stage, factor) in terms {
                for (sum, slope) in sums.iter_mut().zip(&self.slopes[*stage][range.clone()]) {
                    *sum += factor * slope;
                }
            }
            sums
        };
        if let Some(tolerance) = &self.tolerance {
            let errors = sum(&self.method.error);
            let pairs = theta.iter().zip(tried).zip(errors);
            let square =
                |((x, y), e): ((&f64, &f64), f64)| tolerance.square(self.length * e, *x, *y);
            seen.error += pairs.map(square).sum::<f64>();
        }
        if let (Some(stability), Some(_)) = (&self.method.stability, &self.tolerance) {
            let (last, other) = stability.stages;
            let slopes = self.slopes[last][range.clone()]
                .iter()
                .zip(&self.slopes[other][range.clone()]);
            seen.slopes += slopes.map(|(x, y)| (x - y).powi(2)).sum::<f64>();
            let points = sum(&stability.difference);
            seen.points += points[..theta.len()].iter().map(|x| x * x).sum::<f64>();
        }
    }
}
