//! Learning rates that change from step to step.

use super::OptimizerError;
use super::error::{share, within_one};

/// What a learning rate does once its warm-up is over, as a multiple of the base rate h at step
/// t = 0, 1, … counted from there.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum RateCourse {
    /// 1 at every step.
    #[default]
    Constant,
    /// fʲ with j = ⌊t/e⌋: multiplied by f every e steps.
    Step {
        /// e ≥ 1.
        every: u64,
        /// 0 < f ≤ 1.
        factor: f64,
    },
    /// f + (1−f)(1 + cos(πt/L))/2 up to t = L, f from there on (Loshchilov and Hutter 2017, arXiv
    /// 1608.03983, eq. 5).
    Cosine {
        /// L ≥ 1.
        length: u64,
        /// 0 ≤ f ≤ 1.
        final_factor: f64,
    },
}

/// The learning rate of every step: a linear warm-up and a course after it, times a base rate h.
///
/// Step n = 0, 1, … has the rate h·(n+1)/w for n < w, and h times the course at t = n − w after
/// that: the last step of a warm-up of w steps has the full rate, and the course begins with the
/// step after it. The physical time after n steps is the sum of the rates of the steps before,
/// Σ_{i<n} h_i, which is n·h (to the bit) where the rate is constant.
///
/// A pure function of the step number: nothing is remembered from step to step. What theory says
/// for a rate h holds at a step with its own rate, as long as the rate changes little within the
/// memory of the method, 1/(1−β) steps for momentum β.
///
/// ```
/// use thalweg::optimizer::{RateCourse, RateSchedule};
///
/// let course = RateCourse::Step { every: 2, factor: 0.5 };
/// let schedule = RateSchedule::new(course)?.with_warm_up(2);
/// let rates: Vec<f64> = (0..6).map(|step| schedule.rate(1.0, step)).collect();
/// assert_eq!(rates, [0.5, 1.0, 1.0, 1.0, 0.5, 0.5]);
/// assert_eq!(schedule.time(1.0, 6), 4.5);
/// # Ok::<(), thalweg::optimizer::OptimizerError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RateSchedule {
    course: RateCourse,
    warm_up: u64,
}

impl RateSchedule {
    /// A course without warm-up.
    ///
    /// # Errors
    /// If a factor is outside its range, or a length is 0.
    pub fn new(course: RateCourse) -> Result<Self, OptimizerError> {
        match course {
            RateCourse::Constant => {}
            RateCourse::Step { every, factor } => {
                at_least_one(every)?;
                within_one(factor, OptimizerError::Factor)?;
            }
            RateCourse::Cosine {
                length,
                final_factor,
            } => {
                at_least_one(length)?;
                share(final_factor, OptimizerError::FinalFactor)?;
            }
        }
        Ok(Self { course, warm_up: 0 })
    }

    /// With a warm-up of so many steps; 0 is none.
    #[must_use]
    pub fn with_warm_up(self, steps: u64) -> Self {
        Self {
            warm_up: steps,
            ..self
        }
    }

    /// w, the steps of the warm-up.
    #[must_use]
    pub fn warm_up(&self) -> u64 {
        self.warm_up
    }

    /// Whether every step has the base rate.
    #[must_use]
    pub fn is_constant(&self) -> bool {
        self.course == RateCourse::Constant && self.warm_up == 0
    }

    /// The rate of step number `step`, counted from 0, for base rate h = `base`.
    ///
    /// It can be 0, or so small as to be rounded to it: at the end of a cosine to 0 and after many
    /// reductions.
    #[must_use]
    pub fn rate(&self, base: f64, step: u64) -> f64 {
        base * self.factor(step)
    }

