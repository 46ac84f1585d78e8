//! The two-parameter model.

use super::{Problem, ProblemError, Solution, Start};
use crate::objective::{ObjectiveError, Traced};

/// E(a, b) = (y − abx)²/2 with θ = (a, b): a linear network of one hidden unit on one example.
///
/// Its minima are the hyperbola ab = y/x with E = 0, flattest (smallest ‖∇E‖² nearby, smallest
/// curvature (a² + b²)x²) where |a| = |b|. The gradient flow keeps a² − b². The origin is a saddle.
///
/// Barrett and Dherin 2021 (arXiv 2009.11162), section 5 and figures 1 and A.1. The model is
/// theirs with (x, y) = (1, 0.6).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TwoParameterModel {
    /// x, not 0.
    pub x: f64,
    /// y.
    pub y: f64,
}

impl TwoParameterModel {
    /// (x, y) = (1, 0.6).
    pub const PUBLISHED: Self = Self { x: 1.0, y: 0.6 };
    /// Start I of the paper.
    pub const START_I: [f64; 2] = [2.8, 3.5];
    /// Start II of the paper, where the penalised flow is stiff.
    pub const START_II: [f64; 2] = [75.0, 74.925];
    /// h_S, h_M and h_L of start I: gradient flow, modified flow, beyond the regime of either.
    pub const LEARNING_RATES_I: [(&'static str, f64); 3] =
        [("h_S", 1e-3), ("h_M", 2.5e-2), ("h_L", 1.8e-1)];
    /// h_S and h_M of start II.
    pub const LEARNING_RATES_II: [(&'static str, f64); 2] = [("h_S", 1e-6), ("h_M", 5e-5)];

    /// E with its derivatives.
    ///
    /// # Errors
    /// None that depends on x and y.
    pub fn objective(self) -> Result<Traced<f64>, ObjectiveError> {
        let Self { x, y } = self;
        Traced::new(2, move |theta| {
            let product = theta.slice(0, 0, 1) * theta.slice(0, 1, 1);
            (y - product * x).power(2.0) * 0.5
        })
    }

    /// R_IG = (a² + b²)x²E, which is ‖∇E‖²/m with m = 2.
    #[must_use]
    pub fn r_ig(self, theta: [f64; 2]) -> f64 {
        let [a, b] = theta;
        let residual = self.y - a * b * self.x;
        (a * a + b * b) * self.x.powi(2) * residual.powi(2) / 2.0
    }

    /// The flattest minimum with a > 0: |a| = |b| = √|y/x|.
    #[must_use]
    pub fn flattest_minimum(self) -> [f64; 2] {
        let ratio = self.y / self.x;
        let side = ratio.abs().sqrt();
        [side, side.copysign(ratio)]
    }

    /// Where the gradient flow from `start` ends: the point of ab = y/x with the a² − b² of the
    /// start. From |a| = |b| with ab opposite in sign to y/x it ends at the saddle, the origin.
    ///
    /// With c = a² − b² and p = y/x, a²b² = p² gives a² = (c + √(c² + 4p²))/2. The larger of |a| and
    /// |b| never vanishes on the way, so it keeps its sign.
    #[must_use]
    pub fn gradient_flow_limit(self, start: [f64; 2]) -> [f64; 2] {
        let [a, b] = start;
        let (difference, product) = ((a - b) * (a + b), self.y / self.x);
        if difference == 0.0 && a * b * product <= 0.0 {
            return [0.0; 2];
        }
        let larger_squared = (difference.abs() + difference.hypot(2.0 * product)) / 2.0;
        let larger = larger_squared.sqrt();
        if difference >= 0.0 {
            let a = larger.copysign(a);
            [a, product / a]
        } else {
            let b = larger.copysign(b);
            [product / b, b]
        }
    }

    pub(super) fn problem(self, name: &'static str) -> Result<Problem, ProblemError> {
        let start = |name, theta: [f64; 2], learning_rates: &[_]| Start {
            name,
            theta: theta.to_vec(),
            learning_rates: learning_rates.to_vec(),
        };
        Ok(Problem {
            name,
            formula: "E(a, b) = (y − abx)²/2 with x = 1, y = 0.6",
            source: "Barrett and Dherin 2021, arXiv 2009.11162, figures 1 and A.1",
            starts: vec![
                start("I", Self::START_I, &Self::LEARNING_RATES_I),
                start("II", Self::START_II, &Self::LEARNING_RATES_II),
            ],
            solution: Solution {
                theta: self.flattest_minimum().to_vec(),
                loss: 0.0,
                statement: "the minima are ab = y/x; the flattest have |a| = |b|",
            },
            objective: Box::new(self.objective()?),
        })
    }
}
