//! Explicit Runge–Kutta pairs with error control.

use thalweg_cpu::Threads;

use super::control::{Control, Controller, Law};
use super::drive::{Drive, Limits};
use super::explicit::{Explicit, Method};
use super::tableau::{Pair, dormand_prince_5, verner_8};
use super::{Field, FlowError, Integration, Integrator, Observer};

/// An explicit Runge–Kutta pair whose steps keep the difference of its two methods, eₙ = h Σᵢ (bᵢ −
/// b̂ᵢ)kᵢ, within a [`Tolerance`](super::Tolerance); the step is made by the method of higher order.
///
/// Which pair: [`dormand_prince_5`](Self::dormand_prince_5) to tolerances of some 10⁻⁸,
/// [`verner_8`](Self::verner_8) below. Where stability limits the steps,
/// [`Chebyshev`](super::Chebyshev) is better.
///
/// *Cost.* Six values of the field a step (Dormand–Prince), thirteen (Verner) and four or five more
/// for a step within which values are wanted. *Memory.* Nine or fifteen vectors, Verner twenty with
/// values within steps. *Stiffness* is noticed from two stages at the end of a step, without cost.
///
/// Steps follow a proportional–integral controller (Gustafsson 1991); E. Hairer, S. P. Nørsett and
/// G. Wanner, *Solving Ordinary Differential Equations I*, II.4, and II, IV.2.
///
/// ```
/// use thalweg::flow::{AdaptiveRungeKutta, Control, GradientFlow, Integrator, Tolerance};
/// use thalweg::objective::Traced;
///
/// // E = θ²/2: θ(t) = θ₀ e⁻ᵗ.
/// let objective = Traced::<f64>::new(1, |theta| (theta * theta * 0.5).sum_all())?;
/// let method = AdaptiveRungeKutta::dormand_prince_5(Control::new(Tolerance::new(1e-10)));
/// let solution = method.values_at(&mut GradientFlow::new(objective), &[2.0], &[0.5, 1.0])?;
/// assert!(solution.integration.outcome.reached_end());
/// assert!((solution.values[0][0] - 2.0 * (-0.5_f64).exp()).abs() < 1e-8);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct AdaptiveRungeKutta {
    method: Method,
    control: Control,
    threads: Threads,
}

impl AdaptiveRungeKutta {
    /// This pair under this control.
    #[must_use]
    pub fn new(pair: Pair, control: Control) -> Self {
        Self {
            method: Method::new(&pair.tableau, &pair.interpolant),
            control,
            threads: Threads::one(),
        }
    }

    /// The pair of orders 5(4), [`tableau::dormand_prince_5`](dormand_prince_5).
    #[must_use]
    pub fn dormand_prince_5(control: Control) -> Self {
        Self::new(dormand_prince_5(), control)
    }

    /// The pair of orders 8(7), [`tableau::verner_8`](verner_8).
    #[must_use]
    pub fn verner_8(control: Control) -> Self {
        Self::new(verner_8(), control)
    }

    /// The same with threads for its own sums; an objective has its own. Values do not depend on
    /// their number.
    #[must_use]
    pub fn with_threads(mut self, threads: Threads) -> Self {
        self.threads = threads;
        self
    }
}

impl Integrator for AdaptiveRungeKutta {
    fn integrate(
        &self,
        field: &mut dyn Field,
        theta: &mut [f64],
        end: f64,
        observer: &mut Observer<'_>,
    ) -> Result<Integration, FlowError> {
        self.control.check()?;
        if self.method.error.is_empty() {
            let method = self.method.name;
            return Err(FlowError::NoErrorEstimate { method });
        }
        let tolerance = Some(self.control.tolerance);
        let mut stepper = Explicit::new(&self.method, tolerance, &self.threads, theta.len());
        let limits = Limits {
            steps: self.control.most_steps,
            stop_when_stiff: self.control.stop_when_stiff,
        };
        let mut drive = Drive::new(&mut stepper, field, limits, end)?;
        drive.begin(theta)?;
        let first = match self.control.first_step {
            Some(first) => first,
            None => drive.first_step()?,
        };
        let law = Law::ProportionalIntegral;
        let mut pace = Controller::new(&self.control, law, self.method.power, first);
        drive.run(&mut pace, theta, observer)
    }
}
