//! One of the dynamics on its way.

use std::ops::ControlFlow;

use thalweg_cpu::Threads;

use super::accuracy::Plan;
use super::dynamics::FieldOf;
use super::end::later;
use super::shared::Shared;
use super::{Dynamics, End, FollowError, IntegratorName, Position, Travelled};
use crate::flow::{
    AdaptiveRungeKutta, Chebyshev, Control, Field, FlowError, Integration, Integrator, Outcome,
    Tolerance, Work,
};
use crate::objective::{Gradient, HessianVector, ObjectiveError};
use crate::regularizer::{GradientPenalty, Penalised, Scratch};
use crate::vector::{add_scaled, norm_squared};

/// One of the dynamics at some θ.
pub(super) struct Traveller<'c> {
    dynamics: Dynamics,
    theta: Vec<f64>,
    seen: Penalised,
    motion: Motion<'c>,
    end: End,
    work: Work,
}

/// What moves it.
enum Motion<'c> {
    Descent(Descent),
    Flow(Flow<'c>),
}

/// A descent, with the gradient for its next step.
struct Descent {
    penalty: Option<GradientPenalty>,
    scratch: Scratch<f64>,
    gradient: Vec<f64>,
}

/// A flow, with how to integrate it.
struct Flow<'c> {
    field: Box<dyn Field + 'c>,
    plan: Plan,
    /// The integrator at work.
    integrator: IntegratorName,
    stiff_since: Option<f64>,
    /// A length for the first step of the next integration.
    first_step: Option<f64>,
}

impl<'c> Traveller<'c> {
    pub(super) fn new<O: HessianVector<f64>>(
        dynamics: Dynamics,
        start: &[f64],
        plan: Plan,
        objective: Shared<'c, O>,
        field: FieldOf<O>,
    ) -> Result<Self, FollowError> {
        let descent = |penalty| {
            Motion::Descent(Descent {
                penalty,
                scratch: Scratch::default(),
                gradient: vec![0.0; start.len()],
            })
        };
        let motion = match dynamics {
            Dynamics::GradientDescent => descent(None),
            Dynamics::PenalisedDescent(penalty) => descent(Some(penalty)),
            _ => Motion::Flow(Flow {
                field: field(dynamics, objective, plan.learning_rate)?,
                plan,
                integrator: plan.integrator,
                stiff_since: None,
                first_step: None,
            }),
        };
        Ok(Self {
            dynamics,
            theta: start.to_vec(),
            seen: Penalised {
                loss: f64::NAN,
                gradient_norm_squared: f64::NAN,
            },
            motion,
            end: End::Followed,
            work: Work::default(),
        })
    }

    pub(super) fn has_ended(&self) -> bool {
        !self.end.is_followed()
    }

    /// Finds E and ‖∇E‖² where it is.
    pub(super) fn measure<O: HessianVector<f64>>(
        &mut self,
        objective: &mut Shared<'_, O>,
        step: u64,
        scratch: &mut [f64],
        measuring: &mut Work,
    ) -> Result<(), ObjectiveError> {
        if self.has_ended() {
            return Ok(());
        }
        self.seen = match &mut self.motion {
            Motion::Descent(descent) => descent.gradient(objective, &self.theta, &mut self.work)?,
            Motion::Flow(_) => {
                measuring.count(0);
                seen(objective, &self.theta, scratch)?
            }
        };
        if !(self.seen.loss.is_finite() && self.seen.gradient_norm_squared.is_finite()) {
            self.end = End::Diverged { step };
        }
        Ok(())
    }

