//! The methods that can be verified, and what is claimed of them.

use super::{Claim, Claims, VerificationError};
use crate::Named;
use crate::flow::Tableau;
use crate::flow::tableau::{euler, heun, runge_kutta_4};
use crate::modified::MOST_TERMS;

/// A method with a modified field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MethodName {
    /// θ − hg, as Euler's method: the modified field to any order.
    GradientDescent,
    /// Heun's method.
    Heun,
    /// The classical Runge–Kutta method.
    RungeKutta4,
    /// Polyak's momentum.
    HeavyBall,
    /// Nesterov's method with constant momentum.
    Nesterov,
    /// Adam with ε inside the root.
    Adam,
    /// RMSProp with ε inside the root.
    RmsProp,
    /// Players who move at the same time.
    SimultaneousGame,
    /// Players who move in turn.
    AlternatingGame,
    /// Gradient descent on quadratics, against its exact field.
    PrincipalFlow,
    /// Stochastic gradient descent on shuffled minibatches: the mean over all orders of an epoch.
    Sgd,
    /// The same on minibatches drawn with replacement: the mean over all draws.
    SgdWithReplacement,
    /// The same in one order of the minibatches.
    SgdFixedOrder,
    /// The same in one order followed by its reverse.
    SgdForwardAndBack,
    /// Two steps of half the rate on each of the shuffled minibatches.
    NStepSgd,
    /// Polyak's momentum on shuffled minibatches of a quadratic.
    SgdHeavyBall,
}

/// What kind of problem a method is for, and how far its field is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Family {
    /// A Runge–Kutta method for the gradient flow, whose modified field is known to any order.
    RungeKutta(Tableau),
    /// A method with memory, whose modified field is known to first order.
    Memory,
    /// Updates of players, whose modified field is known to first order.
    Game,
    /// Gradient descent on a quadratic, whose modified field is known exactly.
    Principal,
    /// Training on minibatches, whose mean has a modified loss to first order.
    Minibatch,
}

impl Named for MethodName {
    const NAMES: &'static [(&'static str, Self)] = &[
        ("gradient-descent", Self::GradientDescent),
        ("heun", Self::Heun),
        ("runge-kutta-4", Self::RungeKutta4),
        ("heavy-ball", Self::HeavyBall),
        ("nesterov", Self::Nesterov),
        ("adam", Self::Adam),
        ("rmsprop", Self::RmsProp),
        ("simultaneous-game", Self::SimultaneousGame),
        ("alternating-game", Self::AlternatingGame),
        ("principal-flow", Self::PrincipalFlow),
        ("sgd", Self::Sgd),
        ("sgd-with-replacement", Self::SgdWithReplacement),
        ("sgd-fixed-order", Self::SgdFixedOrder),
        ("sgd-forward-and-back", Self::SgdForwardAndBack),
        ("n-step-sgd", Self::NStepSgd),
        ("sgd-heavy-ball", Self::SgdHeavyBall),
    ];
}

impl MethodName {
    /// Its family.
    #[must_use]
    pub fn family(self) -> Family {
        match self {
            Self::GradientDescent => Family::RungeKutta(euler()),
            Self::Heun => Family::RungeKutta(heun()),
            Self::RungeKutta4 => Family::RungeKutta(runge_kutta_4()),
            Self::HeavyBall | Self::Nesterov | Self::Adam | Self::RmsProp => Family::Memory,
            Self::SimultaneousGame | Self::AlternatingGame => Family::Game,
            Self::PrincipalFlow => Family::Principal,
            Self::Sgd
            | Self::SgdWithReplacement
            | Self::SgdFixedOrder
            | Self::SgdForwardAndBack
            | Self::NStepSgd
            | Self::SgdHeavyBall => Family::Minibatch,
        }
    }

    /// The most terms of its field that can be compared with it.
    #[must_use]
    pub fn most_terms(self) -> usize {
        match self.family() {
            Family::RungeKutta(_) => MOST_TERMS,
            Family::Memory | Family::Game => 2,
            Family::Principal => 1,
            Family::Minibatch => match self {
                Self::NStepSgd | Self::SgdHeavyBall => 4,
                _ => 3,
            },
        }
    }

    /// What a flow is called: by its number of terms, or for minibatches by its loss, as
    /// [`MinibatchDescent`](super::MinibatchDescent) lists them.
    ///
    /// ```
    /// use thalweg::verification::MethodName;
    ///
    /// assert_eq!(MethodName::Heun.field_name(2), "2 terms");
    /// assert_eq!(MethodName::Sgd.field_name(3), "Ẽ_SGD");
    /// ```
    #[must_use]
    pub fn field_name(self, terms: usize) -> String {
        match (self.family(), terms) {
            (Family::Minibatch, 1) => "E".into(),
            (Family::Minibatch, 2) => "Ẽ_GD".into(),
            (Family::Minibatch, 3) => "Ẽ_SGD".into(),
            (Family::Minibatch, _) if self == Self::NStepSgd => "Ẽ_SGD of rate h".into(),
            (Family::Minibatch, _) => "Ẽ_SGD with c_v = c".into(),
            (_, 1) => "1 term".into(),
            (_, terms) => format!("{terms} terms"),
        }
    }

