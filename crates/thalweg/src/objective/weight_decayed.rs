//! An objective with weight decay.

use thalweg_cpu::Element;

use super::{
    ExampleGradients, FiniteSum, Gradient, HessianVector, Objective, ObjectiveError, PerExample,
};
use crate::vector::{add_scaled, norm_squared};

/// E_w(θ) = E(θ) + (w/2)‖θ‖² for a coefficient w ≥ 0: gradient ∇E + wθ, Hessian ∇²E + wI.
///
/// This is *coupled* weight decay, part of what a gradient is taken of. A gradient penalty of E_w is
/// that of ∇E + wθ; a penalty of ∇E alone is had by penalising E and adding wθ. Costs what E costs,
/// and one gradient more where g and Hg are asked for together, since H_w g_w = Hg_w + w g_w
/// needs g_w before the product.
///
/// ```
/// use thalweg::objective::{Gradient, Objective, Traced, WeightDecayed};
///
/// let mut objective = Traced::<f64>::new(2, |theta| theta.sum_all())?;
/// let mut decayed = WeightDecayed::new(&mut objective, 0.5);
/// let mut gradient = [0.0; 2];
/// assert_eq!(decayed.gradient(&[2.0, 4.0], &mut gradient)?, 6.0 + 0.25 * 20.0);
/// assert_eq!(gradient, [2.0, 3.0]);
/// # Ok::<(), thalweg::objective::ObjectiveError>(())
/// ```
#[derive(Clone, Debug)]
pub struct WeightDecayed<O> {
    objective: O,
    coefficient: f64,
}

impl<O> WeightDecayed<O> {
    /// `objective` with weight decay w = `coefficient`; an objective may be given by reference.
    pub fn new(objective: O, coefficient: f64) -> Self {
        Self {
            objective,
            coefficient,
        }
    }

    /// E + (w/2)‖θ‖² from E.
    fn decayed<T: Element>(&self, loss: f64, theta: &[T]) -> f64 {
        loss + 0.5 * self.coefficient * norm_squared(theta)
    }
}

impl<T: Element, O: Objective<T>> Objective<T> for WeightDecayed<O> {
    fn parameter_count(&self) -> usize {
        self.objective.parameter_count()
    }

    fn loss(&mut self, theta: &[T]) -> Result<f64, ObjectiveError> {
        let loss = self.objective.loss(theta)?;
        Ok(self.decayed(loss, theta))
    }
}

impl<T: Element, O: Gradient<T>> Gradient<T> for WeightDecayed<O> {
    fn gradient(&mut self, theta: &[T], gradient: &mut [T]) -> Result<f64, ObjectiveError> {
        let loss = self.objective.gradient(theta, gradient)?;
        add_scaled(gradient, self.coefficient, theta);
        Ok(self.decayed(loss, theta))
    }
}

impl<T: Element, O: HessianVector<T>> HessianVector<T> for WeightDecayed<O> {
    fn hessian_vector(
        &mut self,
        theta: &[T],
        vector: &[T],
        product: &mut [T],
    ) -> Result<(), ObjectiveError> {
        self.objective.hessian_vector(theta, vector, product)?;
        add_scaled(product, self.coefficient, vector);
        Ok(())
    }
}

impl<T: Element, O: FiniteSum<T>> FiniteSum<T> for WeightDecayed<O> {
    fn examples(&self) -> usize {
        self.objective.examples()
    }

    fn minibatch_loss(&mut self, batch: &[usize], theta: &[T]) -> Result<f64, ObjectiveError> {
        let loss = self.objective.minibatch_loss(batch, theta)?;
        Ok(self.decayed(loss, theta))
    }

    fn minibatch_gradient(
        &mut self,
        batch: &[usize],
        theta: &[T],
        gradient: &mut [T],
    ) -> Result<f64, ObjectiveError> {
        let loss = self.objective.minibatch_gradient(batch, theta, gradient)?;
        add_scaled(gradient, self.coefficient, theta);
        Ok(self.decayed(loss, theta))
    }

    fn minibatch_hessian_vector(
        &mut self,
        batch: &[usize],
        theta: &[T],
        vector: &[T],
        product: &mut [T],
    ) -> Result<(), ObjectiveError> {
        self.objective
            .minibatch_hessian_vector(batch, theta, vector, product)?;
        add_scaled(product, self.coefficient, vector);
        Ok(())
    }

    /// Is refused: what is asked of the objective says nothing of ∇Eⱼ·θ.
    fn example_gradients(
        &mut self,
        _: &[T],
        _: &mut [T],
        _: PerExample,
    ) -> Result<ExampleGradients, ObjectiveError> {
        Err(ObjectiveError::DecayedExamples)
    }

