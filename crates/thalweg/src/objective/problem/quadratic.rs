//! Quadratics.

use super::error::{check_elements, check_least};
use super::{Problem, ProblemError, Solution, Start};
use crate::curvature::{SymmetricEigen, symmetric_eigen};
use crate::objective::{
    DirectionalDerivative, Gradient, HessianVector, Objective, ObjectiveError, check_length,
};
use crate::vector::{add_scaled, dot};

/// E(θ) = ½(θ − c)ᵀA(θ − c) + E_c with a symmetric A, of any signature.
///
/// ∇E = A(θ − c) and ∇²E = A; all further derivatives vanish. The centre c is the minimiser if A is
/// positive semidefinite. Along an eigenvector with eigenvalue λ the gradient flow decays as e^(−λt)
/// and gradient descent as (1 − hλ)ⁿ; both are known in closed form. Everything is computed from the
/// n² entries; a gradient is one product with A.
///
/// ```
/// use thalweg::objective::problem::Quadratic;
///
/// let quadratic = Quadratic::new(vec![2.0, 1.0, 1.0, 2.0], vec![1.0, 1.0], 0.0)?;
/// assert!((quadratic.eigenvalues()[1] - 3.0).abs() < 1e-14);
/// let after = quadratic.gradient_descent(&[2.0, 2.0], 0.1, 1); // along the eigenvector of 3
/// assert!((after[0] - 1.7).abs() < 1e-14);
/// # Ok::<(), thalweg::objective::problem::ProblemError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Quadratic {
    entries: Vec<f64>,
    centre: Vec<f64>,
    value_at_centre: f64,
    eigen: SymmetricEigen,
}

impl Quadratic {
    /// With A's rows after each other in `entries`, c = `centre`, E_c = `value_at_centre`. Costs an
    /// eigendecomposition, some 10n³ operations.
    ///
    /// # Errors
    /// If c is empty, A is not n × n or not symmetric, or its eigenproblem cannot be solved.
    pub fn new(
        entries: Vec<f64>,
        centre: Vec<f64>,
        value_at_centre: f64,
    ) -> Result<Self, ProblemError> {
        let size = centre.len();
        check_least("the dimension of a quadratic", size, 1)?;
        check_elements("the matrix", entries.len(), size * size)?;
        for row in 0..size {
            for column in 0..row {
                let (entry, mirrored) =
                    (entries[row * size + column], entries[column * size + row]);
                if entry != mirrored {
                    return Err(ProblemError::NotSymmetric {
                        row,
                        column,
                        entry,
                        mirrored,
                    });
                }
            }
        }
        let eigen = symmetric_eigen(&entries, size)?;
        Ok(Self {
            entries,
            centre,
            value_at_centre,
            eigen,
        })
    }

    /// E = ½ Σ λᵢθᵢ² with the given λ.
    ///
    /// # Errors
    /// If there are none.
    pub fn diagonal(eigenvalues: &[f64]) -> Result<Self, ProblemError> {
        let size = eigenvalues.len();
        let mut entries = vec![0.0; size * size];
        for (index, value) in eigenvalues.iter().enumerate() {
            entries[index * (size + 1)] = *value;
        }
        Self::new(entries, vec![0.0; size], 0.0)
    }

    /// c.
    #[must_use]
    pub fn centre(&self) -> &[f64] {
        &self.centre
    }

    /// The eigenvalues of A, ascending.
    #[must_use]
    pub fn eigenvalues(&self) -> &[f64] {
        &self.eigen.values
    }

    /// An orthonormal eigenvector for each.
    #[must_use]
    pub fn eigenvectors(&self) -> &[Vec<f64>] {
        &self.eigen.vectors
    }

    /// The gradient flow's θ(t) = c + e^(−tA)(θ₀ − c), exactly.
    ///
    /// # Panics
    /// If `start` has the wrong length.
    #[must_use]
    pub fn gradient_flow(&self, start: &[f64], time: f64) -> Vec<f64> {
        self.multiplied(start, |eigenvalue| (-eigenvalue * time).exp())
    }

