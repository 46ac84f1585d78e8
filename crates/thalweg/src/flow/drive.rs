//! The loop of all integrators: propose a step, try it, judge it, show it, keep it.

use std::ops::ControlFlow;

use super::error::{FlowError, check_length};
use super::integrator::{Observer, Step};
use super::{Field, Integration, Outcome, Work};

/// One step of a method: tried, and then kept or not.
pub(super) trait Stepper {
    /// Starts at `theta`.
    fn begin(&mut self, field: &mut dyn Field, theta: &[f64]) -> Result<(), FlowError>;

    /// How long a first step towards `end` might be.
    fn first_step(&mut self, _field: &mut dyn Field, end: f64) -> Result<f64, FlowError> {
        Ok(end)
    }

    /// Gets ready for a step from the present θ; the longest that can be tried.
    fn prepare(&mut self, _field: &mut dyn Field) -> Result<f64, FlowError> {
        Ok(f64::INFINITY)
    }

    /// Tries a step of this length.
    fn attempt(&mut self, field: &mut dyn Field, length: f64) -> Result<Attempt, FlowError>;

    /// The present θ.
    fn theta(&self) -> &[f64];

    /// θ at the end of the step that was tried.
    fn tried(&self) -> &[f64];

    /// Writes θ at a fraction of the step that was tried.
    fn value(
        &mut self,
        field: &mut dyn Field,
        fraction: f64,
        value: &mut [f64],
    ) -> Result<(), FlowError>;

    /// Makes the step that was tried.
    fn accept(&mut self);

    /// Gives it up.
    fn reject(&mut self) {}
}

/// What is known of a step that was tried.
#[derive(Clone, Copy, Debug)]
pub(super) struct Attempt {
    /// The error in units of the tolerance: good to 1; NaN if anything is not finite.
    pub(super) error: f64,
    /// Whether stability seems to limit the step.
    pub(super) stiff: bool,
}

/// What chooses the lengths of steps.
pub(super) trait Pace {
    /// The next step: how long, and until when.
    fn propose(&self, time: f64, end: f64, longest: f64) -> (f64, f64);

    /// Takes note of an accepted step.
    fn accepted(&mut self, length: f64, error: f64);

    /// Takes note of a rejected step; whether another one can be tried.
    fn rejected(&mut self, length: f64, error: f64) -> bool;
}

/// When to give up.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) steps: u64,
    pub(super) stop_when_stiff: bool,
}

/// An integration under way.
pub(super) struct Drive<'a> {
    pub(super) stepper: &'a mut dyn Stepper,
    pub(super) field: &'a mut dyn Field,
    pub(super) limits: Limits,
    pub(super) end: f64,
    time: f64,
    accepted: u64,
    rejected: u64,
    /// Whether the last step was rejected because it was not finite.
    broken: bool,
    stiffness: Stiffness,
    before: Work,
}

impl<'a> Drive<'a> {
    /// At time 0 of an integration to `end`.
    pub(super) fn new(
        stepper: &'a mut dyn Stepper,
        field: &'a mut dyn Field,
        limits: Limits,
        end: f64,
    ) -> Result<Self, FlowError> {
        if !(end.is_finite() && end >= 0.0) {
            let (name, bound) = ("end", "finite and not negative");
            let value = end;
            return Err(FlowError::Setting { name, value, bound });
        }
        Ok(Self {
            before: field.work(),
            stepper,
            field,
            limits,
            end,
            time: 0.0,
            accepted: 0,
            rejected: 0,
            broken: false,
            stiffness: Stiffness::default(),
        })
    }

    /// Starts at `theta`.
    pub(super) fn begin(&mut self, theta: &[f64]) -> Result<(), FlowError> {
        check_length("theta", self.field.dimension(), theta.len())?;
        self.stepper.begin(self.field, theta)
    }

    /// How long a first step might be.
    pub(super) fn first_step(&mut self) -> Result<f64, FlowError> {
        self.stepper.first_step(self.field, self.end)
    }

