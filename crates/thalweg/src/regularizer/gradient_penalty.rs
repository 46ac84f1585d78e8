//! Explicit gradient regularisation: the hidden term of gradient descent, added on purpose.

use thalweg_cpu::{Element, Threads, vector};

use super::scratch::{Scratch, keep};
use crate::Named;
use crate::objective::{Gradient, HessianVector, ObjectiveError};

/// Which multiple of ‖∇E‖² is added to E.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Normalisation {
    /// E + μ‖∇E‖²: gradient ∇E + 2μ H∇E; equal in strength to implicit regularisation at
    /// μ = h/4 (Barrett and Dherin 2021, eq. 8).
    SquaredNorm,
    /// E + μ R_IG with R_IG = ‖∇E‖²/m: gradient ∇E + (2μ/m) H∇E (ibid., eq. A.31).
    RIg,
    /// E + (μ/4)‖∇E‖²: gradient ∇E + (μ/2) H∇E. On minibatches this is the explicit regulariser of
    /// SGD, λE_reg = (λ/4k) Σᵢ ‖∇Êᵢ‖² in the mean of an epoch, in which λ = μ plays the part of the
    /// learning rate (Smith et al. 2021, section 3).
    EReg,
}

impl Named for Normalisation {
    const NAMES: &'static [(&'static str, Self)] = &[
        ("squared-norm", Self::SquaredNorm),
        ("r-ig", Self::RIg),
        ("e-reg", Self::EReg),
    ];
}

/// How H∇E in the gradient of the penalty is computed.
///
/// With displacement ε along the gradient g (Karakida et al. 2023, arXiv 2210.02720):
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PenaltyDerivative {
    /// The exact Hessian–vector product Hg.
    Exact,
    /// [∇E(θ + εg) − g]/ε, error O(ε).
    ForwardDifference,
    /// [g − ∇E(θ − εg)]/ε, error O(ε).
    BackwardDifference,
    /// [∇E(θ + εg) − ∇E(θ − εg)]/(2ε), error O(ε²).
    CentralDifference,
}

impl Named for PenaltyDerivative {
    const NAMES: &'static [(&'static str, Self)] = &[
        ("exact", Self::Exact),
        ("forward-difference", Self::ForwardDifference),
        ("backward-difference", Self::BackwardDifference),
        ("central-difference", Self::CentralDifference),
    ];
}

/// An explicit gradient penalty: E + μ‖∇E‖², E + μR_IG or E + (μ/4)‖∇E‖², by its coefficient and its
/// derivative.
///
/// Applied to a minibatch it penalises that batch's own gradient, μ‖∇Ê‖², as is usual in training;
/// applied to a whole objective it is the regulariser of the first paper;
/// [`MicroBatchPenalty`](super::MicroBatchPenalty) applies it to the parts of a batch.
///
/// A negative μ takes regularisation away: μ = −h/4 cancels the implicit term of gradient descent to
/// first order. The objective is then not bounded below, and a run may diverge.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GradientPenalty {
    /// μ, finite.
    pub coefficient: f64,
    /// What μ multiplies.
    pub normalisation: Normalisation,
    /// How its gradient is computed.
    pub derivative: PenaltyDerivative,
    /// ε > 0, the displacement along the gradient of finite differences; chosen from the
    /// precision and the sizes of θ and g if not given, see [`GradientPenalty::gradient`].
    pub epsilon: Option<f64>,
}

/// A coefficient or displacement that no penalty can have.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error("a gradient penalty cannot have {name} {value}; it must be {bound}")]
pub struct GradientPenaltyError {
    /// `coefficient` or `epsilon`.
    pub name: &'static str,
    /// The value given.
    pub value: f64,
    /// What it must be.
    pub bound: &'static str,
}

/// What is known after the gradient of a penalised objective has been computed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Penalised {
    /// E without the penalty.
    pub loss: f64,
    /// ‖∇E‖² without the penalty.
    pub gradient_norm_squared: f64,
}

impl GradientPenalty {
    /// The exact penalty μ‖∇E‖².
    ///
    /// # Errors
    /// If μ is not finite.
    pub fn squared_norm(coefficient: f64) -> Result<Self, GradientPenaltyError> {
        let penalty = Self {
            coefficient,
            normalisation: Normalisation::SquaredNorm,
            derivative: PenaltyDerivative::Exact,
            epsilon: None,
        };
        penalty.check().map(|()| penalty)
    }

    /// Checks that μ is finite, and that ε is finite and positive.
    ///
    /// # Errors
    /// If not.
    pub fn check(&self) -> Result<(), GradientPenaltyError> {
        let error = |name, value, bound| Err(GradientPenaltyError { name, value, bound });
        if !self.coefficient.is_finite() {
            return error("coefficient", self.coefficient, "finite");
        }
        match self.epsilon {
            Some(epsilon) if !(epsilon.is_finite() && epsilon > 0.0) => {
                error("epsilon", epsilon, "finite and positive")
            }
            _ => Ok(()),
        }
    }

    /// c in the penalised gradient g + c·Hg: 2μ, 2μ/m for R_IG of m parameters, or μ/2.
    #[must_use]
    pub fn factor(&self, parameter_count: usize) -> f64 {
        match self.normalisation {
            Normalisation::SquaredNorm => 2.0 * self.coefficient,
            Normalisation::RIg => 2.0 * self.coefficient / parameter_count as f64,
            Normalisation::EReg => self.coefficient / 2.0,
        }
    }