    /// Where it is, unless it has ended.
    pub(super) fn position(&self) -> Option<Position<'_>> {
        (!self.has_ended()).then_some(Position {
            dynamics: self.dynamics,
            theta: &self.theta,
            loss: self.seen.loss,
            gradient_norm_squared: self.seen.gradient_norm_squared,
        })
    }

    /// Moves from the time of `step` to that of the next.
    pub(super) fn advance(
        &mut self,
        step: u64,
        learning_rate: f64,
        threads: &Threads,
    ) -> Result<(), FollowError> {
        if self.has_ended() {
            return Ok(());
        }
        match &mut self.motion {
            Motion::Descent(descent) => {
                add_scaled(&mut self.theta, -learning_rate, &descent.gradient);
            }
            Motion::Flow(flow) => {
                let begin = step as f64 * learning_rate;
                let outcome = flow.advance(&mut self.theta, begin, threads)?;
                if !outcome.reached_end() {
                    self.end = End::Left(outcome);
                }
            }
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Travelled {
        let flow = match &self.motion {
            Motion::Flow(flow) => Some(flow),
            Motion::Descent(_) => None,
        };
        Travelled {
            dynamics: self.dynamics,
            end: self.end,
            work: flow.map_or(self.work, |flow| flow.field.work()),
            integrator: flow.map(|flow| flow.integrator),
            tolerance: flow.map(|flow| flow.plan.tolerance),
            is_at_rounding: flow.is_some_and(|flow| flow.plan.is_at_rounding),
            stiff_since: flow.and_then(|flow| flow.stiff_since),
            theta: self.theta,
        }
    }
}

/// E and ‖∇E‖².
fn seen<O: Gradient<f64>>(
    objective: &mut O,
    theta: &[f64],
    gradient: &mut [f64],
) -> Result<Penalised, ObjectiveError> {
    let loss = objective.gradient(theta, gradient)?;
    let gradient_norm_squared = norm_squared(gradient);
    Ok(Penalised {
        loss,
        gradient_norm_squared,
    })
}

impl Descent {
    /// The gradient of what it descends.
    fn gradient<O: HessianVector<f64>>(
        &mut self,
        objective: &mut Shared<'_, O>,
        theta: &[f64],
        work: &mut Work,
    ) -> Result<Penalised, ObjectiveError> {
        work.count(0);
        match &self.penalty {
            None => seen(objective, theta, &mut self.gradient),
            Some(penalty) => {
                work.count(1);
                penalty.gradient(objective, theta, &mut self.gradient, &mut self.scratch)
            }
        }
    }
}

impl Flow<'_> {
    /// Moves θ from time `begin` by h. If it is stiff on the way, the stabilised method goes on from
    /// there.
    fn advance(
        &mut self,
        theta: &mut [f64],
        begin: f64,
        threads: &Threads,
    ) -> Result<Outcome, FlowError> {
        let span = self.plan.learning_rate;
        let first = self.integrate(theta, span, threads)?;
        let Outcome::LooksStiff { time, since } = first.outcome else {
            return Ok(later(first.outcome, begin));
        };
        self.integrator = IntegratorName::Chebyshev;
        self.stiff_since = Some(begin + since);
        self.first_step = None;
        let rest = self.integrate(theta, span - time, threads)?;
        Ok(later(rest.outcome, begin + time))
    }

    fn integrate(
        &mut self,
        theta: &mut [f64],
        span: f64,
        threads: &Threads,
    ) -> Result<Integration, FlowError> {
        let control = Control {
            first_step: self.first_step.map(|first| first.min(span)),
            stop_when_stiff: true,
            ..Control::new(self.tolerance())
        };
        let pair = |method: fn(Control) -> AdaptiveRungeKutta| {
            let method = method(control).with_threads(threads.clone());
            Box::new(method) as Box<dyn Integrator>
        };
        let method = match self.integrator {
            IntegratorName::DormandPrince5 => pair(AdaptiveRungeKutta::dormand_prince_5),
            IntegratorName::Verner8 => pair(AdaptiveRungeKutta::verner_8),
            IntegratorName::Chebyshev => {
                Box::new(Chebyshev::new(control).with_threads(threads.clone()))
            }
        };
        let mut longest = 0.0_f64;
        let done = method.integrate(self.field.as_mut(), theta, span, &mut |step| {
            let length = step.end() - step.start();
            longest = longest.max(length);
            Ok(ControlFlow::Continue(()))
        })?;
        // Longer steps are tried as long as none is rejected.
        let growth = if done.rejected == 0 { 2.0 } else { 1.0 };
        self.first_step = (longest > 0.0).then_some(growth * longest);
        Ok(done)
    }

    /// For the integrator at work.
    fn tolerance(&self) -> Tolerance {
        /// Below it the stabilised method, of order 2, takes too many steps, and its rounding, which
        /// grows with the square of the stages, leaves it too few of them.
        const STABILISED: f64 = 1e-8;
        let mut tolerance = self.plan.tolerance;
        if self.integrator == IntegratorName::Chebyshev {
            tolerance.relative = tolerance.relative.max(STABILISED);
        }
        tolerance
    }
}