    /// The iterate θₙ = c + (1 − hA)ⁿ(θ₀ − c) of gradient descent, without iterating.
    ///
    /// # Panics
    /// If `start` has the wrong length.
    #[must_use]
    pub fn gradient_descent(&self, start: &[f64], learning_rate: f64, steps: u64) -> Vec<f64> {
        self.multiplied(start, |eigenvalue| {
            (1.0 - learning_rate * eigenvalue).powf(steps as f64)
        })
    }

    /// c + Σ f(λᵢ) uᵢuᵢᵀ(θ − c), f(A) applied to the distance from the centre.
    ///
    /// # Panics
    /// If `theta` has the wrong length.
    #[must_use]
    pub fn multiplied(&self, theta: &[f64], factor: impl Fn(f64) -> f64) -> Vec<f64> {
        let distance = self.distance(theta);
        let mut result = self.centre.clone();
        for (value, vector) in self.eigen.values.iter().zip(&self.eigen.vectors) {
            add_scaled(&mut result, factor(*value) * dot(vector, &distance), vector);
        }
        result
    }

    /// θ − c.
    pub(crate) fn distance(&self, theta: &[f64]) -> Vec<f64> {
        assert_eq!(theta.len(), self.centre.len(), "a point of the quadratic");
        theta.iter().zip(&self.centre).map(|(x, c)| x - c).collect()
    }

    /// A `vector`.
    fn product(&self, vector: &[f64], product: &mut [f64]) {
        let rows = self.entries.chunks_exact(self.centre.len());
        for (element, row) in product.iter_mut().zip(rows) {
            *element = dot(row, vector);
        }
    }

    pub(super) fn problem(self, name: &'static str) -> Result<Problem, ProblemError> {
        let steepest = self.eigen.values[self.centre.len() - 1];
        Ok(Problem {
            name,
            formula: "E(θ) = ½ Σ λᵢθᵢ² with λ = 10, 3, 1, 0.1",
            source: "linear algebra: gradient flow e^(−λt), gradient descent (1 − hλ)ⁿ",
            starts: vec![Start {
                name: "ones",
                theta: vec![1.0; self.centre.len()],
                learning_rates: vec![("small", 0.1 / steepest), ("edge", 2.0 / steepest)],
            }],
            solution: Solution {
                theta: self.centre.clone(),
                loss: self.value_at_centre,
                statement: "one minimum, the origin",
            },
            objective: Box::new(self),
        })
    }
}

impl Objective<f64> for Quadratic {
    fn parameter_count(&self) -> usize {
        self.centre.len()
    }

    fn loss(&mut self, theta: &[f64]) -> Result<f64, ObjectiveError> {
        let mut gradient = vec![0.0; self.centre.len()];
        self.gradient(theta, &mut gradient)
    }
}

impl Gradient<f64> for Quadratic {
    fn gradient(&mut self, theta: &[f64], gradient: &mut [f64]) -> Result<f64, ObjectiveError> {
        check_length("theta", self.centre.len(), theta.len())?;
        check_length("gradient", self.centre.len(), gradient.len())?;
        let distance = self.distance(theta);
        self.product(&distance, gradient);
        Ok(0.5 * dot(&distance, gradient) + self.value_at_centre)
    }
}

impl HessianVector<f64> for Quadratic {
    fn hessian_vector(
        &mut self,
        theta: &[f64],
        vector: &[f64],
        product: &mut [f64],
    ) -> Result<(), ObjectiveError> {
        check_length("theta", self.centre.len(), theta.len())?;
        check_length("vector", self.centre.len(), vector.len())?;
        check_length("product", self.centre.len(), product.len())?;
        self.product(vector, product);
        Ok(())
    }
}

impl DirectionalDerivative<f64> for Quadratic {
    fn directional_derivative(
        &mut self,
        theta: &[f64],
        directions: &[&[f64]],
        derivative: &mut [f64],
    ) -> Result<(), ObjectiveError> {
        match directions {
            [] => self.gradient(theta, derivative).map(|_| ()),
            [direction] => self.hessian_vector(theta, direction, derivative),
            [first, others @ ..] => {
                // Checks the lengths; the third derivative and those beyond are 0.
                for other in others {
                    check_length("direction", self.centre.len(), other.len())?;
                }
                self.hessian_vector(theta, first, derivative)?;
                derivative.fill(0.0);
                Ok(())
            }
        }
    }
}
