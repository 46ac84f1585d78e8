//! Any formula of θ as an objective.

use thalweg_cpu::{Argument, Element, Plan, Threads};
use thalweg_graph::{Graph, Var};

use super::error::check_length;
use super::{Gradient, HessianVector, Objective, ObjectiveError};

/// An objective given by a formula of the flat θ, traced once.
///
/// ```
/// use thalweg::objective::{Gradient, Traced};
///
/// // E = (0.6 − ab)²/2, the two-parameter model of Barrett and Dherin (2021).
/// let mut objective = Traced::<f64>::new(2, |theta| {
///     let product = theta.slice(0, 0, 1) * theta.slice(0, 1, 1);
///     ((0.6 - product).power(2.0) * 0.5).sum_all()
/// })?;
/// let mut gradient = [0.0; 2];
/// let loss = objective.gradient(&[2.0, 1.0], &mut gradient)?;
/// assert!((loss - 0.98).abs() < 1e-15 && (gradient[0] - 1.4).abs() < 1e-15);
/// # Ok::<(), thalweg::objective::ObjectiveError>(())
/// ```
#[derive(Debug)]
pub struct Traced<T> {
    parameter_count: usize,
    loss: Plan<T>,
    gradient: Plan<T>,
    hessian_vector: Plan<T>,
}

impl<T: Element> Traced<T> {
    /// Traces `formula`, which gets θ as a vector `[m]` and returns a scalar.
    ///
    /// # Errors
    /// If the formula's shapes do not fit together or its result is not a scalar.
    pub fn new(
        parameter_count: usize,
        formula: impl for<'g> Fn(Var<'g>) -> Var<'g>,
    ) -> Result<Self, ObjectiveError> {
        let graph = Graph::new();
        let theta = graph.input(&[parameter_count]);
        let vector = graph.input(&[parameter_count]);
        let loss = formula(theta).reshaped(&[]);
        let gradient = graph.gradient(loss, &[theta])[0];
        let product = graph.jvp(&[gradient], &[(theta, vector)])[0];
        let plan = |outputs: &[Var<'_>]| graph.program(outputs).map(|program| Plan::new(&program));
        Ok(Self {
            parameter_count,
            loss: plan(&[loss])?,
            gradient: plan(&[loss, gradient])?,
            hessian_vector: plan(&[product])?,
        })
    }
}

impl<T: Element> Objective<T> for Traced<T> {
    fn parameter_count(&self) -> usize {
        self.parameter_count
    }

    fn loss(&mut self, theta: &[T]) -> Result<f64, ObjectiveError> {
        check_length("theta", self.parameter_count, theta.len())?;
        let mut loss = [T::ZERO];
        let inputs = [Argument::Real(theta), Argument::Real(&[])];
        self.loss.run(&inputs, &mut [&mut loss], &Threads::one())?;
        Ok(loss[0].to_f64())
    }
}

impl<T: Element> Gradient<T> for Traced<T> {
    fn gradient(&mut self, theta: &[T], gradient: &mut [T]) -> Result<f64, ObjectiveError> {
        check_length("theta", self.parameter_count, theta.len())?;
        check_length("gradient", self.parameter_count, gradient.len())?;
        let mut loss = [T::ZERO];
        let inputs = [Argument::Real(theta), Argument::Real(&[])];
        self.gradient
            .run(&inputs, &mut [&mut loss, gradient], &Threads::one())?;
        Ok(loss[0].to_f64())
    }
}

impl<T: Element> HessianVector<T> for Traced<T> {
    fn hessian_vector(
        &mut self,
        theta: &[T],
        vector: &[T],
        product: &mut [T],
    ) -> Result<(), ObjectiveError> {
        check_length("theta", self.parameter_count, theta.len())?;
        check_length("vector", self.parameter_count, vector.len())?;
        check_length("product", self.parameter_count, product.len())?;
        let inputs = [Argument::Real(theta), Argument::Real(vector)];
        self.hessian_vector
            .run(&inputs, &mut [product], &Threads::one())?;
        Ok(())
    }
}
