//! Any formula of θ as an objective.

use thalweg_cpu::{Argument, Element, Memory, Plan, Threads};
use thalweg_graph::{Graph, Var};

use super::error::check_length;
use super::{DirectionalDerivative, Gradient, HessianVector, Objective, ObjectiveError};

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
pub struct Traced<T> {
    parameter_count: usize,
    formula: Box<Formula>,
    loss: Plan<T>,
    gradient: Plan<T>,
    /// By the number of directions.
    derivatives: Vec<Option<Plan<T>>>,
    memory: Memory<T>,
}

/// A formula of θ as a vector `[m]`.
type Formula = dyn for<'g> Fn(Var<'g>) -> Var<'g> + Send;

impl<T: Element> std::fmt::Debug for Traced<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Traced")
            .field("parameter_count", &self.parameter_count)
            .finish_non_exhaustive()
    }
}

impl<T: Element> Traced<T> {
    /// Traces `formula`, which gets θ as a vector `[m]` and returns a scalar.
    ///
    /// # Errors
    /// If the formula's shapes do not fit together or its result is not a scalar.
    pub fn new(
        parameter_count: usize,
        formula: impl for<'g> Fn(Var<'g>) -> Var<'g> + Send + 'static,
    ) -> Result<Self, ObjectiveError> {
        let graph = Graph::new();
        let theta = graph.input(&[parameter_count]);
        let loss = formula(theta).reshaped(&[]);
        let gradient = graph.gradient(loss, &[theta])[0];
        let plan = |outputs: &[Var<'_>]| graph.program(outputs).map(|program| Plan::new(&program));
        Ok(Self {
            parameter_count,
            loss: plan(&[loss])?,
            gradient: plan(&[loss, gradient])?,
            derivatives: Vec::new(),
            memory: Memory::new(),
            formula: Box::new(formula),
        })
    }

    fn check(&self, name: &'static str, vector: &[T]) -> Result<(), ObjectiveError> {
        check_length(name, self.parameter_count, vector.len())
    }

    /// The program of the derivative along so many directions.
    fn compile(&self, directions: usize) -> Result<Plan<T>, ObjectiveError> {
        let graph = Graph::new();
        let theta = graph.input(&[self.parameter_count]);
        let loss = (self.formula)(theta).reshaped(&[]);
        let gradient = graph.gradient(loss, &[theta])[0];
        let derivative = (0..directions).fold(gradient, |derivative, _| {
            let direction = graph.input(&[self.parameter_count]);
            graph.jvp(&[derivative], &[(theta, direction)])[0]
        });
        Ok(Plan::new(&graph.program(&[derivative])?))
    }
}

impl<T: Element> Objective<T> for Traced<T> {
    fn parameter_count(&self) -> usize {
        self.parameter_count
    }

    fn loss(&mut self, theta: &[T]) -> Result<f64, ObjectiveError> {
        self.check("theta", theta)?;
        let mut loss = [T::ZERO];
        let (inputs, outputs) = ([Argument::Real(theta)], &mut [&mut loss[..]]);
        self.loss
            .run(&inputs, outputs, &mut self.memory, &Threads::one())?;
        Ok(loss[0].to_f64())
    }
}

impl<T: Element> Gradient<T> for Traced<T> {
    fn gradient(&mut self, theta: &[T], gradient: &mut [T]) -> Result<f64, ObjectiveError> {
        self.check("theta", theta)?;
        self.check("gradient", gradient)?;
        let mut loss = [T::ZERO];
        let (inputs, outputs) = ([Argument::Real(theta)], &mut [&mut loss[..], gradient]);
        self.gradient
            .run(&inputs, outputs, &mut self.memory, &Threads::one())?;
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
        self.check("vector", vector)?;
        self.check("product", product)?;
        self.directional_derivative(theta, &[vector], product)
    }
}

impl<T: Element> DirectionalDerivative<T> for Traced<T> {
    fn directional_derivative(
        &mut self,
        theta: &[T],
        directions: &[&[T]],
        derivative: &mut [T],
    ) -> Result<(), ObjectiveError> {
        self.check("theta", theta)?;
        for direction in directions {
            self.check("direction", direction)?;
        }
        self.check("derivative", derivative)?;
        let order = directions.len();
        if self.derivatives.len() <= order {
            self.derivatives.resize_with(order + 1, || None);
        }
        let plan = match &mut self.derivatives[order] {
            Some(plan) => plan,
            None => {
                let plan = self.compile(order)?;
                self.derivatives[order].insert(plan)
            }
        };
        let vectors = [theta].into_iter().chain(directions.iter().copied());
        let inputs: Vec<Argument<'_, T>> = vectors.map(Argument::Real).collect();
        plan.run(
            &inputs,
            &mut [derivative],
            &mut self.memory,
            &Threads::one(),
        )?;
        Ok(())
    }
}
