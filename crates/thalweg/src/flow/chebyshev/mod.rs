//! Runge–Kutta–Chebyshev: a stabilised explicit method.

mod coefficients;
mod spectral_radius;

use thalweg_cpu::{Threads, vector};

use super::control::{Control, Controller, Law, Tolerance};
use super::drive::{Attempt, Drive, Limits, Stepper};
use super::pieces::{PIECE, root_mean, scaled_square, sums};
use super::{Field, FlowError, Integration, Integrator, Observer};
use coefficients::{Coefficients, reach, stages};
use spectral_radius::PowerIteration;

/// The method of Runge–Kutta–Chebyshev of order 2 with error control, for stiff flows whose Jacobian
/// has (nearly) real negative eigenvalues, as those of gradient flows do.
///
/// A step of s stages is stable to h|λ| ≈ 0.65(s² − 1), so that s grows with the *root* of the
/// stiffness; no equation is solved. Each step takes as few stages as its length h and the spectral
/// radius σ of the Jacobian demand, s = √(1 + 1.54hσ). σ comes from a power iteration on values of the
/// field, anew every 25 steps and after every rejected one, and counts 1.2 times. The error is
/// ⅘(θₙ − θₙ₊₁) + ⅖h(fₙ + fₙ₊₁).
///
/// Values within steps are those of the cubic with the values and slopes at both ends, better than the
/// steps. Steps are short where the solution bends, so to tolerances below 10⁻⁶ or so a method of
/// higher order is better wherever the flow is not stiff.
///
/// *Cost.* s values of the field a step, and a few for σ; [`Integration::work`] has them all.
/// *Memory.* Six vectors, however many stages.
///
/// B. P. Sommeijer, L. F. Shampine and J. G. Verwer, *RKC: an explicit solver for parabolic PDEs*, J.
/// Comp. Appl. Math. 88 (1998) 315–326; J. G. Verwer, *Explicit Runge–Kutta methods for parabolic
/// partial differential equations*, Appl. Numer. Math. 22 (1996) 359–379.
///
/// ```
/// use thalweg::flow::{Chebyshev, Control, GradientFlow, Integrator, Tolerance};
/// use thalweg::objective::Traced;
///
/// // E = (a² + 10⁶ b²)/2: b is gone at once, a = e⁻ᵗ. Euler's method needs half a million steps.
/// let objective = Traced::<f64>::new(2, |theta| {
///     let (a, b) = (theta.slice(0, 0, 1), theta.slice(0, 1, 1));
///     (a * a * 0.5 + b * b * 0.5e6).sum_all()
/// })?;
/// let method = Chebyshev::new(Control::new(Tolerance::new(1e-5)));
/// let solution = method.values_at(&mut GradientFlow::new(objective), &[1.0, 1.0], &[1.0])?;
/// assert!((solution.values[0][0] - (-1.0_f64).exp()).abs() < 1e-3);
/// assert!(solution.integration.work.gradients < 20_000);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Chebyshev {
    control: Control,
    threads: Threads,
}

impl Chebyshev {
    /// The method under this control. It does not look for stiffness: that is what it is for.
    #[must_use]
    pub fn new(control: Control) -> Self {
        let threads = Threads::one();
        Self { control, threads }
    }

    /// The same with threads for its own sums; an objective has its own. Values do not depend on
    /// their number.
    #[must_use]
    pub fn with_threads(mut self, threads: Threads) -> Self {
        self.threads = threads;
        self
    }
}

impl Integrator for Chebyshev {
    fn integrate(
        &self,
        field: &mut dyn Field,
        theta: &mut [f64],
        end: f64,
        observer: &mut Observer<'_>,
    ) -> Result<Integration, FlowError> {
        /// The error of one step of a method of order 2.
        const POWER: usize = 3;
        self.control.check()?;
        let mut stepper = Stages::new(self.control.tolerance, &self.threads, theta.len());
        let limits = Limits {
            steps: self.control.most_steps,
            stop_when_stiff: false,
        };
        let mut drive = Drive::new(&mut stepper, field, limits, end)?;
        drive.begin(theta)?;
        let first = match self.control.first_step {
            Some(first) => first,
            None => drive.first_step()?,
        };
        let mut pace = Controller::new(&self.control, Law::Predictive, POWER, first);
        drive.run(&mut pace, theta, observer)
    }
}

/// Accepted steps after which the spectral radius is estimated anew.
const KEPT: u32 = 25;

/// The method at some θ.
struct Stages<'a> {
    tolerance: Tolerance,
    threads: &'a Threads,
    theta: Vec<f64>,
    velocity: Vec<f64>,
    /// Y_{j−1}, and in the end θ⁺; Y_{j−2}; f(Y_{j−1}), and in the end f(θ⁺).
    tried: Vec<f64>,
    before: Vec<f64>,
    slope: Vec<f64>,
    power: PowerIteration,
    radius: f64,
    /// Steps since the radius was estimated; none if it must be.
    age: Option<u32>,
    /// The most stages: beyond them rounding is larger than the tolerance.
    most: u32,
    length: f64,
}

impl<'a> Stages<'a> {
    fn new(tolerance: Tolerance, threads: &'a Threads, dimension: usize) -> Self {
        let zeros = || vec![0.0; dimension];
        // Rounding grows as s² (ibid.).
        let most = (tolerance.relative / (10.0 * f64::EPSILON)).sqrt();
        Self {
            tolerance,
            threads,
            theta: zeros(),
            velocity: zeros(),
            tried: zeros(),
            before: zeros(),
            slope: zeros(),
            power: PowerIteration::new(dimension),
            radius: 0.0,
            age: None,
            most: (most as u32).max(2),
            length: 0.0,
        }
    }

