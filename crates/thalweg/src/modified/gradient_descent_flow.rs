//! The modified fields of gradient descent in closed form.

use crate::flow::{Field, Work};
use crate::objective::{DirectionalDerivative, HessianVector, ObjectiveError};
use crate::vector::add_scaled;

/// f + h f₁ = −g − (h/2) Hg = −∇(E + (h/4)‖∇E‖²), the gradient flow of gradient descent's modified
/// loss.
///
/// g = ∇E(θ), H = ∇²E(θ), and h is `learning_rate`. One step θ − hg differs from its flow over time
/// h by O(h³) (Barrett and Dherin 2021, arXiv 2009.11162, Theorem 3.1). It is
/// [`super::ModifiedField`] for Euler's method and two terms, but asks for products Hv only, and for
/// g and Hg in one pass.
///
/// A value costs one gradient and one Hv: about three gradients if the objective shares the forward
/// pass. It holds one vector of m elements.
///
/// ```
/// use thalweg::flow::Field;
/// use thalweg::modified::ModifiedGradientFlow;
/// use thalweg::objective::Traced;
///
/// // E = θ⁴/4: g = θ³, H = 3θ².
/// let objective = Traced::<f64>::new(1, |theta| (theta.power(4.0) * 0.25).sum_all())?;
/// let mut velocity = [0.0];
/// ModifiedGradientFlow::new(objective, 0.1).velocity(&[2.0], &mut velocity)?;
/// assert!((velocity[0] + 8.0 + 0.05 * 12.0 * 8.0).abs() < 1e-13);
/// # Ok::<(), thalweg::objective::ObjectiveError>(())
/// ```
#[derive(Clone, Debug)]
pub struct ModifiedGradientFlow<O> {
    objective: O,
    learning_rate: f64,
    gradient: Vec<f64>,
    work: Work,
}

impl<O: HessianVector<f64>> ModifiedGradientFlow<O> {
    /// Of gradient descent on `objective` with `learning_rate`, any finite number.
    pub fn new(objective: O, learning_rate: f64) -> Self {
        Self {
            gradient: vec![0.0; objective.parameter_count()],
            work: Work::default(),
            objective,
            learning_rate,
        }
    }
}

impl<O: HessianVector<f64>> Field for ModifiedGradientFlow<O> {
    fn dimension(&self) -> usize {
        self.objective.parameter_count()
    }

    fn velocity(&mut self, theta: &[f64], velocity: &mut [f64]) -> Result<(), ObjectiveError> {
        self.work.count(0);
        self.work.count(1);
        self.objective
            .gradient_and_hessian_gradient(theta, &mut self.gradient, velocity)?;
        for (velocity, gradient) in velocity.iter_mut().zip(&self.gradient) {
            *velocity = -gradient - self.learning_rate / 2.0 * *velocity;
        }
        Ok(())
    }

    fn work(&self) -> Work {
        self.work
    }
}

/// f + h f₁ + h² f₂ = −g − (h/2) Hg − h² (⅓ H²g + (1/12) ∇³E\[g, g\]), the three-term modified flow
/// of gradient descent.
///
/// g = ∇E(θ), H = ∇²E(θ), and h is `learning_rate`. One step θ − hg differs from its flow over time
/// h by O(h⁴). In general no loss has this field for its gradient: see [`super::ModifiedLoss`]. It
/// is [`super::ModifiedField`] for Euler's method and three terms, with one product Hv less than
/// written, since Hg/2 and hH²g/3 share one.
///
/// A value costs one gradient, two Hv and one derivative along two directions. It holds two vectors
/// of m elements. Hairer, Lubich and Wanner, *Geometric Numerical Integration* (2nd ed. 2006),
/// IX.1; Rosca et al. 2023, arXiv 2302.01952, has f₂ for gradient descent.
#[derive(Clone, Debug)]
pub struct ThreeTermGradientFlow<O> {
    objective: O,
    learning_rate: f64,
    gradient: Vec<f64>,
    product: Vec<f64>,
    work: Work,
}

impl<O: DirectionalDerivative<f64>> ThreeTermGradientFlow<O> {
    /// Of gradient descent on `objective` with `learning_rate`, any finite number.
    pub fn new(objective: O, learning_rate: f64) -> Self {
        let zeros = vec![0.0; objective.parameter_count()];
        Self {
            gradient: zeros.clone(),
            product: zeros,
            work: Work::default(),
            objective,
            learning_rate,
        }
    }
}

impl<O: DirectionalDerivative<f64>> Field for ThreeTermGradientFlow<O> {
    fn dimension(&self) -> usize {
        self.objective.parameter_count()
    }

    fn velocity(&mut self, theta: &[f64], velocity: &mut [f64]) -> Result<(), ObjectiveError> {
        let h = self.learning_rate;
        let Self {
            objective,
            gradient,
            product,
            ..
        } = self;
        objective.gradient_and_hessian_gradient(theta, gradient, product)?;
        for (product, gradient) in product.iter_mut().zip(&*gradient) {
            *product = h / 2.0 * gradient + h * h / 3.0 * *product;
        }
        objective.hessian_vector(theta, product, velocity)?;
        objective.directional_derivative(theta, &[gradient, gradient], product)?;
        add_scaled(velocity, 1.0, gradient);
        add_scaled(velocity, h * h / 12.0, product);
        velocity.iter_mut().for_each(|element| *element = -*element);
        for directions in [0, 1, 1, 2] {
            self.work.count(directions);
        }
        Ok(())
    }

    fn work(&self) -> Work {
        self.work
    }
}