    /// Is refused likewise.
    fn minibatch_example_gradients(
        &mut self,
        _: &[usize],
        _: &[T],
        _: &mut [T],
        _: PerExample,
    ) -> Result<ExampleGradients, ObjectiveError> {
        Err(ObjectiveError::DecayedExamples)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::objective::Traced;
    use crate::regularizer::{GradientPenalty, Scratch};

    const THETA: [f64; 3] = [0.9, -0.4, 1.3];
    const W: f64 = 0.3;

    fn objective() -> Traced<f64> {
        Traced::new(3, |theta| {
            let [a, b, c] = [0, 1, 2].map(|index| theta.slice(0, index, 1));
            let terms = 0.5 * (0.6 - a * b).power(2.0) + 0.3 * (a - c).power(2.0);
            (terms + 0.25 * c.power(4.0)).sum_all()
        })
        .unwrap()
    }

    /// A central difference of `function` along each coordinate.
    fn differences(function: &mut dyn FnMut(&[f64]) -> f64) -> Vec<f64> {
        let mut at = |index: usize, shift: f64| {
            let mut theta = THETA;
            theta[index] += shift;
            function(&theta)
        };
        let step = 1e-5;
        (0..3)
            .map(|index| (at(index, step) - at(index, -step)) / (2.0 * step))
            .collect()
    }

    fn assert_close(left: &[f64], right: &[f64], tolerance: f64) {
        for (left, right) in left.iter().zip(right) {
            assert!((left - right).abs() < tolerance, "{left} {right}");
        }
    }

    #[test]
    fn its_gradient_is_the_difference_of_its_loss_and_not_of_the_loss_alone() {
        let mut decayed = WeightDecayed::new(objective(), W);
        let mut gradient = [0.0; 3];
        let loss = decayed.gradient(&THETA, &mut gradient).unwrap();
        assert_eq!(loss, decayed.loss(&THETA).unwrap());
        let expected = differences(&mut |theta| decayed.loss(theta).unwrap());
        assert_close(&gradient, &expected, 1e-9);
        let mut alone = objective();
        let alone = differences(&mut |theta| alone.loss(theta).unwrap());
        assert!((gradient[0] - alone[0] - W * THETA[0]).abs() < 1e-9);
        assert!((gradient[0] - alone[0]).abs() > 0.1);
    }

    #[test]
    fn its_hessian_is_that_of_the_objective_and_w_on_the_diagonal() {
        let mut decayed = WeightDecayed::new(objective(), W);
        let (vector, mut product) = ([0.2, -1.1, 0.7], [0.0; 3]);
        decayed
            .hessian_vector(&THETA, &vector, &mut product)
            .unwrap();
        let along = |scale: f64| {
            let moved: Vec<f64> = THETA
                .iter()
                .zip(vector)
                .map(|(x, v)| x + scale * v)
                .collect();
            let mut gradient = [0.0; 3];
            WeightDecayed::new(objective(), W)
                .gradient(&moved, &mut gradient)
                .unwrap();
            gradient
        };
        let (ahead, behind) = (along(1e-5), along(-1e-5));
        let expected: Vec<f64> = (0..3).map(|i| (ahead[i] - behind[i]) / 2e-5).collect();
        assert_close(&product, &expected, 1e-8);
    }

    #[test]
    fn a_penalty_of_it_is_one_of_the_decayed_gradient() {
        let penalty = GradientPenalty::squared_norm(0.05).unwrap();
        let mut decayed = WeightDecayed::new(objective(), W);
        let (mut gradient, mut scratch) = ([0.0; 3], Scratch::default());
        penalty
            .gradient(&mut decayed, &THETA, &mut gradient, &mut scratch)
            .unwrap();
        // E_w + 0.05‖∇E + wθ‖², differenced; and with ‖∇E‖² instead, which must not fit.
        let penalised = |is_decayed: bool| {
            differences(&mut |theta| {
                let (mut plain, mut slope) = (objective(), [0.0; 3]);
                let loss = plain.gradient(theta, &mut slope).unwrap();
                if is_decayed {
                    add_scaled(&mut slope, W, theta);
                }
                loss + 0.5 * W * norm_squared(theta) + 0.05 * norm_squared(&slope)
            })
        };
        assert_close(&gradient, &penalised(true), 1e-8);
        let other = penalised(false);
        assert!(
            (gradient[0] - other[0]).abs() > 1e-3,
            "{gradient:?} {other:?}"
        );
    }
}
