//! Right-hand sides.

use crate::objective::{DirectionalDerivative, Gradient, ObjectiveError};

/// What evaluating a field has cost so far, in what it asked of its objective.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// First derivatives: ∇E, or a value of the field itself.
    pub gradients: u64,
    /// Derivatives along one direction: Hv.
    pub hessian_vectors: u64,
    /// Derivatives along two or more directions.
    pub higher_derivatives: u64,
}

impl Work {
    /// One derivative along so many directions more.
    pub fn count(&mut self, directions: usize) {
        match directions {
            0 => self.gradients += 1,
            1 => self.hessian_vectors += 1,
            _ => self.higher_derivatives += 1,
        }
    }
}

impl std::ops::Sub for Work {
    type Output = Self;

    /// What was asked after `before`.
    fn sub(self, before: Self) -> Self {
        Self {
            gradients: self.gradients - before.gradients,
            hessian_vectors: self.hessian_vectors - before.hessian_vectors,
            higher_derivatives: self.higher_derivatives - before.higher_derivatives,
        }
    }
}

/// The right-hand side f of θ' = f(θ).
pub trait Field {
    /// The number of elements of θ.
    fn dimension(&self) -> usize;

    /// Writes f(θ) to `velocity`.
    ///
    /// # Errors
    /// If a slice has the wrong length.
    fn velocity(&mut self, theta: &[f64], velocity: &mut [f64]) -> Result<(), ObjectiveError>;

    /// What all calls so far have cost.
    fn work(&self) -> Work;
}

/// A field with derivatives of every order.
pub trait SmoothField: Field {
    /// Writes f⁽ᵏ⁾(θ)\[v₁, …, v_k\] to `derivative`, where the v are the k `directions`: f itself
    /// for none, the Jacobian–vector product f'(θ)v for one. Symmetric and linear in the directions.
    ///
    /// # Errors
    /// If a slice has the wrong length.
    fn derivative(
        &mut self,
        theta: &[f64],
        directions: &[&[f64]],
        derivative: &mut [f64],
    ) -> Result<(), ObjectiveError>;
}

/// f = −∇E, the gradient flow of an objective.
///
/// ```
/// use thalweg::flow::{Field, GradientFlow, SmoothField};
/// use thalweg::objective::Traced;
///
/// // E = θ⁴/4, so f = −θ³, f' = −3θ², f'' = −6θ.
/// let objective = Traced::<f64>::new(1, |theta| (theta.power(4.0) * 0.25).sum_all())?;
/// let mut flow = GradientFlow::new(objective);
/// let mut value = [0.0];
/// flow.derivative(&[2.0], &[&[1.0], &[0.5]], &mut value)?;
/// assert!((value[0] + 6.0).abs() < 1e-14);
/// assert_eq!(flow.work().higher_derivatives, 1);
/// # Ok::<(), thalweg::objective::ObjectiveError>(())
/// ```
#[derive(Clone, Debug)]
pub struct GradientFlow<O> {
    objective: O,
    work: Work,
}

impl<O> GradientFlow<O> {
    /// The gradient flow of `objective`, which may be a `&mut` reference to one.
    pub fn new(objective: O) -> Self {
        let work = Work::default();
        Self { objective, work }
    }

    /// The objective.
    pub fn objective(&mut self) -> &mut O {
        &mut self.objective
    }
}

impl<O: Gradient<f64>> Field for GradientFlow<O> {
    fn dimension(&self) -> usize {
        self.objective.parameter_count()
    }

    fn velocity(&mut self, theta: &[f64], velocity: &mut [f64]) -> Result<(), ObjectiveError> {
        self.work.count(0);
        self.objective.gradient(theta, velocity)?;
        negate(velocity);
        Ok(())
    }

    fn work(&self) -> Work {
        self.work
    }
}

impl<O: DirectionalDerivative<f64>> SmoothField for GradientFlow<O> {
    fn derivative(
        &mut self,
        theta: &[f64],
        directions: &[&[f64]],
        derivative: &mut [f64],
    ) -> Result<(), ObjectiveError> {
        self.work.count(directions.len());
        self.objective
            .directional_derivative(theta, directions, derivative)?;
        negate(derivative);
        Ok(())
    }
}

fn negate(vector: &mut [f64]) {
    vector.iter_mut().for_each(|element| *element = -*element);
}
