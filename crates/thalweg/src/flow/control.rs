//! Error control: what an error may be, and how long the next step is.

use super::drive::Pace;
use super::error::{FlowError, check_positive};

/// What the error of one step may be: √(1/m Σᵢ (eᵢ/sᵢ)²) ≤ 1 with sᵢ = absolute + relative·|θᵢ|, the
/// larger |θᵢ| of both ends of the step.
///
/// The error at the end is the sum of what the flow makes of the errors of all steps: of the size of
/// the tolerance where the flow contracts, larger where it spreads.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tolerance {
    /// In units of θ; positive.
    pub absolute: f64,
    /// In units of |θᵢ|; from 10⁻¹⁴ (rounding) to 1.
    pub relative: f64,
}

impl Tolerance {
    /// The same number for both.
    #[must_use]
    pub fn new(tolerance: f64) -> Self {
        Self {
            absolute: tolerance,
            relative: tolerance,
        }
    }

    /// sᵢ where θᵢ is `before` and `after`.
    pub(super) fn scale(&self, before: f64, after: f64) -> f64 {
        self.absolute + self.relative * before.abs().max(after.abs())
    }

    fn check(&self) -> Result<(), FlowError> {
        check_positive("absolute tolerance", self.absolute)?;
        if (1e-14..=1.0).contains(&self.relative) {
            return Ok(());
        }
        let (name, value) = ("relative tolerance", self.relative);
        let bound = "from 1e-14 to 1";
        Err(FlowError::Setting { name, value, bound })
    }
}

/// How an integration with error control is carried out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Control {
    /// What the error of one step may be.
    pub tolerance: Tolerance,
    /// The first step; found from the field if not given.
    pub first_step: Option<f64>,
    /// The longest step; any if not given.
    pub longest_step: Option<f64>,
    /// The most steps, accepted and rejected.
    pub most_steps: u64,
    /// Whether to stop where the flow [looks stiff](super::Outcome::LooksStiff), if the method can
    /// tell, rather than go on with short steps.
    pub stop_when_stiff: bool,
}

impl Control {
    /// To this tolerance, at most 100 000 steps, going on where it is stiff.
    #[must_use]
    pub fn new(tolerance: Tolerance) -> Self {
        Self {
            tolerance,
            first_step: None,
            longest_step: None,
            most_steps: 100_000,
            stop_when_stiff: false,
        }
    }

    pub(super) fn check(&self) -> Result<(), FlowError> {
        self.tolerance.check()?;
        let (first, longest) = (self.first_step, self.longest_step);
        check_positive("first step", first.unwrap_or(1.0))?;
        check_positive("longest step", longest.unwrap_or(1.0))
    }
}

/// How the next step follows from the errors e = C hᵏ of the last two.
#[derive(Clone, Copy, Debug)]
pub(super) enum Law {
    /// h · 0.9 e⁻⁰·⁷ᐟᵏ e₋⁰·⁴ᐟᵏ, within a factor 5: proportional–integral control, which keeps steps
    /// even at the edge of stability. K. Gustafsson, *Control-theoretic techniques for stepsize
    /// selection in explicit Runge–Kutta methods*, ACM Trans. Math. Softw. 17 (1991) 533–554.
    ProportionalIntegral,
    /// h · 0.8 e⁻¹ᐟᵏ (h/h₋) (e₋/e)¹ᐟᵏ, from a tenth to ten times: predictive control, which follows
    /// steps that keep growing. Sommeijer, Shampine and Verwer (1998), after H. A. Watts.
    Predictive,
}

/// Lengths of steps by the errors of those before.
#[derive(Clone, Copy, Debug)]
pub(super) struct Controller {
    law: Law,
    /// k: the error of one step goes as its length to this power.
    power: f64,
    step: f64,
    longest: f64,
    /// Length and error of the last accepted step.
    before: Option<(f64, f64)>,
    /// Whether the last step was rejected.
    rejected: bool,
}

/// The error of a previous step counts as no smaller, so that one lucky step does not make the next
/// one short (Hairer, Nørsett and Wanner, *Solving Ordinary Differential Equations I*, code DOPRI5).
const SMALLEST_ERROR: f64 = 1e-4;
/// What becomes of a step with an end that is not finite.
const NON_FINITE: f64 = 0.1;

impl Controller {
    pub(super) fn new(control: &Control, law: Law, power: usize, first: f64) -> Self {
        Self {
            law,
            power: power as f64,
            step: first,
            longest: control.longest_step.unwrap_or(f64::INFINITY),
            before: None,
            rejected: false,
        }
    }

    fn safety(&self) -> f64 {
        match self.law {
            Law::ProportionalIntegral => 0.9,
            Law::Predictive => 0.8,
        }
    }

    /// The factor by which an accepted step is changed, without bounds.
    fn factor(&self, length: f64, error: f64) -> f64 {
        let (k, safety) = (self.power, self.safety());
        match (self.law, self.before) {
            (_, None) => safety * error.powf(-1.0 / k),
            (Law::ProportionalIntegral, Some((_, before))) => {
                safety * error.powf(-0.7 / k) * before.powf(0.4 / k)
            }
            (Law::Predictive, Some((shorter, before))) => {
                safety * error.powf(-2.0 / k) * before.powf(1.0 / k) * length / shorter
            }
        }
    }

    fn bounds(&self) -> (f64, f64) {
        match self.law {
            Law::ProportionalIntegral => (0.2, 5.0),
            Law::Predictive => (0.1, 10.0),
        }
    }
}

impl Pace for Controller {
    fn propose(&self, time: f64, end: f64, longest: f64) -> (f64, f64) {
        let step = self.step.min(self.longest).min(longest);
        // A remainder of less than a hundredth of a step is not worth one.
        match time + 1.01 * step >= end {
            true => (end - time, end),
            false => (step, time + step),
        }
    }

    fn accepted(&mut self, length: f64, error: f64) {
        let (least, most) = self.bounds();
        let most = if self.rejected { 1.0 } else { most };
        // Not max(): that would hide an error of exactly 0.
        let factor = self.factor(length, error).clamp(least, most);
        self.step = length * factor;
        self.before = Some((length, error.max(SMALLEST_ERROR)));
        self.rejected = false;
    }

    fn rejected(&mut self, length: f64, error: f64) -> bool {
        let factor = match error.is_finite() {
            true => (self.safety() * error.powf(-1.0 / self.power)).max(self.bounds().0),
            false => NON_FINITE,
        };
        self.step = length * factor;
        self.rejected = true;
        true
    }
}
