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
        }
    }

    /// The most terms of its field that can be compared with it.
    #[must_use]
    pub fn most_terms(self) -> usize {
        match self.family() {
            Family::RungeKutta(_) => MOST_TERMS,
            Family::Memory | Family::Game => 2,
            Family::Principal => 1,
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
    ///
    /// # Errors
    /// If there are not so many terms.
    pub fn claims(self, terms: usize) -> Result<Claims, VerificationError> {
        self.check_terms(terms)?;
        let both = |global: usize| Claims {
            one_step: Some(Claim::Order(global + 1)),
            fixed_time: Claim::Order(global),
        };
        Ok(match self.family() {
            Family::RungeKutta(tableau) => both(terms.max(tableau.order)),
            Family::Game => both(terms),
            Family::Memory => Claims {
                one_step: None,
                fixed_time: Claim::Order(terms),
            },
            Family::Principal => Claims {
                one_step: Some(Claim::Exact),
                fixed_time: Claim::Exact,
            },
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
    /// β of heavy ball and Nesterov's method.
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