    /// Estimates the spectral radius if it is too old.
    fn know_radius(&mut self, field: &mut dyn Field) -> Result<(), FlowError> {
        if self.age.is_some_and(|age| age < KEPT) {
            return Ok(());
        }
        let at = (&self.theta[..], &self.velocity[..]);
        let memory = (&mut self.tried[..], &mut self.slope[..]);
        self.radius = self.power.estimate(field, at, memory, self.threads)?;
        self.age = Some(0);
        Ok(())
    }

    /// Y₁ to Y_s, the last of them in `tried`.
    fn stages(&mut self, field: &mut dyn Field) -> Result<(), FlowError> {
        let (h, threads) = (self.length, self.threads);
        let count = stages(h * self.radius).min(self.most.saturating_add(1));
        let coefficients = Coefficients::new(count);
        let first = h * coefficients.first();
        vector::displaced(&mut self.tried, &self.theta, first, &self.velocity, threads);
        self.before.copy_from_slice(&self.theta);
        for stage in coefficients.take(count as usize - 1) {
            field.velocity(&self.tried, &mut self.slope)?;
            let terms = [
                (h * stage.slope, &self.slope[..]),
                (h * stage.first_slope, &self.velocity[..]),
                (1.0 - stage.previous - stage.before, &self.theta[..]),
                (stage.previous, &self.tried[..]),
            ];
            vector::weighted_sum(&mut self.before, Some(stage.before), &terms, threads);
            std::mem::swap(&mut self.before, &mut self.tried);
        }
        Ok(())
    }

    /// ‖a(θ − θ⁺) + b·f(θ) + c·f(θ⁺)‖ in units of the tolerance.
    fn norm(&self, (a, b, c): (f64, f64, f64)) -> f64 {
        let [sum] = sums(self.theta.len(), self.threads, |range| {
            let (theta, tried) = (&self.theta[range.clone()], &self.tried[range.clone()]);
            let (velocity, slope) = (&self.velocity[range.clone()], &self.slope[range]);
            let mut errors = [0.0; PIECE];
            let errors = &mut errors[..theta.len()];
            for (i, error) in errors.iter_mut().enumerate() {
                *error = a * (theta[i] - tried[i]) + b * velocity[i] + c * slope[i];
            }
            [scaled_square(&self.tolerance, errors, theta, tried)]
        });
        root_mean(sum, self.theta.len())
    }
}

impl Stepper for Stages<'_> {
    fn begin(&mut self, field: &mut dyn Field, theta: &[f64]) -> Result<(), FlowError> {
        self.theta.copy_from_slice(theta);
        field.velocity(&self.theta, &mut self.velocity)?;
        self.age = None;
        Ok(())
    }

    /// A step of Euler's method of length 1/σ tells the second derivative (ibid.).
    fn first_step(&mut self, field: &mut dyn Field, end: f64) -> Result<f64, FlowError> {
        self.know_radius(field)?;
        let trial = end.min(1.0 / self.radius);
        vector::displaced(
            &mut self.tried,
            &self.theta,
            trial,
            &self.velocity,
            self.threads,
        );
        field.velocity(&self.tried, &mut self.slope)?;
        let bend = trial * self.norm((0.0, -1.0, 1.0));
        match bend.is_finite() {
            true => Ok(end.min(0.1 * trial / bend.sqrt())),
            false => Ok(trial),
        }
    }

    fn prepare(&mut self, field: &mut dyn Field) -> Result<f64, FlowError> {
        self.know_radius(field)?;
        match self.radius > 0.0 {
            true => Ok(reach(self.most) / self.radius),
            false => Ok(f64::INFINITY),
        }
    }

    fn attempt(&mut self, field: &mut dyn Field, length: f64) -> Result<Attempt, FlowError> {
        self.length = length;
        self.stages(field)?;
        field.velocity(&self.tried, &mut self.slope)?;
        let error = self.norm((0.8, 0.4 * length, 0.4 * length));
        let stiff = false;
        Ok(Attempt { error, stiff })
    }

    fn theta(&self) -> &[f64] {
        &self.theta
    }

    fn tried(&self) -> &[f64] {
        &self.tried
    }

    fn value(
        &mut self,
        _field: &mut dyn Field,
        fraction: f64,
        value: &mut [f64],
    ) -> Result<(), FlowError> {
        let (x, h) = (fraction, self.length);
        let end = x * x * (3.0 - 2.0 * x);
        let terms = [
            (1.0 - end, &self.theta[..]),
            (end, &self.tried[..]),
            (h * x * (1.0 - x).powi(2), &self.velocity[..]),
            (h * x * x * (x - 1.0), &self.slope[..]),
        ];
        vector::weighted_sum(value, None, &terms, self.threads);
        Ok(())
    }

    fn accept(&mut self) {
        std::mem::swap(&mut self.theta, &mut self.tried);
        std::mem::swap(&mut self.velocity, &mut self.slope);
        self.age = self.age.map(|age| age + 1);
    }

    fn reject(&mut self) {
        // Not again where it has just been estimated.
        self.age = self.age.filter(|age| *age == 0);
    }
}
