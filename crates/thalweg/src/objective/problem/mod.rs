//! Problems whose solution is known: a catalogue, one file each.
//!
//! Each type has an `objective` with derivatives of every order, its closed forms (minimisers, exact
//! flows, conserved quantities) as functions, and its formula, optimum and source in its
//! documentation. [`ProblemName`] has one fixed instance of each under a name, with published or
//! usual starts, for command lines and for loops over all of them.

mod constants;
mod data;
mod deep_linear;
mod diagonal_linear;
mod error;
mod linear_regression;
mod logistic_regression;
mod quadratic;
mod rosenbrock;
mod two_parameter;

use super::DirectionalDerivative;
use crate::Named;

pub use data::RegressionData;
pub use deep_linear::DeepLinearNetwork;
pub use diagonal_linear::DiagonalLinearNetwork;
pub use error::ProblemError;
pub use linear_regression::LinearRegression;
pub use logistic_regression::LogisticRegression;
pub use quadratic::Quadratic;
pub use rosenbrock::Rosenbrock;
pub use two_parameter::TwoParameterModel;

/// A problem ready to be descended, with what is known about it.
pub struct Problem {
    /// Its name.
    pub name: &'static str,
    /// E in a line of text.
    pub formula: &'static str,
    /// Where it comes from.
    pub source: &'static str,
    /// Where to start from, at least one place.
    pub starts: Vec<Start>,
    /// What is known of its minimum.
    pub solution: Solution,
    /// E with its derivatives. `&mut *problem.objective` is an objective like any other.
    pub objective: Box<dyn DirectionalDerivative<f64> + Send>,
}

/// A place to start from, with the learning rates that belong to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Start {
    /// Its name.
    pub name: &'static str,
    /// θ₀.
    pub theta: Vec<f64>,
    /// Learning rates of gradient descent by name, ascending.
    pub learning_rates: Vec<(&'static str, f64)>,
}

/// What is known of a problem's minimum.
#[derive(Clone, Debug, PartialEq)]
pub struct Solution {
    /// A global minimiser; where there are many, the one the statement names.
    pub theta: Vec<f64>,
    /// E there.
    pub loss: f64,
    /// Which minima there are.
    pub statement: &'static str,
}

impl std::fmt::Debug for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Problem")
            .field("name", &self.name)
            .field("parameter_count", &self.parameter_count())
            .finish_non_exhaustive()
    }
}

impl Problem {
    /// m.
    #[must_use]
    pub fn parameter_count(&self) -> usize {
        self.objective.parameter_count()
    }

    /// The start called `name`, or `None`.
    #[must_use]
    pub fn start(&self, name: &str) -> Option<&Start> {
        self.starts.iter().find(|start| start.name == name)
    }
}

/// The problems of the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProblemName {
    /// [`TwoParameterModel::PUBLISHED`].
    TwoParameter,
    /// A [`Quadratic`] with eigenvalues 10, 3, 1, 0.1.
    Quadratic,
    /// [`Rosenbrock`] in two dimensions.
    Rosenbrock,
    /// [`LinearRegression`] of 40 examples on 5 features.
    LinearRegression,
    /// [`LogisticRegression`] of 40 examples on 4 features.
    LogisticRegression,
    /// A [`DeepLinearNetwork`] 4-4-4-3 (three layers).
    DeepLinear,
    /// A [`DiagonalLinearNetwork`] of depth 3, with 10 examples of 20 features.
    DiagonalLinear,
}

impl Named for ProblemName {
    const NAMES: &'static [(&'static str, Self)] = &[
        ("two-parameter", Self::TwoParameter),
        ("quadratic", Self::Quadratic),
        ("rosenbrock", Self::Rosenbrock),
        ("linear-regression", Self::LinearRegression),
        ("logistic-regression", Self::LogisticRegression),
        ("deep-linear", Self::DeepLinear),
        ("diagonal-linear", Self::DiagonalLinear),
    ];
}

impl ProblemName {
    /// Its instance in the catalogue. Data and random starts come from `seed`; the first three are
    /// the same for every seed.
    ///
    /// # Errors
    /// If the solution cannot be computed; no seed is known for which that is so.
    ///
    /// ```
    /// use thalweg::Named;
    /// use thalweg::objective::problem::ProblemName;
    ///
    /// for (name, problem) in ProblemName::NAMES {
    ///     let mut problem = problem.problem(1)?;
    ///     assert_eq!(problem.name, *name);
    ///     let (solution, start) = (problem.solution.clone(), problem.starts[0].clone());
    ///     assert!(problem.objective.loss(&start.theta)? > solution.loss);
    /// }
    /// # Ok::<(), thalweg::objective::problem::ProblemError>(())
    /// ```
    pub fn problem(self, seed: u64) -> Result<Problem, ProblemError> {
        let name = self.name();
        match self {
            Self::TwoParameter => TwoParameterModel::PUBLISHED.problem(name),
            Self::Quadratic => Quadratic::diagonal(&[10.0, 3.0, 1.0, 0.1])?.problem(name),
            Self::Rosenbrock => Rosenbrock::new(2)?.problem(name),
            Self::LinearRegression => LinearRegression::drawn(seed, 40, 5)?.problem(name),
            Self::LogisticRegression => LogisticRegression::drawn(seed, 40, 4)?.problem(name),
            Self::DeepLinear => {
                DeepLinearNetwork::drawn(seed, vec![4, 4, 4, 3])?.problem(name, seed)
            }
            Self::DiagonalLinear => DiagonalLinearNetwork::drawn(seed, 3, 10, 20)?.problem(name),
        }
    }
}