    /// What one step of its pair is: "one step", or "one epoch" of several.
    #[must_use]
    pub fn unit(self) -> &'static str {
        match self.family() {
            Family::Minibatch if self == Self::SgdForwardAndBack => "there and back",
            Family::Minibatch => "one epoch",
            _ => "one step",
        }
    }

    /// The flow whose corrections a negative control damages: the first that has the method's own, or
    /// `None` for SGD in one fixed order, which has no modified loss.
    #[must_use]
    pub fn damaged_terms(self) -> Option<usize> {
        match (self.family(), self) {
            (Family::RungeKutta(tableau), _) => Some(tableau.order + 1),
            (Family::Principal, _) => Some(1),
            (_, Self::SgdFixedOrder) => None,
            (Family::Minibatch, method) if method != Self::SgdWithReplacement => Some(3),
            _ => Some(2),
        }
    }

    /// How many are compared unless told otherwise: one more than needed to see each kind of change.
    #[must_use]
    pub fn usual_terms(self) -> usize {
        match self {
            Self::RungeKutta4 => 5,
            _ => self.most_terms().min(4),
        }
    }

    /// What is claimed of it and the flow of so many terms.
    ///
    /// A Runge–Kutta method of order p: one step O(h^{max(p,n)+1}), a fixed time one order less
    /// (Hairer, Lubich and Wanner, *Geometric Numerical Integration*, IX.1). Games, of two terms:
    /// as gradient descent (Rosca et al. 2021, arXiv 2105.13922). Methods with memory, of two terms: a
    /// fixed time O(h²), of one term O(h) (Ghosh et al. 2023, arXiv 2302.00849; Cattaneo et al. 2024,
    /// arXiv 2309.00079). The Principal Flow is exact (Rosca et al. 2023, arXiv 2302.01952).
    /// The mean of an epoch of minibatches, and an epoch with its reverse, O(h³) from the flow of the
    /// method's own modified loss and O(h²) from any other, as one fixed order is from all of them
    /// (Smith et al. 2021, arXiv 2101.12176); over a fixed time, where that is measured, one order less.
    ///
    /// # Errors
    /// If there are not so many terms.
    pub fn claims(self, terms: usize) -> Result<Claims, VerificationError> {
        self.check_terms(terms)?;
        let both = |global: usize| Claims {
            one_step: Some(Claim::Order(global + 1)),
            fixed_time: Some(Claim::Order(global)),
        };
        Ok(match self.family() {
            Family::RungeKutta(tableau) => both(terms.max(tableau.order)),
            Family::Game => both(terms),
            Family::Memory => Claims {
                one_step: None,
                fixed_time: Some(Claim::Order(terms)),
            },
            Family::Principal => Claims {
                one_step: Some(Claim::Exact),
                fixed_time: Some(Claim::Exact),
            },
            Family::Minibatch => {
                let is_own = self.damaged_terms() == Some(terms);
                let claims = both(if is_own { 2 } else { 1 });
                match self {
                    Self::SgdFixedOrder | Self::SgdForwardAndBack => claims,
                    Self::SgdHeavyBall => Claims {
                        one_step: None,
                        ..claims
                    },
                    _ => Claims {
                        fixed_time: None,
                        ..claims
                    },
                }
            }
        })
    }

    /// Checks a number of terms.
    pub(super) fn check_terms(self, terms: usize) -> Result<(), VerificationError> {
        let most = self.most_terms();
        if (1..=most).contains(&terms) {
            return Ok(());
        }
        let method = self.name();
        Err(VerificationError::Terms {
            method,
            most,
            terms,
        })
    }
}

/// Settings of methods with memory.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// β of heavy ball and Nesterov's method, with or without minibatches.
    pub momentum: f64,
    /// β₁ of Adam.
    pub beta_1: f64,
    /// β₂ of Adam and RMSProp.
    pub beta_2: f64,
    /// ε inside the root, in units of ‖∇E‖²/m at the start: where √ε is small against what the
    /// gradient changes by in 1/(1−β₂) steps, the statement is not about the learning rates tried.
    pub relative_epsilon: f64,
}

impl Settings {
    /// β = 0.5, β₁ = 0.5, β₂ = 0.8, ε = 0.05‖∇E‖²/m: memory short enough for few steps to be many.
    pub const USUAL: Self = Self {
        momentum: 0.5,
        beta_1: 0.5,
        beta_2: 0.8,
        relative_epsilon: 0.05,
    };
}
