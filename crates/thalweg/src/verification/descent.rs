//! Optimizers on an objective against the truncations of their modified fields.

use super::learning_rate::{power_of_two, steepest};
use super::{Family, MethodName, Pair, Settings, VerificationError, follow};
use crate::curvature::dense_hessian;
use crate::flow::{Field, GradientFlow, Outcome, Tableau};
use crate::modified::{self, ModifiedField, PenalisedFlow};
use crate::objective::DirectionalDerivative;
use crate::optimizer::{Adam, EpsilonPlacement, HeavyBall, Nesterov, Optimizer, RmsProp};
use crate::optimizer::{GradientDescent, RungeKutta, State};
use crate::vector::norm_squared;

/// An optimizer on an objective from a start, and the flow of so many terms of its modified field.
///
/// One term is the original flow, θ' = −∇E (times 1/(1−β) for momentum, −g/√(g²+ε) for Adam and
/// RMSProp); two add the correction of order h; further terms there are for Runge–Kutta methods.
/// Momentum starts on its slow motion, v₀ = ∇E/(1−β); Adam from zero memory with bias correction;
/// RMSProp with v₀ = g².
///
/// ```
/// use thalweg::objective::Traced;
/// use thalweg::verification::{Claim, Descent, MethodName, Protocol, Span, Verdict, measure};
///
/// // Gradient descent differs from the flow of E + (h/4)‖∇E‖² by O(h³) a step.
/// let mut objective = Traced::<f64>::new(2, |theta| theta.softplus().sum_all())?;
/// let mut pair = Descent::new(&mut objective, &[0.5, -1.0], MethodName::GradientDescent, 2)?;
/// let protocol = Protocol { learning_rate: 0.5, halvings: 6, steps: 4 };
/// let errors = measure(&mut pair, Span::OneStep, &protocol)?;
/// assert_eq!(errors.verdict(Claim::Order(3)), Verdict::Confirmed);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Descent<'a> {
    objective: &'a mut dyn DirectionalDerivative<f64>,
    start: Vec<f64>,
    gradient: Vec<f64>,
    method: MethodName,
    terms: usize,
    settings: Settings,
    damage: f64,
}

impl std::fmt::Debug for Descent<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Descent")
            .field("method", &self.method)
            .field("terms", &self.terms)
            .field("start", &self.start)
            .finish_non_exhaustive()
    }
}

impl<'a> Descent<'a> {
    /// `method` on `objective` from `start` and the flow of so many `terms`, with
    /// [`Settings::USUAL`].
    ///
    /// # Errors
    /// If the method is no optimizer or has not so many terms, and those of the objective.
    pub fn new(
        objective: &'a mut dyn DirectionalDerivative<f64>,
        start: &[f64],
        method: MethodName,
        terms: usize,
    ) -> Result<Self, VerificationError> {
        method.check_terms(terms)?;
        if matches!(
            method.family(),
            Family::Game | Family::Principal | Family::Minibatch
        ) {
            let (method, pair) = (crate::Named::name(method), "descents");
            return Err(VerificationError::Method { method, pair });
        }
        let mut gradient = vec![0.0; objective.parameter_count()];
        objective.gradient(start, &mut gradient)?;
        Ok(Self {
            objective,
            start: start.to_vec(),
            gradient,
            method,
            terms,
            settings: Settings::USUAL,
            damage: 1.0,
        })
    }

    /// With other settings.
    #[must_use]
    pub fn with_settings(self, settings: Settings) -> Self {
        Self { settings, ..self }
    }

    /// The negative control: the field is that of the learning rate h times `factor`, so that each
    /// correction has a wrong coefficient. 1 is none.
    #[must_use]
    pub fn damaged(self, factor: f64) -> Self {
        Self {
            damage: factor,
            ..self
        }
    }

    /// ε.
    #[must_use]
    pub fn epsilon(&self) -> f64 {
        let mean = norm_squared(&self.gradient) / self.gradient.len() as f64;
        self.settings.relative_epsilon * mean
    }

    /// A learning rate to begin with, a power of two: a quarter of 1/|λ|_max at the start, more
    /// for Runge–Kutta 4 and less for methods with memory. Costs the dense Hessian.
    ///
    /// # Errors
    /// If there are too many parameters for a dense Hessian, and those of the objective.
    pub fn usual_learning_rate(&mut self) -> Result<f64, VerificationError> {
        let eigen = dense_hessian(&mut *self.objective, &self.start)?.eigen()?;
        let steepest = steepest(&eigen.values);
        let size = (norm_squared(&self.gradient) / self.gradient.len() as f64).sqrt();
        let wanted = match self.method {
            MethodName::HeavyBall | MethodName::Nesterov => 0.0625 / steepest,
            // Steps have the length h in each direction, over which the gradient must not turn.
            MethodName::Adam | MethodName::RmsProp => 0.02 * size / steepest,
            // Its errors are small: with less, too few are above rounding.
            MethodName::RungeKutta4 => 1.0 / steepest,
            _ => 0.25 / steepest,
        };
        Ok(power_of_two(wanted))
    }

