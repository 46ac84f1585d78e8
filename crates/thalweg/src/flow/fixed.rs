//! Explicit Runge–Kutta methods with a fixed step.

use thalweg_cpu::Threads;

use super::drive::{Drive, Limits, Pace};
use super::error::check_positive;
use super::explicit::{Explicit, Method};
use super::tableau::{Interpolant, Tableau};
use super::{Field, FlowError, Integration, Integrator, Observer};

/// An explicit Runge–Kutta method with steps of one length h: θ after n of them is where an optimizer
/// with that tableau and learning rate h would be.
///
/// Step n ends at nh exactly; the last one is cut at the end. Values within steps are those of the
/// cubic with the values and slopes at both ends: off by no more than the steps themselves to order
/// 4. There is no error estimate: compare with half the step.
///
/// *Cost.* As many values of the field a step as the tableau has stages, one more in all for values
/// within steps. *Memory.* Three vectors more than stages.
///
/// ```
/// use thalweg::flow::{FixedRungeKutta, GradientFlow, Integrator, tableau};
/// use thalweg::objective::Traced;
///
/// let objective = Traced::<f64>::new(1, |theta| (theta * theta * 0.5).sum_all())?;
/// let descent = FixedRungeKutta::new(&tableau::euler(), 0.1);
/// let solution = descent.values_at(&mut GradientFlow::new(objective), &[2.0], &[0.3])?;
/// assert!((solution.values[0][0] - 2.0 * 0.9_f64.powi(3)).abs() < 1e-15);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct FixedRungeKutta {
    method: Method,
    step: f64,
    most_steps: u64,
    threads: Threads,
}

impl FixedRungeKutta {
    /// This method with steps of length `step` > 0.
    #[must_use]
    pub fn new(tableau: &Tableau, step: f64) -> Self {
        Self {
            method: Method::new(tableau, &Interpolant::cubic(tableau)),
            step,
            most_steps: u64::MAX,
            threads: Threads::one(),
        }
    }

    /// The same with a limit of steps.
    #[must_use]
    pub fn with_most_steps(mut self, steps: u64) -> Self {
        self.most_steps = steps;
        self
    }

    /// The same with threads for its own sums; an objective has its own. Values do not depend on
    /// their number.
    #[must_use]
    pub fn with_threads(mut self, threads: Threads) -> Self {
        self.threads = threads;
        self
    }
}

impl Integrator for FixedRungeKutta {
    fn integrate(
        &self,
        field: &mut dyn Field,
        theta: &mut [f64],
        end: f64,
        observer: &mut Observer<'_>,
    ) -> Result<Integration, FlowError> {
        check_positive("step", self.step)?;
        let mut stepper = Explicit::new(&self.method, None, &self.threads, theta.len());
        let limits = Limits {
            steps: self.most_steps,
            stop_when_stiff: false,
        };
        let mut drive = Drive::new(&mut stepper, field, limits, end)?;
        drive.begin(theta)?;
        let mut pace = Even {
            step: self.step,
            made: 0,
        };
        drive.run(&mut pace, theta, observer)
    }
}

/// Steps of one length.
struct Even {
    step: f64,
    made: u64,
}

/// The part of a step by which rounding may miss the end.
const ROUNDING: f64 = 1e-9;

impl Pace for Even {
    fn propose(&self, time: f64, end: f64, _longest: f64) -> (f64, f64) {
        let until = (self.made + 1) as f64 * self.step;
        match until - end {
            // Exactly h, although end − time would differ in the last bits.
            beyond if beyond.abs() <= ROUNDING * self.step => (self.step, end),
            beyond if beyond > 0.0 => (end - time, end),
            _ => (self.step, until),
        }
    }

    fn accepted(&mut self, _length: f64, _error: f64) {
        self.made += 1;
    }

    fn rejected(&mut self, _length: f64, _error: f64) -> bool {
        false
    }
}
