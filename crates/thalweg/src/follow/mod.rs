//! Several dynamics followed side by side from one start: gradient descent, and the flows that are
//! said to describe it.
//!
//! [`Follow`] moves each of a list of [`Dynamics`] through the times nh of gradient descent and shows
//! all of them at each time as a [`Moment`]: positions, losses, ‖∇E‖², distances. Only the present
//! positions are held, so that a million parameters can be followed.

mod accuracy;
mod dynamics;
mod end;
mod error;
mod moment;
mod shared;
mod traveller;

use std::cell::RefCell;
use std::ops::ControlFlow;

use thalweg_cpu::Threads;

pub use dynamics::Dynamics;
pub use end::{End, Followed, IntegratorName, Travelled};
pub use error::FollowError;
pub use moment::{Moment, Position};

use crate::flow::{Tolerance, Work};
use crate::objective::{DirectionalDerivative, HessianVector, ObjectiveError};
use accuracy::Sizes;
use dynamics::{FieldOf, any_field, two_term_field};
use error::check_learning_rate;
use shared::Shared;
use traveller::Traveller;

/// Several dynamics from one start θ₀, at the times 0, h, 2h, … of gradient descent.
///
/// | in the formulas | here |
/// |---|---|
/// | h > 0 | `learning_rate` |
/// | n, up to | `steps` |
/// | what moves θ | the [`Dynamics`] |
///
/// **Accuracy.** Distances between gradient descent and a flow mean something only if the flow is
/// integrated much better than they are large. A step of gradient descent leaves the flow with n
/// terms of its modified equation by about hⁿ⁺¹‖Hⁿg‖/(n+1) (n = 1: the gradient flow), the part of
/// the next term without third derivatives. An integrator's error in one of its steps may be a
/// thousandth of that, measured at θ₀, and both errors are carried on by the same flow. For the flow
/// with explicit penalty the size is h·min(‖g‖, ‖2μHg‖). Rounding limits it to 10⁻¹⁴ of ‖θ₀‖
/// ([`Travelled::is_at_rounding`]). [`Self::with_tolerance`] sets it instead.
///
/// **Integrators.** Dormand–Prince 5(4), and Verner 8(7) for errors below 10⁻⁹ of a step of gradient
/// descent. Where a flow is stiff, Runge–Kutta–Chebyshev takes over for the rest of its way
/// ([`Travelled::integrator`]).
///
/// **Cost.** A gradient a time for gradient descent; at least 7 values of its field and a gradient for
/// a flow. *Memory*: 2 to 6 vectors for each of the dynamics, and 9 to 20 for the integrator at work.
///
/// Barrett and Dherin 2021 (arXiv 2009.11162), section 3 and Figure 1; the series: Hairer, Lubich and
/// Wanner, *Geometric Numerical Integration* (2nd ed. 2006), IX.1.
///
/// ```
/// use std::ops::ControlFlow;
/// use thalweg::follow::{Dynamics, Follow};
/// use thalweg::objective::problem::TwoParameterModel;
///
/// let objective = TwoParameterModel::PUBLISHED.objective()?;
/// let modified = Dynamics::ModifiedFlow { terms: 2 };
/// let dynamics = [Dynamics::GradientDescent, Dynamics::GradientFlow, modified];
/// let mut ratio = None;
/// let followed = Follow::new(0.01, 5, &dynamics)?.run(objective, &[2.8, 3.5], &mut |moment| {
///     ratio = moment.ratio(2);
///     ControlFlow::Continue(())
/// })?;
/// assert!(followed.paths.iter().all(|path| path.end.is_followed()));
/// assert!(ratio.is_some_and(|ratio| ratio < 0.3));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Follow {
    learning_rate: f64,
    steps: u64,
    dynamics: Vec<Dynamics>,
    tolerance: Option<Tolerance>,
    threads: Threads,
}

/// What sees every moment, and may end the following.
pub type Observer<'a> = dyn FnMut(&Moment<'_>) -> ControlFlow<()> + 'a;

impl Follow {
    /// These dynamics through so many steps of gradient descent.
    ///
    /// # Errors
    /// If the learning rate is not positive and finite, a number of terms is outside 1 to
    /// [`MOST_TERMS`](crate::modified::MOST_TERMS), or a penalty's coefficient is negative.
    pub fn new(learning_rate: f64, steps: u64, dynamics: &[Dynamics]) -> Result<Self, FollowError> {
        check_learning_rate(learning_rate)?;
        dynamics.iter().try_for_each(Dynamics::check)?;
        Ok(Self {
            learning_rate,
            steps,
            dynamics: dynamics.to_vec(),
            tolerance: None,
            threads: Threads::one(),
        })
    }