    fn run<M: Optimizer<f64>>(
        &mut self,
        method: &M,
        prepare: impl FnOnce(&mut State<f64>),
        steps: u64,
    ) -> Result<Vec<f64>, VerificationError> {
        let mut state = method.start(self.start.clone());
        prepare(&mut state);
        for _ in 0..steps {
            state = method.step(state, &mut |theta, gradient| {
                self.objective.gradient(theta, gradient)
            })?;
        }
        Ok(state.theta)
    }

    fn runge_kutta_field(
        &mut self,
        tableau: &Tableau,
        rate: f64,
    ) -> Result<Box<dyn Field + '_>, VerificationError> {
        let flow = GradientFlow::new(&mut *self.objective);
        Ok(Box::new(ModifiedField::new(
            flow, tableau, rate, self.terms,
        )?))
    }

    fn field(&mut self, learning_rate: f64) -> Result<Box<dyn Field + '_>, VerificationError> {
        let rate = self.damage * learning_rate;
        if let Family::RungeKutta(tableau) = self.method.family() {
            return self.runge_kutta_field(&tableau, rate);
        }
        let (
            Settings {
                momentum,
                beta_1,
                beta_2,
                ..
            },
            epsilon,
        ) = (self.settings, self.epsilon());
        let is_corrected = self.terms > 1;
        let objective = &mut *self.objective;
        Ok(match self.method {
            MethodName::HeavyBall => {
                let method = modified::HeavyBall::new(rate, momentum)?;
                let coefficient = if is_corrected {
                    method.coefficient()
                } else {
                    0.0
                };
                Box::new(PenalisedFlow::new(objective, method.speed(), coefficient))
            }
            MethodName::Nesterov => {
                let method = modified::Nesterov::new(rate, momentum)?;
                let coefficient = if is_corrected {
                    method.coefficient()
                } else {
                    0.0
                };
                Box::new(PenalisedFlow::new(objective, method.speed(), coefficient))
            }
            method => {
                let beta_1 = if method == MethodName::Adam {
                    beta_1
                } else {
                    0.0
                };
                let method = modified::Adam::new(rate, beta_1, beta_2, epsilon)?;
                match is_corrected {
                    true => Box::new(method.flow(objective)),
                    false => Box::new(method.lowest_order_flow(objective)),
                }
            }
        })
    }
}

impl Pair for Descent<'_> {
    fn iterate(&mut self, learning_rate: f64, steps: u64) -> Result<Vec<f64>, VerificationError> {
        let (h, epsilon) = (learning_rate, self.epsilon());
        let Settings {
            momentum,
            beta_1,
            beta_2,
            ..
        } = self.settings;
        let inside = EpsilonPlacement::InsideRoot;
        let velocity: Vec<f64> = self.gradient.iter().map(|g| g / (1.0 - momentum)).collect();
        let squares: Vec<f64> = self.gradient.iter().map(|g| g * g).collect();
        let rest = |_: &mut State<f64>| {};
        let moving = |state: &mut State<f64>| state.memory[0] = velocity;
        match self.method {
            MethodName::GradientDescent => self.run(&GradientDescent::new(h)?, rest, steps),
            MethodName::HeavyBall => self.run(&HeavyBall::new(h, momentum)?, moving, steps),
            MethodName::Nesterov => self.run(&Nesterov::new(h, momentum)?, moving, steps),
            MethodName::Adam => {
                let method = Adam::new(h)?.with_betas(beta_1, beta_2)?;
                self.run(&method.with_epsilon(epsilon, inside)?, rest, steps)
            }
            MethodName::RmsProp => {
                let method = RmsProp::new(h)?.with_beta_2(beta_2)?;
                let filled = |state: &mut State<f64>| state.memory[0] = squares;
                self.run(&method.with_epsilon(epsilon, inside)?, filled, steps)
            }
            method => {
                let Family::RungeKutta(tableau) = method.family() else {
                    let (method, pair) = (crate::Named::name(method), "descents");
                    return Err(VerificationError::Method { method, pair });
                };
                self.run(&RungeKutta::new(h, &tableau)?, rest, steps)
            }
        }
    }

    fn flow(
        &mut self,
        learning_rate: f64,
        time: f64,
    ) -> Result<(Vec<f64>, Outcome), VerificationError> {
        let start = self.start.clone();
        follow(&mut *self.field(learning_rate)?, &start, time)
    }
}