    /// The multiple of the base rate at a step.
    fn factor(&self, step: u64) -> f64 {
        if step < self.warm_up {
            return (step + 1) as f64 / self.warm_up as f64;
        }
        let step = step - self.warm_up;
        match self.course {
            RateCourse::Constant => 1.0,
            RateCourse::Step { every, factor } => power(factor, step / every),
            RateCourse::Cosine {
                length,
                final_factor,
            } => {
                let angle = std::f64::consts::PI * step.min(length) as f64 / length as f64;
                final_factor + (1.0 - final_factor) * (0.5 + 0.5 * angle.cos())
            }
        }
    }

    /// Σ h_i over the first `steps` steps for base rate h = `base`, in closed form: as fast for many
    /// steps as for few.
    #[must_use]
    pub fn time(&self, base: f64, steps: u64) -> f64 {
        if self.is_constant() {
            return steps as f64 * base;
        }
        let warm = steps.min(self.warm_up) as f64;
        let warming = match self.warm_up {
            0 => 0.0,
            length => warm * (warm + 1.0) / (2.0 * length as f64),
        };
        base * (warming + self.course_sum(steps.saturating_sub(self.warm_up)))
    }

    /// The sum of the first so many multiples of the course.
    fn course_sum(&self, steps: u64) -> f64 {
        match self.course {
            RateCourse::Constant => steps as f64,
            RateCourse::Step { factor: 1.0, .. } => steps as f64,
            RateCourse::Step { every, factor } => {
                let (blocks, rest) = (steps / every, (steps % every) as f64);
                let reached = power(factor, blocks);
                every as f64 * (1.0 - reached) / (1.0 - factor) + rest * reached
            }
            RateCourse::Cosine {
                length,
                final_factor,
            } => {
                let falling = cosine_sum(steps.min(length), length);
                let all = steps as f64 * final_factor;
                all + (1.0 - final_factor) * 0.5 * (steps.min(length) as f64 + falling)
            }
        }
    }

    /// The first n ≤ `most` with Σ_{i<n} h_i at least `time`, within rounding; `most` if there is
    /// none.
    #[must_use]
    pub fn first_step_at(&self, base: f64, time: f64, most: u64) -> u64 {
        // Rounding must not add a step: 10 steps of 0.1 are 1.
        let wanted = time * (1.0 - 1e-12);
        let (mut below, mut reached) = (0, most);
        while below < reached {
            let middle = below + (reached - below) / 2;
            match self.time(base, middle) >= wanted {
                true => reached = middle,
                false => below = middle + 1,
            }
        }
        reached
    }
}

/// Σ_{t<steps} cos(πt/length), by Dirichlet's kernel.
fn cosine_sum(steps: u64, length: u64) -> f64 {
    let angle = std::f64::consts::PI / length as f64;
    0.5 + ((steps as f64 - 0.5) * angle).sin() / (2.0 * (angle / 2.0).sin())
}

fn power(factor: f64, exponent: u64) -> f64 {
    factor.powi(i32::try_from(exponent).unwrap_or(i32::MAX))
}

