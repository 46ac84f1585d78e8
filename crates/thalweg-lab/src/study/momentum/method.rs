//! The methods compared, and how they are run.

use thalweg::modified;
use thalweg::optimizer::{HeavyBall, Nesterov, Optimizer};

use crate::study::smooth_problem::SmoothProblem;
use crate::study::{StudyError, Watch};

/// A method with momentum; with β = 0 either is gradient descent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    HeavyBall,
    Nesterov,
}

/// What a method remembers before its first step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Begin {
    /// Velocity 0, as in practice.
    AtRest,
    /// The velocity ∇E/(1−β), as if it had been moving for long.
    Moving,
}

/// A method with its settings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Setting {
    pub method: Method,
    pub momentum: f64,
    /// h/(1−β).
    pub effective_rate: f64,
}

impl Method {
    pub(super) const ALL: [Self; 2] = [Self::HeavyBall, Self::Nesterov];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::HeavyBall => "heavy ball",
            Self::Nesterov => "Nesterov",
        }
    }

    /// The claim: how many times as strong as that of gradient descent at equal effective rate
    /// the penalty of ‖∇E‖² is.
    pub(super) fn factor(self, momentum: f64) -> f64 {
        let beta = momentum;
        match self {
            Self::HeavyBall => (1.0 + beta) / (1.0 - beta),
            Self::Nesterov => (1.0 - beta + 2.0 * beta * beta) / (1.0 - beta),
        }
    }
}

impl Setting {
    /// h.
    pub(super) fn learning_rate(self) -> f64 {
        self.effective_rate * (1.0 - self.momentum)
    }

    /// The coefficient of ‖∇E‖² that gradient descent has at this effective rate.
    pub(super) fn plain_coefficient(self) -> f64 {
        self.effective_rate / 4.0
    }

    /// The coefficient that is claimed.
    pub(super) fn claimed_coefficient(self) -> f64 {
        self.plain_coefficient() * self.method.factor(self.momentum)
    }

    /// θ₀ + (hβ/(1−β)²)∇E(θ₀), from where the flow that a start at rest falls into comes.
    pub(super) fn start_from_rest(
        self,
        problem: &mut SmoothProblem,
    ) -> Result<Vec<f64>, StudyError> {
        let (rate, momentum) = (self.learning_rate(), self.momentum);
        let gradient = problem.start_gradient()?;
        let start = &problem.start;
        Ok(match self.method {
            Method::HeavyBall => {
                modified::HeavyBall::new(rate, momentum)?.start_from_rest(start, &gradient)
            }
            Method::Nesterov => {
                modified::Nesterov::new(rate, momentum)?.start_from_rest(start, &gradient)
            }
        })
    }

    fn optimizer(self) -> Result<Box<dyn Optimizer<f64>>, StudyError> {
        let (rate, momentum) = (self.learning_rate(), self.momentum);
        Ok(match self.method {
            Method::HeavyBall => Box::new(HeavyBall::new(rate, momentum)?),
            Method::Nesterov => Box::new(Nesterov::new(rate, momentum)?),
        })
    }

    /// θ₀, …, θ_n for n = `steps`, each shown to `visit` with its number.
    pub(super) fn walk(
        self,
        problem: &mut SmoothProblem,
        begin: Begin,
        steps: usize,
        watch: &Watch<'_>,
        visit: impl FnMut(usize, &[f64]),
    ) -> Result<(), StudyError> {
        let optimizer = self.optimizer()?;
        let mut state = optimizer.start(problem.start.clone());
        if begin == Begin::Moving {
            let gradient = problem.start_gradient()?;
            let velocity = gradient.iter().map(|g| g / (1.0 - self.momentum));
            state.memory[0] = velocity.collect();
        }
        problem.descend(&*optimizer, state, steps, watch, visit)
    }
}
