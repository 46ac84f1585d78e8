//! Rosenbrock's valley.

use super::error::check_least;
use super::{Problem, ProblemError, Solution, Start};
use crate::objective::{ObjectiveError, Traced};

/// E(θ) = Σᵢ [100(θᵢ₊₁ − θᵢ²)² + (1 − θᵢ)²], i = 1 … m − 1: a curved valley with steep walls.
///
/// The global minimum is θ = (1, …, 1) with E = 0, the only one for m ≤ 3; from m = 4 on there is a
/// second, local one near (−1, 1, …, 1). At the minimum of m = 2 the Hessian has trace 1002 and
/// determinant 400.
///
/// Rosenbrock 1960, *An automatic method for finding the greatest or least value of a function*,
/// The Computer Journal 3, for m = 2; chained to any m as is usual.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rosenbrock {
    dimension: usize,
}

impl Rosenbrock {
    /// In m ≥ 2 dimensions.
    ///
    /// # Errors
    /// If m < 2.
    pub fn new(dimension: usize) -> Result<Self, ProblemError> {
        check_least("the dimension of Rosenbrock's function", dimension, 2)?;
        Ok(Self { dimension })
    }

    /// The usual start: −1.2 and 1 in turn.
    #[must_use]
    pub fn start(self) -> Vec<f64> {
        let element = |index| if index % 2 == 0 { -1.2 } else { 1.0 };
        (0..self.dimension).map(element).collect()
    }

    /// E with its derivatives.
    ///
    /// # Errors
    /// None that depends on m.
    pub fn objective(self) -> Result<Traced<f64>, ObjectiveError> {
        let terms = self.dimension - 1;
        Traced::new(self.dimension, move |theta| {
            let (each, next) = (theta.slice(0, 0, terms), theta.slice(0, 1, terms));
            let wall = (next - each.power(2.0)).power(2.0) * 100.0;
            (wall + (1.0 - each).power(2.0)).sum_all()
        })
    }

    pub(super) fn problem(self, name: &'static str) -> Result<Problem, ProblemError> {
        Ok(Problem {
            name,
            formula: "E(a, b) = 100(b − a²)² + (1 − a)²",
            source: "Rosenbrock 1960, The Computer Journal 3",
            starts: vec![Start {
                name: "usual",
                theta: self.start(),
                learning_rates: vec![("small", 1e-4), ("moderate", 1e-3)],
            }],
            solution: Solution {
                theta: vec![1.0; self.dimension],
                loss: 0.0,
                statement: "one minimum, (1, 1)",
            },
            objective: Box::new(self.objective()?),
        })
    }
}
