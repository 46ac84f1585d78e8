//! The learning rate of each step of a trial, and what follows from it.

use thalweg::optimizer::{OptimizerError, RateCourse, RateSchedule};

use crate::spec::{CourseSpec, ScheduleSpec, TrialSpec};

/// The rate of a method that stands still: methods are made for positive rates, and this one moves
/// no parameter of either precision.
const STANDSTILL: f64 = 1e-300;

/// The learning rate of each step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rate {
    base: f64,
    schedule: RateSchedule,
}

impl Rate {
    /// As `spec` has it, with so many steps an epoch.
    pub(super) fn new(spec: &TrialSpec, steps_per_epoch: u64) -> Result<Self, OptimizerError> {
        let schedule = match &spec.schedule {
            Some(schedule) => resolve(schedule, spec, steps_per_epoch)?,
            None => RateSchedule::default(),
        };
        Ok(Self {
            base: spec.optimizer.learning_rate,
            schedule,
        })
    }

    /// The same at every step.
    #[cfg(test)]
    pub(super) fn constant(base: f64) -> Self {
        Self {
            base,
            schedule: RateSchedule::default(),
        }
    }

    /// The rate of step number `step`, counted from 0, which may be 0.
    pub(super) fn at(&self, step: u64) -> f64 {
        self.schedule.rate(self.base, step)
    }

    /// The same, above 0.
    pub(super) fn positive_at(&self, step: u64) -> f64 {
        self.at(step).max(STANDSTILL)
    }

    /// Physical time after so many steps, the sum of their rates.
    pub(super) fn time(&self, steps: u64) -> f64 {
        self.schedule.time(self.base, steps)
    }

    /// The first step whose physical time is at least `time`, if it is not after `most`.
    pub(super) fn first_step_at(&self, time: f64, most: Option<u64>) -> u64 {
        // Without a limit in steps the rate never falls: h at the end of the warm-up and after.
        let full = (time / self.base).ceil() as u64;
        let most = most.unwrap_or_else(|| full.saturating_add(self.schedule.warm_up()));
        self.schedule.first_step_at(self.base, time, most)
    }

    /// The steps of the warm-up.
    pub(super) fn warm_up(&self) -> u64 {
        self.schedule.warm_up()
    }
}

/// The schedule in steps.
fn resolve(
    schedule: &ScheduleSpec,
    spec: &TrialSpec,
    steps_per_epoch: u64,
) -> Result<RateSchedule, OptimizerError> {
    let warm_up = schedule.warm_up;
    let warm_up = warm_up.map_or(0, |warm_up| warm_up.in_steps(steps_per_epoch));
    let course = match schedule.course {
        CourseSpec::Constant => RateCourse::Constant,
        CourseSpec::Step { every, factor } => RateCourse::Step {
            every: every.in_steps(steps_per_epoch),
            factor,
        },
        CourseSpec::Cosine {
            length,
            final_factor,
        } => RateCourse::Cosine {
            length: match length {
                Some(length) => length.in_steps(steps_per_epoch),
                None => rest(spec, warm_up, steps_per_epoch),
            },
            final_factor,
        },
    };
    Ok(RateSchedule::new(course)?.with_warm_up(warm_up))
}

/// The steps between the warm-up and the last step that limits in steps and epochs allow; at least
/// 1, for a warm-up that does not end before.
fn rest(spec: &TrialSpec, warm_up: u64, steps_per_epoch: u64) -> u64 {
    let last = spec.stop.most_steps(steps_per_epoch);
    last.unwrap_or(u64::MAX).saturating_sub(warm_up).max(1)
}
