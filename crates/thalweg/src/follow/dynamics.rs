//! What can be followed.

use super::shared::Shared;
use super::{FollowError, IntegratorName};
use crate::flow::tableau::euler;
use crate::flow::{Field, GradientFlow, RegularizedFlow};
use crate::modified::{
    MOST_TERMS, ModifiedField, ModifiedGradientFlow, TermsError, ThreeTermGradientFlow,
};
use crate::objective::{DirectionalDerivative, HessianVector};
use crate::regularizer::GradientPenalty;

/// Something that moves θ with time. h is the learning rate of gradient descent, g = ∇E, H = ∇²E.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Dynamics {
    /// θ ← θ − hg.
    GradientDescent,
    /// θ ← θ − h∇(E + penalty): gradient descent with explicit gradient regularisation.
    PenalisedDescent(GradientPenalty),
    /// θ' = −g.
    GradientFlow,
    /// The flow of gradient descent's modified equation with so many terms:
    /// [`ModifiedGradientFlow`] for two, [`ThreeTermGradientFlow`] for three, [`ModifiedField`] of
    /// Euler's method for more; with one it is the gradient flow.
    ModifiedFlow {
        /// 1 to [`MOST_TERMS`].
        terms: usize,
    },
    /// θ' = −∇(E + penalty), the flow of explicit gradient regularisation: [`RegularizedFlow`].
    PenalisedFlow(GradientPenalty),
}

impl Dynamics {
    /// Whether it moves continuously.
    #[must_use]
    pub fn is_flow(&self) -> bool {
        !matches!(self, Self::GradientDescent | Self::PenalisedDescent(_))
    }

    pub(super) fn check(&self) -> Result<(), FollowError> {
        match self {
            Self::ModifiedFlow { terms } if !(1..=MOST_TERMS).contains(terms) => {
                Err(TermsError(*terms).into())
            }
            Self::PenalisedDescent(penalty) | Self::PenalisedFlow(penalty) => Ok(penalty.check()?),
            _ => Ok(()),
        }
    }

    /// How many products with H, beginning with Hg, tell how small its error must be.
    pub(super) fn powers(&self) -> usize {
        match self {
            Self::GradientDescent | Self::PenalisedDescent(_) => 0,
            Self::GradientFlow | Self::PenalisedFlow(_) => 1,
            Self::ModifiedFlow { terms } => *terms,
        }
    }
}

/// Makes the field of a flow.
pub(super) type FieldOf<O> =
    for<'c> fn(Dynamics, Shared<'c, O>, f64) -> Result<Box<dyn Field + 'c>, FollowError>;

/// The field of any flow.
pub(super) fn any_field<O: DirectionalDerivative<f64>>(
    dynamics: Dynamics,
    objective: Shared<'_, O>,
    learning_rate: f64,
) -> Result<Box<dyn Field + '_>, FollowError> {
    match dynamics {
        Dynamics::ModifiedFlow { terms: 3 } => {
            let field = ThreeTermGradientFlow::new(objective, learning_rate);
            Ok(Box::new(field))
        }
        Dynamics::ModifiedFlow { terms } if terms > 3 => {
            let flow = GradientFlow::new(objective);
            let field = ModifiedField::new(flow, &euler(), learning_rate, terms)?;
            Ok(Box::new(field))
        }
        _ => two_term_field(dynamics, objective, learning_rate),
    }
}

/// The field of a flow that needs no derivatives beyond Hv.
pub(super) fn two_term_field<O: HessianVector<f64>>(
    dynamics: Dynamics,
    objective: Shared<'_, O>,
    learning_rate: f64,
) -> Result<Box<dyn Field + '_>, FollowError> {
    match dynamics {
        Dynamics::ModifiedFlow { terms: 2 } => {
            let field = ModifiedGradientFlow::new(objective, learning_rate);
            Ok(Box::new(field))
        }
        Dynamics::ModifiedFlow { terms } if terms > 2 => {
            Err(FollowError::HigherDerivatives { terms })
        }
        Dynamics::PenalisedDescent(penalty) | Dynamics::PenalisedFlow(penalty) => {
            Ok(Box::new(RegularizedFlow::new(objective, penalty)))
        }
        Dynamics::GradientDescent | Dynamics::GradientFlow | Dynamics::ModifiedFlow { .. } => {
            Ok(Box::new(GradientFlow::new(objective)))
        }
    }
}

/// The integrator that a flow begins with.
pub(super) fn first_integrator(relative_error: f64) -> IntegratorName {
    /// Below it a pair of order 8 needs fewer values of the field than one of order 5.
    const HIGH_ORDER: f64 = 1e-9;
    match relative_error < HIGH_ORDER {
        true => IntegratorName::Verner8,
        false => IntegratorName::DormandPrince5,
    }
}
