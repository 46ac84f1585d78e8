//! Linear regression.

use nalgebra::{DMatrix, DVector};

use super::data::normal;
use super::{Problem, ProblemError, Quadratic, RegressionData, Solution, Start};

/// E(w) = (1/2N)‖Xw − y‖² with θ = w.
///
/// A quadratic with A = XᵀX/N. The minimiser of least norm is w* = X⁺y; if X has full column rank it
/// is the only one. With more features than examples E(w*) = 0 for generic X, and gradient descent
/// and its flow from w₀ = 0 end at w*, since they never leave the row space of X.
///
/// Textbook; the last statement e.g. in Gunasekar et al. 2018 (arXiv 1802.08246).
#[derive(Clone, Debug, PartialEq)]
pub struct LinearRegression {
    /// X and y.
    pub data: RegressionData,
}

impl LinearRegression {
    /// Of drawn data: standard normal X and planted weights, with noise of standard deviation ½.
    ///
    /// # Errors
    /// If there are no examples or features.
    pub fn drawn(seed: u64, examples: usize, features: usize) -> Result<Self, ProblemError> {
        let weights = normal(seed, 2, features);
        let data = RegressionData::planted(seed, examples, &weights, 0.5)?;
        Ok(Self { data })
    }

    /// w* = X⁺y, by a singular value decomposition; singular values below ε·max(N, p) times the
    /// largest count as 0.
    ///
    /// # Errors
    /// If the decomposition does not converge.
    pub fn minimiser(&self) -> Result<Vec<f64>, ProblemError> {
        let (inputs, targets) = self.arrays();
        let (rows, columns) = inputs.shape();
        let undecomposed = ProblemError::Undecomposed { rows, columns };
        let decomposition = inputs
            .try_svd(true, true, f64::EPSILON, 0)
            .ok_or(undecomposed.clone())?;
        let largest = decomposition.singular_values.max();
        let negligible = largest * f64::EPSILON * rows.max(columns) as f64;
        let solution = decomposition.solve(&targets, negligible);
        let solution = solution.map_err(|_| undecomposed)?;
        Ok(solution.as_slice().to_vec())
    }

    /// E with its derivatives. A product with A costs p² multiplications, whatever N.
    ///
    /// # Errors
    /// As for [`Self::minimiser`].
    pub fn objective(&self) -> Result<Quadratic, ProblemError> {
        let minimiser = self.minimiser()?;
        let (inputs, targets) = self.arrays();
        let examples = self.data.examples() as f64;
        let product = (inputs.transpose() * &inputs) / examples;
        let symmetric = (&product + product.transpose()) * 0.5;
        let residual = inputs * DVector::from_column_slice(&minimiser) - targets;
        let minimum = residual.norm_squared() / (2.0 * examples);
        Quadratic::new(symmetric.as_slice().to_vec(), minimiser, minimum)
    }

    fn arrays(&self) -> (DMatrix<f64>, DVector<f64>) {
        let data = &self.data;
        (
            DMatrix::from_row_slice(data.examples(), data.features, &data.inputs),
            DVector::from_column_slice(&data.targets),
        )
    }

    pub(super) fn problem(self, name: &'static str) -> Result<Problem, ProblemError> {
        let objective = self.objective()?;
        let steepest = objective.eigenvalues()[self.data.features - 1];
        let mut at_minimum = objective.clone();
        Ok(Problem {
            name,
            formula: "E(w) = (1/2N)‖Xw − y‖²",
            source: "least squares; data drawn from the seed",
            starts: vec![Start {
                name: "zero",
                theta: vec![0.0; self.data.features],
                learning_rates: vec![("small", 0.1 / steepest), ("large", 1.0 / steepest)],
            }],
            solution: Solution {
                theta: objective.centre().to_vec(),
                loss: crate::objective::Objective::loss(&mut at_minimum, objective.centre())?,
                statement: "w* = X⁺y, of least norm among the minimisers",
            },
            objective: Box::new(objective),
        })
    }
}
