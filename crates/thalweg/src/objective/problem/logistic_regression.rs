//! Logistic regression.

use nalgebra::{DMatrix, DVector};

use super::constants::constants;
use super::data::normal;
use super::{Problem, ProblemError, RegressionData, Solution, Start};
use crate::curvature::dense_hessian;
use crate::objective::{Gradient, Objective, ObjectiveError, Traced};
use crate::vector::{add_scaled, dot, norm_squared};

/// E(w) = (1/N) Σⱼ log(1 + exp(−yⱼ xⱼ·w)) + (r/2)‖w‖² with θ = w, labels yⱼ = ±1 and ridge r ≥ 0.
///
/// Convex; strictly so for r > 0 or X of full column rank. There is a minimum exactly if r > 0 or
/// the data are not linearly separable; it has no closed form and is found by Newton's method. On
/// separable data without ridge E has the infimum 0, and gradient descent goes to infinity in the
/// direction of the largest margin (Soudry et al. 2018, arXiv 1710.10345).
#[derive(Clone, Debug, PartialEq)]
pub struct LogisticRegression {
    /// X and the labels y, of which only the sign counts: positive is one class, anything else the
    /// other.
    pub data: RegressionData,
    /// r.
    pub ridge: f64,
}

/// After so many Newton steps there is no minimum: ten are usual.
const NEWTON_STEPS: usize = 100;
/// ‖∇E‖ at which Newton's method ends, in units of the root mean square of ‖xⱼ‖: rounding.
const CONVERGED: f64 = 1e-13;
/// ‖∇E‖ below which steps are taken whole, in the same unit: convergence is quadratic there.
const NEARLY: f64 = 1e-6;

impl LogisticRegression {
    /// Of data with a ridge.
    ///
    /// # Errors
    /// If r is negative or not finite.
    pub fn new(data: RegressionData, ridge: f64) -> Result<Self, ProblemError> {
        if ridge.is_finite() && ridge >= 0.0 {
            return Ok(Self { data, ridge });
        }
        Err(ProblemError::Negative {
            name: "the ridge",
            value: ridge,
        })
    }

    /// Of drawn data: standard normal X, labels the signs of Xw + ξ with planted standard normal w
    /// and noise ξ, r = 0.01.
    ///
    /// # Errors
    /// If there are no examples or features.
    pub fn drawn(seed: u64, examples: usize, features: usize) -> Result<Self, ProblemError> {
        let weights = normal(seed, 2, features);
        let data = RegressionData::planted(seed, examples, &weights, 1.0)?;
        Self::new(data, 0.01)
    }

    /// E with its derivatives.
    ///
    /// # Errors
    /// None that depends on the data.
    pub fn objective(&self) -> Result<Traced<f64>, ObjectiveError> {
        let (examples, features, ridge) = (self.data.examples(), self.data.features, self.ridge);
        let rows = self.data.inputs.chunks_exact(features);
        let signed: Vec<f64> = rows
            .zip(&self.data.targets)
            .flat_map(|(row, target)| row.iter().map(move |x| x * sign(*target)))
            .collect();
        Traced::new(features, move |theta| {
            let rows = constants(theta.graph(), &signed, &[examples, features]);
            let margins = rows.matrix_product(theta.reshaped(&[features, 1]));
            (-margins).softplus().mean_all() + theta.dot(theta) * (0.5 * ridge)
        })
    }

    /// The minimiser, by Newton's method from 0, with steps halved until E falls (Armijo's rule) as
    /// long as the gradient is large. Each step costs p Hessian–vector products and a Cholesky
    /// factorisation.
    ///
    /// # Errors
    /// If there is none: separable data without ridge.
    pub fn minimiser(&self) -> Result<Vec<f64>, ProblemError> {
        let mut objective = self.objective()?;
        let scale = (norm_squared(&self.data.inputs) / self.data.examples() as f64).sqrt();
        let mut theta = vec![0.0; self.data.features];
        let mut gradient = theta.clone();
        let mut loss = objective.gradient(&theta, &mut gradient)?;
        for _ in 0..NEWTON_STEPS {
            let norm = norm_squared(&gradient).sqrt();
            let separated = self.ridge == 0.0 && self.separates(&theta);
            if separated || !norm.is_finite() {
                break;
            }
            if norm <= CONVERGED * scale {
                return Ok(theta);
            }
            let Some(step) = newton_step(&mut objective, &theta, &gradient)? else {
                break; // so far out that the curvature has vanished
            };
            let whole = norm <= NEARLY * scale; // there E cannot tell steps apart for rounding
            if !descend(&mut objective, &mut theta, &step, &gradient, loss, whole)? {
                break;
            }
            loss = objective.gradient(&theta, &mut gradient)?;
        }
        Err(ProblemError::NoOptimum {
            gradient_norm: norm_squared(&gradient).sqrt(),
        })
    }

    /// Whether every example has a positive margin at w, so that E falls for ever along w.
    fn separates(&self, theta: &[f64]) -> bool {
        let rows = self.data.inputs.chunks_exact(self.data.features);
        rows.zip(&self.data.targets)
            .all(|(row, target)| dot(row, theta) * sign(*target) > 0.0)
    }

    pub(super) fn problem(self, name: &'static str) -> Result<Problem, ProblemError> {
        let mut objective = self.objective()?;
        let theta = self.minimiser()?;
        Ok(Problem {
            name,
            formula: "E(w) = (1/N) Σ log(1 + exp(−yⱼ xⱼ·w)) + (r/2)‖w‖² with r = 0.01",
            source: "the logistic model; data drawn from the seed",
            starts: vec![Start {
                name: "zero",
                theta: vec![0.0; self.data.features],
                learning_rates: vec![("small", 0.1), ("large", 1.0)],
            }],
            solution: Solution {
                loss: objective.loss(&theta)?,
                theta,
                statement: "one minimum, by Newton's method",
            },
            objective: Box::new(objective),
        })
    }
}

fn sign(target: f64) -> f64 {
    if target > 0.0 { 1.0 } else { -1.0 }
}

/// H⁻¹g, or `None` where H is not positive definite to rounding.
fn newton_step(
    objective: &mut Traced<f64>,
    theta: &[f64],
    gradient: &[f64],
) -> Result<Option<Vec<f64>>, ProblemError> {
    let hessian = dense_hessian(objective, theta)?;
    let entries = (0..theta.len()).flat_map(|row| hessian.row(row).to_vec());
    let matrix = DMatrix::from_iterator(theta.len(), theta.len(), entries);
    let right = DVector::from_column_slice(gradient);
    let factors = matrix.cholesky();
    Ok(factors.map(|factors| factors.solve(&right).as_slice().to_vec()))
}

/// θ ← θ − s·`step` with the first s of 1, ½, ¼, … for which E falls by 10⁻⁴ of what its slope
/// promises, or with s = 1 if the `whole` step is wanted. Whether there was such an s.
fn descend(
    objective: &mut Traced<f64>,
    theta: &mut Vec<f64>,
    step: &[f64],
    gradient: &[f64],
    loss: f64,
    whole: bool,
) -> Result<bool, ObjectiveError> {
    let promised = dot(step, gradient);
    let mut share = 1.0;
    while share > f64::EPSILON {
        let mut trial = theta.clone();
        add_scaled(&mut trial, -share, step);
        if whole || objective.loss(&trial)? <= loss - 1e-4 * share * promised {
            *theta = trial;
            return Ok(true);
        }
        share *= 0.5;
    }
    Ok(false)
}