    /// What stands before ‖∇E‖² for m parameters, whatever the normalisation: half of
    /// [`Self::factor`]. It adds to the implicit coefficient of the method.
    #[must_use]
    pub fn of_squared_norm(&self, parameter_count: usize) -> f64 {
        self.factor(parameter_count) / 2.0
    }

    /// Writes the gradient of the penalised objective, g + c·Hg, to `gradient`.
    ///
    /// Hg is exact or a difference of gradients displaced along g by ε. Without a given ε the
    /// displacement ε‖g‖ is δ(1 + ‖θ‖), where δ is the square root of the precision (2⁻²³ or 2⁻⁵²)
    /// for one-sided differences and its cube root for central ones: truncation and rounding
    /// errors then balance. Where g = 0, so is Hg.
    ///
    /// `scratch` is memory to work in, kept between calls. Costs in gradients: exact 3, one-sided
    /// differences 2, central differences 3.
    ///
    /// # Errors
    /// Those of the objective.
    pub fn gradient<T: Element, O: HessianVector<T>>(
        &self,
        objective: &mut O,
        theta: &[T],
        gradient: &mut [T],
        scratch: &mut Scratch<T>,
    ) -> Result<Penalised, ObjectiveError> {
        if self.derivative != PenaltyDerivative::Exact {
            return self.difference_gradient(objective, theta, gradient, scratch);
        }
        let Scratch {
            threads,
            product,
            unpenalised,
            ..
        } = scratch;
        product.resize(theta.len(), T::ZERO);
        let loss = objective.gradient_and_hessian_gradient(theta, gradient, product)?;
        keep(unpenalised, gradient);
        let factor = self.factor(theta.len());
        let gradient_norm_squared =
            vector::add_scaled_after_norm(gradient, factor, product, threads);
        Ok(Penalised {
            loss,
            gradient_norm_squared,
        })
    }

    /// The same for an objective that has only gradients, by the differences of
    /// [`Self::derivative`](Self#structfield.derivative); `Exact` is taken as central.
    ///
    /// # Errors
    /// Those of the objective.
    pub fn difference_gradient<T: Element, O: Gradient<T>>(
        &self,
        objective: &mut O,
        theta: &[T],
        gradient: &mut [T],
        scratch: &mut Scratch<T>,
    ) -> Result<Penalised, ObjectiveError> {
        let loss = objective.gradient(theta, gradient)?;
        keep(&mut scratch.unpenalised, gradient);
        let gradient_norm_squared = vector::norm_squared(gradient, &scratch.threads);
        let penalised = Penalised {
            loss,
            gradient_norm_squared,
        };
        if gradient_norm_squared > 0.0 && self.coefficient != 0.0 {
            let epsilon = match self.epsilon {
                Some(epsilon) => epsilon,
                None => self.balanced_epsilon(theta, gradient_norm_squared, &scratch.threads),
            };
            let weight = self.factor(theta.len()) / epsilon;
            self.add_difference(objective, theta, gradient, scratch, (epsilon, weight))?;
        }
        Ok(penalised)
    }

    /// Adds weight·[∇E ahead − ∇E behind] to `gradient`, which is g.
    fn add_difference<T: Element, O: Gradient<T>>(
        &self,
        objective: &mut O,
        theta: &[T],
        gradient: &mut [T],
        scratch: &mut Scratch<T>,
        (epsilon, weight): (f64, f64),
    ) -> Result<(), ObjectiveError> {
        let Scratch {
            threads,
            product,
            displaced,
            behind,
            ..
        } = scratch;
        let mut gradient_at = |sign: f64, base: &[T], product: &mut Vec<T>| {
            displaced.resize(theta.len(), T::ZERO);
            product.resize(theta.len(), T::ZERO);
            vector::displaced(displaced, theta, sign * epsilon, base, threads);
            objective.gradient(displaced, product)
        };
        match self.derivative {
            PenaltyDerivative::ForwardDifference => {
                gradient_at(1.0, gradient, product)?;
                vector::move_towards(gradient, weight, product, threads);
            }
            PenaltyDerivative::BackwardDifference => {
                gradient_at(-1.0, gradient, product)?;
                vector::move_towards(gradient, -weight, product, threads);
            }
            PenaltyDerivative::Exact | PenaltyDerivative::CentralDifference => {
                gradient_at(1.0, gradient, product)?;
                gradient_at(-1.0, gradient, behind)?;
                let half = weight / 2.0;
                vector::add_scaled_difference(gradient, half, product, behind, threads);
            }
        }
        Ok(())
    }

    /// ε such that the displacement ε‖g‖ balances truncation and rounding.
    fn balanced_epsilon<T: Element>(
        &self,
        theta: &[T],
        gradient_norm_squared: f64,
        threads: &Threads,
    ) -> f64 {
        let precision = T::EPSILON.to_f64();
        let relative = match self.derivative {
            PenaltyDerivative::ForwardDifference | PenaltyDerivative::BackwardDifference => {
                precision.sqrt()
            }
            PenaltyDerivative::Exact | PenaltyDerivative::CentralDifference => precision.cbrt(),
        };
        let displacement = relative * (1.0 + vector::norm_squared(theta, threads).sqrt());
        displacement / gradient_norm_squared.sqrt()
    }
}
