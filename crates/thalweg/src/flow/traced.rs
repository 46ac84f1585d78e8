//! Any vector-valued formula of θ as a field.

use thalweg_cpu::{Argument, Memory, Plan, Threads};
use thalweg_graph::{Graph, Var};

use super::{Field, SmoothField, Work};
use crate::objective::ObjectiveError;
use crate::objective::check_length;

/// A field given by a formula of the flat θ, with derivatives of every order. It need not be a
/// gradient.
///
/// ```
/// use thalweg::flow::{SmoothField, TracedField};
///
/// // The pendulum: θ₀' = θ₁, θ₁' = −θ₀ + θ₀³/6.
/// let mut field = TracedField::new(2, |theta| {
///     let (angle, speed) = (theta.slice(0, 0, 1), theta.slice(0, 1, 1));
///     vec![speed, angle.power(3.0) / 6.0 - angle]
/// })?;
/// let mut derivative = [0.0; 2];
/// field.derivative(&[1.0, 0.0], &[&[1.0, 0.0]], &mut derivative)?;
/// assert_eq!(derivative, [0.0, -0.5]);
/// # Ok::<(), thalweg::objective::ObjectiveError>(())
/// ```
pub struct TracedField {
    dimension: usize,
    formula: Box<Formula>,
    /// By the number of directions.
    plans: Vec<Option<Plan<f64>>>,
    memory: Memory<f64>,
    work: Work,
}

/// A formula of θ as a vector `[m]`, its value in parts.
type Formula = dyn for<'g> Fn(Var<'g>) -> Vec<Var<'g>> + Send;

impl std::fmt::Debug for TracedField {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TracedField")
            .field("dimension", &self.dimension)
            .finish_non_exhaustive()
    }
}

impl TracedField {
    /// Traces `formula`, which gets θ as a vector `[m]` and returns m elements in one or several
    /// parts of any shapes, joined in their order.
    ///
    /// # Errors
    /// If the formula's shapes do not fit together or its value has not m elements.
    pub fn new(
        dimension: usize,
        formula: impl for<'g> Fn(Var<'g>) -> Vec<Var<'g>> + Send + 'static,
    ) -> Result<Self, ObjectiveError> {
        let mut field = Self {
            dimension,
            formula: Box::new(formula),
            plans: Vec::new(),
            memory: Memory::new(),
            work: Work::default(),
        };
        let plan = field.compile(0)?;
        field.plans.push(Some(plan));
        Ok(field)
    }

    /// The program of the derivative along so many directions.
    fn compile(&self, directions: usize) -> Result<Plan<f64>, ObjectiveError> {
        let graph = Graph::new();
        let theta = graph.input(&[self.dimension]);
        let parts = (self.formula)(theta);
        let flat = |part: &Var<'_>| part.element_count();
        let given = parts.iter().map(flat).sum();
        check_length("the value of the field", self.dimension, given)?;
        let parts: Vec<Var<'_>> = parts
            .iter()
            .map(|part| part.reshaped(&[part.element_count()]))
            .collect();
        let value = match parts.as_slice() {
            [] => graph.constant(0.0, &[0]),
            parts => Var::concatenated(parts, 0),
        };
        let derivative = (0..directions).fold(value, |derivative, _| {
            let direction = graph.input(&[self.dimension]);
            graph.jvp(&[derivative], &[(theta, direction)])[0]
        });
        Ok(Plan::new(&graph.program(&[derivative])?))
    }
}

impl Field for TracedField {
    fn dimension(&self) -> usize {
        self.dimension
    }

    fn velocity(&mut self, theta: &[f64], velocity: &mut [f64]) -> Result<(), ObjectiveError> {
        self.derivative(theta, &[], velocity)
    }

    fn work(&self) -> Work {
        self.work
    }
}

impl SmoothField for TracedField {
    fn derivative(
        &mut self,
        theta: &[f64],
        directions: &[&[f64]],
        derivative: &mut [f64],
    ) -> Result<(), ObjectiveError> {
        check_length("theta", self.dimension, theta.len())?;
        for direction in directions {
            check_length("direction", self.dimension, direction.len())?;
        }
        check_length("derivative", self.dimension, derivative.len())?;
        let order = directions.len();
        if self.plans.len() <= order {
            self.plans.resize_with(order + 1, || None);
        }
        let plan = match &mut self.plans[order] {
            Some(plan) => plan,
            None => {
                let plan = self.compile(order)?;
                self.plans[order].insert(plan)
            }
        };
        self.work.count(order);
        let vectors = [theta].into_iter().chain(directions.iter().copied());
        let inputs: Vec<Argument<'_, f64>> = vectors.map(Argument::Real).collect();
        let outputs = &mut [derivative];
        plan.run(&inputs, outputs, &mut self.memory, &Threads::one())?;
        Ok(())
    }
}