fn at_least_one(length: u64) -> Result<(), OptimizerError> {
    match length {
        0 => Err(OptimizerError::NoLength),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COURSES: [RateCourse; 6] = [
        RateCourse::Constant,
        RateCourse::Step {
            every: 3,
            factor: 0.1,
        },
        RateCourse::Step {
            every: 1,
            factor: 1.0,
        },
        RateCourse::Cosine {
            length: 8,
            final_factor: 0.0,
        },
        RateCourse::Cosine {
            length: 1,
            final_factor: 0.25,
        },
        RateCourse::Cosine {
            length: 40,
            final_factor: 0.5,
        },
    ];

    fn rates(schedule: RateSchedule, base: f64, steps: u64) -> Vec<f64> {
        (0..steps).map(|step| schedule.rate(base, step)).collect()
    }

    #[test]
    fn the_rates_of_each_course_are_those_computed_by_hand() {
        let step = RateCourse::Step {
            every: 2,
            factor: 0.5,
        };
        let step = RateSchedule::new(step).unwrap();
        assert_eq!(rates(step, 8.0, 7), [8.0, 8.0, 4.0, 4.0, 2.0, 2.0, 1.0]);
        let constant = RateSchedule::default().with_warm_up(4);
        assert_eq!(rates(constant, 2.0, 6), [0.5, 1.0, 1.5, 2.0, 2.0, 2.0]);
        let cosine = RateCourse::Cosine {
            length: 4,
            final_factor: 0.2,
        };
        let cosine = RateSchedule::new(cosine).unwrap().with_warm_up(1);
        let (near, far) = (0.6 + 0.4 * 0.5_f64.sqrt(), 0.6 - 0.4 * 0.5_f64.sqrt());
        let expected = [1.0, 1.0, near, 0.6, far, 0.2, 0.2];
        for (rate, expected) in rates(cosine, 1.0, 7).iter().zip(expected) {
            assert!((rate - expected).abs() < 1e-15, "{rate} {expected}");
        }
    }

    #[test]
    fn the_physical_time_is_the_sum_of_the_rates_and_n_h_to_the_bit_where_constant() {
        for (course, warm_up) in COURSES.iter().zip([0, 0, 5, 3, 2, 1]) {
            let schedule = RateSchedule::new(*course).unwrap().with_warm_up(warm_up);
            let mut sum = 0.0;
            for step in 0..60 {
                let time = schedule.time(0.3, step);
                assert!((time - sum).abs() < 1e-13, "{schedule:?} {step}");
                sum += schedule.rate(0.3, step);
            }
        }
        let constant = RateSchedule::default();
        assert!(constant.is_constant() && !constant.with_warm_up(1).is_constant());
        for step in 0..60 {
            assert_eq!(constant.time(0.1, step), step as f64 * 0.1);
            assert_eq!(constant.rate(0.1, step), 0.1);
        }
    }

    #[test]
    fn a_time_is_reached_at_the_first_step_whose_sum_is_as_large() {
        let constant = RateSchedule::default();
        assert_eq!(constant.first_step_at(0.1, 1.0, 1000), 10);
        assert_eq!(constant.first_step_at(0.1, 1.0, 7), 7);
        // 0.5 + 1 + 1 + 1 + 0.5 + 0.5 = 4.5.
        let course = RateCourse::Step {
            every: 2,
            factor: 0.5,
        };
        let schedule = RateSchedule::new(course).unwrap().with_warm_up(2);
        assert_eq!(schedule.first_step_at(1.0, 4.5, 100), 6);
        assert_eq!(schedule.first_step_at(1.0, 4.6, 100), 7);
        // Its sum stays below 0.5 + 1 + 2·2.
        assert_eq!(schedule.first_step_at(1.0, 5.6, 100), 100);
    }

    #[test]
    fn a_rate_falls_below_every_number_without_becoming_anything_else() {
        let course = RateCourse::Step {
            every: 1,
            factor: 0.1,
        };
        let schedule = RateSchedule::new(course).unwrap();
        assert_eq!(schedule.rate(1.0, u64::MAX), 0.0);
        assert!((schedule.time(1.0, u64::MAX) - 1.0 / 0.9).abs() < 1e-15);
    }

    #[test]
    fn factors_and_lengths_outside_their_ranges_are_refused_with_their_values() {
        let message = |course| RateSchedule::new(course).unwrap_err().to_string();
        for (factor, shown) in [(0.0, "0"), (1.5, "1.5"), (f64::NAN, "NaN")] {
            assert_eq!(
                message(RateCourse::Step { every: 1, factor }),
                format!("the factor of a learning rate must be above 0 and at most 1, not {shown}")
            );
        }
        let cosine = |length, final_factor| RateCourse::Cosine {
            length,
            final_factor,
        };
        assert_eq!(
            message(cosine(1, -0.1)),
            "the final factor of a learning rate must be from 0 to 1, not -0.1"
        );
        assert_eq!(
            message(cosine(0, 0.1)),
            OptimizerError::NoLength.to_string()
        );
    }
}
