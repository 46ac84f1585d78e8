//! The flow of an objective with an explicit gradient penalty.

use super::{Field, Work};
use crate::objective::{HessianVector, ObjectiveError};
use crate::regularizer::{GradientPenalty, PenaltyDerivative, Scratch};

/// f = −∇(E + μ‖∇E‖²) = −(g + 2μHg), or with the penalty μR_IG = μ‖∇E‖²/m: −(g + (2μ/m)Hg); the flow
/// that explicit gradient regularisation follows.
///
/// μ, the normalisation and how Hg is computed are those of the [`GradientPenalty`]. With
/// [`PenaltyDerivative::Exact`] a value costs g and Hg, about three gradients; with differences, two or
/// three gradients.
///
/// Its Jacobian has eigenvalues of −(λ + 2μλ²) for λ of H, and larger ones away from minima: for
/// 2μλ_max ≫ 1 it is stiff, and [`Chebyshev`](super::Chebyshev) is the method for it.
///
/// D. G. T. Barrett and B. Dherin, *Implicit Gradient Regularization*, ICLR 2021, arXiv 2009.11162,
/// eq. 8 and A.31.
///
/// ```
/// use thalweg::flow::{Field, RegularizedFlow};
/// use thalweg::objective::Traced;
/// use thalweg::regularizer::GradientPenalty;
///
/// // E = 3θ²/2: g = 3θ, Hg = 9θ.
/// let objective = Traced::<f64>::new(1, |theta| (theta * theta * 1.5).sum_all())?;
/// let mut flow = RegularizedFlow::new(objective, GradientPenalty::squared_norm(0.1)?);
/// let mut velocity = [0.0];
/// flow.velocity(&[2.0], &mut velocity)?;
/// assert!((velocity[0] + 6.0 + 0.2 * 18.0).abs() < 1e-14);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct RegularizedFlow<O> {
    objective: O,
    penalty: GradientPenalty,
    scratch: Scratch<f64>,
    work: Work,
}

impl<O> RegularizedFlow<O> {
    /// The flow of `objective`, which may be a `&mut` reference to one, under `penalty`.
    pub fn new(objective: O, penalty: GradientPenalty) -> Self {
        Self {
            objective,
            penalty,
            scratch: Scratch::default(),
            work: Work::default(),
        }
    }

    /// The objective.
    pub fn objective(&mut self) -> &mut O {
        &mut self.objective
    }

    /// Counts one value of the field, where ‖∇E‖² is this.
    fn count(&mut self, gradient_norm_squared: f64) {
        let differences = match self.penalty.derivative {
            PenaltyDerivative::Exact => {
                self.work.count(0);
                return self.work.count(1);
            }
            PenaltyDerivative::ForwardDifference | PenaltyDerivative::BackwardDifference => 1,
            PenaltyDerivative::CentralDifference => 2,
        };
        let none = gradient_norm_squared == 0.0 || self.penalty.coefficient == 0.0;
        self.work.gradients += if none { 1 } else { 1 + differences };
    }
}

impl<O: HessianVector<f64>> Field for RegularizedFlow<O> {
    fn dimension(&self) -> usize {
        self.objective.parameter_count()
    }

    fn velocity(&mut self, theta: &[f64], velocity: &mut [f64]) -> Result<(), ObjectiveError> {
        let (objective, scratch) = (&mut self.objective, &mut self.scratch);
        let seen = self.penalty.gradient(objective, theta, velocity, scratch)?;
        self.count(seen.gradient_norm_squared);
        velocity.iter_mut().for_each(|element| *element = -*element);
        Ok(())
    }

    fn work(&self) -> Work {
        self.work
    }
}