    /// The same with this tolerance for all flows, instead of those found from the distances.
    #[must_use]
    pub fn with_tolerance(mut self, tolerance: Tolerance) -> Self {
        self.tolerance = Some(tolerance);
        self
    }

    /// The same with threads for the integrators' own sums; an objective has its own. Values do not
    /// depend on their number.
    #[must_use]
    pub fn with_threads(mut self, threads: Threads) -> Self {
        self.threads = threads;
        self
    }

    /// Follows all of them on `objective`, which may be a `&mut` reference to one, and shows `observer`
    /// every moment, the first at time 0. What has ended early is missing from later moments; nothing
    /// is followed any further once all have ended.
    ///
    /// # Errors
    /// If `start` has the wrong length. That something diverges is no error, but an [`End`].
    pub fn run<O: DirectionalDerivative<f64>>(
        &self,
        objective: O,
        start: &[f64],
        observer: &mut Observer<'_>,
    ) -> Result<Followed, FollowError> {
        self.run_fields(objective, start, any_field, observer)
    }

    /// The same for an objective without derivatives beyond Hv.
    ///
    /// # Errors
    /// As for [`Self::run`], and if a modified flow has more than two terms.
    pub fn run_two_terms<O: HessianVector<f64>>(
        &self,
        objective: O,
        start: &[f64],
        observer: &mut Observer<'_>,
    ) -> Result<Followed, FollowError> {
        self.run_fields(objective, start, two_term_field, observer)
    }

    fn run_fields<O: HessianVector<f64>>(
        &self,
        objective: O,
        start: &[f64],
        field: FieldOf<O>,
        observer: &mut Observer<'_>,
    ) -> Result<Followed, FollowError> {
        let objective = RefCell::new(objective);
        let mut shared = Shared::new(&objective);
        let mut measuring = Work::default();
        let sizes = self.sizes(&mut shared, start, &mut measuring)?;
        let travellers = self.dynamics.iter().map(|dynamics| {
            let plan = self.plan(dynamics, &sizes);
            Traveller::new(*dynamics, start, plan, shared, field)
        });
        let mut travellers = travellers.collect::<Result<Vec<_>, _>>()?;
        let mut walk = Walk {
            follow: self,
            shared,
            scratch: vec![0.0; start.len()],
            measuring,
        };
        let steps = walk.walk(&mut travellers, observer)?;
        let paths = travellers.into_iter().map(Traveller::finish).collect();
        let measuring = walk.measuring;
        Ok(Followed {
            steps,
            paths,
            measuring,
        })
    }

    /// The sizes that tolerances are chosen by.
    fn sizes<O: HessianVector<f64>>(
        &self,
        objective: &mut Shared<'_, O>,
        start: &[f64],
        work: &mut Work,
    ) -> Result<Sizes, ObjectiveError> {
        let powers = match self.tolerance {
            Some(_) => 0,
            None => self
                .dynamics
                .iter()
                .map(Dynamics::powers)
                .max()
                .unwrap_or(0),
        };
        Sizes::measure(objective, start, powers, work)
    }
}

/// All dynamics on their way.
struct Walk<'c, 'f, O> {
    follow: &'f Follow,
    shared: Shared<'c, O>,
    scratch: Vec<f64>,
    measuring: Work,
}

impl<O: HessianVector<f64>> Walk<'_, '_, O> {
    /// The number of steps made.
    fn walk(
        &mut self,
        travellers: &mut [Traveller<'_>],
        observer: &mut Observer<'_>,
    ) -> Result<u64, FollowError> {
        let Follow {
            learning_rate,
            steps,
            ..
        } = *self.follow;
        for step in 0..=steps {
            let time = step as f64 * learning_rate;
            for traveller in travellers.iter_mut() {
                traveller.measure(
                    &mut self.shared,
                    step,
                    &mut self.scratch,
                    &mut self.measuring,
                )?;
            }
            let positions = travellers.iter().map(Traveller::position).collect();
            let is_left = observer(&Moment::new(step, time, positions)).is_break();
            if is_left || step == steps || travellers.iter().all(Traveller::has_ended) {
                return Ok(step);
            }
            for traveller in travellers.iter_mut() {
                traveller.advance(step, learning_rate, &self.follow.threads)?;
            }
        }
        Ok(steps)
    }
}