    /// Steps until something ends it, and writes where that was to `theta`.
    pub(super) fn run(
        mut self,
        pace: &mut dyn Pace,
        theta: &mut [f64],
        observer: &mut Observer<'_>,
    ) -> Result<Integration, FlowError> {
        let mut outcome = Outcome::ReachedEnd;
        while self.time < self.end {
            if let ControlFlow::Break(reason) = self.advance(pace, observer)? {
                outcome = reason;
                break;
            }
        }
        theta.copy_from_slice(self.stepper.theta());
        Ok(self.finish(outcome))
    }

    /// Tries one step.
    fn advance(
        &mut self,
        pace: &mut dyn Pace,
        observer: &mut Observer<'_>,
    ) -> Result<ControlFlow<Outcome>, FlowError> {
        if self.accepted + self.rejected >= self.limits.steps {
            return Ok(ControlFlow::Break(self.out_of_steps()));
        }
        let longest = self.stepper.prepare(self.field)?;
        let (length, until) = pace.propose(self.time, self.end, longest);
        if until < self.end && !self.moves_time(length) {
            return Ok(ControlFlow::Break(self.out_of_precision(length)));
        }
        let attempt = self.stepper.attempt(self.field, length)?;
        if attempt.error <= 1.0 {
            self.broken = false;
            pace.accepted(length, attempt.error);
            self.stiffness.observe(attempt.stiff, until);
            return self.make(until, observer);
        }
        self.rejected += 1;
        self.broken = !attempt.error.is_finite();
        self.stepper.reject();
        match pace.rejected(length, attempt.error) {
            true => Ok(ControlFlow::Continue(())),
            false => Ok(ControlFlow::Break(self.out_of_precision(length))),
        }
    }

    /// Shows and makes the step that was tried.
    fn make(
        &mut self,
        until: f64,
        observer: &mut Observer<'_>,
    ) -> Result<ControlFlow<Outcome>, FlowError> {
        let flow = observer(&mut Step::new(self.time, until, self.stepper, self.field))?;
        self.stepper.accept();
        (self.time, self.accepted) = (until, self.accepted + 1);
        let outcome = match (flow, self.stiffness.since) {
            (ControlFlow::Break(()), _) => Outcome::Stopped { time: until },
            (_, Some(since)) if self.limits.stop_when_stiff && until < self.end => {
                Outcome::LooksStiff { time: until, since }
            }
            _ => return Ok(ControlFlow::Continue(())),
        };
        Ok(ControlFlow::Break(outcome))
    }

    /// Whether a step of this length changes the time by more than rounding.
    fn moves_time(&self, length: f64) -> bool {
        let rounding = f64::EPSILON * (self.time + f64::EPSILON * self.end);
        length > 10.0 * rounding
    }

    /// The outcome where even the shortest steps fail.
    fn out_of_precision(&self, step: f64) -> Outcome {
        let time = self.time;
        match self.broken {
            true => Outcome::NonFinite { time },
            false => Outcome::StepTooSmall { time, step },
        }
    }

    fn out_of_steps(&self) -> Outcome {
        let (time, steps) = (self.time, self.limits.steps);
        match self.stiffness.since {
            Some(since) => Outcome::LooksStiff { time, since },
            None => Outcome::StepLimit { time, steps },
        }
    }

    fn finish(self, outcome: Outcome) -> Integration {
        Integration {
            outcome,
            time: self.time,
            accepted: self.accepted,
            rejected: self.rejected,
            work: self.field.work() - self.before,
            stiff_since: self.stiffness.since,
        }
    }
}

/// Steps in a row, give or take a few, that must be limited by stability: Hairer and Wanner,
/// *Solving Ordinary Differential Equations II*, IV.2.
const STIFF_STEPS: u32 = 15;
/// Other steps in a row after which the count begins anew (ibid.).
const CALM_STEPS: u32 = 6;

/// Whether stability limits the steps not once, but for a while.
#[derive(Debug, Default)]
struct Stiffness {
    stiff: u32,
    calm: u32,
    since: Option<f64>,
}

impl Stiffness {
    fn observe(&mut self, stiff: bool, time: f64) {
        (self.stiff, self.calm) = match stiff {
            true => (self.stiff + 1, 0),
            false if self.calm + 1 >= CALM_STEPS => (0, 0),
            false => (self.stiff, self.calm + 1),
        };
        if self.stiff >= STIFF_STEPS && self.since.is_none() {
            self.since = Some(time);
        }
    }
}
