//! All dynamics at one time.

use super::Dynamics;

/// Where one of the dynamics is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Position<'a> {
    /// What brought it there.
    pub dynamics: Dynamics,
    /// θ.
    pub theta: &'a [f64],
    /// E(θ), without any penalty.
    pub loss: f64,
    /// ‖∇E(θ)‖², without any penalty.
    pub gradient_norm_squared: f64,
}

/// All dynamics at the time of one step of gradient descent.
#[derive(Clone, Debug, PartialEq)]
pub struct Moment<'a> {
    step: u64,
    time: f64,
    positions: Vec<Option<Position<'a>>>,
}

impl<'a> Moment<'a> {
    pub(super) fn new(step: u64, time: f64, positions: Vec<Option<Position<'a>>>) -> Self {
        Self {
            step,
            time,
            positions,
        }
    }

    /// n.
    #[must_use]
    pub fn step(&self) -> u64 {
        self.step
    }

    /// nh.
    #[must_use]
    pub fn time(&self) -> f64 {
        self.time
    }

    /// The positions in the order in which the dynamics were listed; `None` for what has ended.
    #[must_use]
    pub fn positions(&self) -> &[Option<Position<'a>>] {
        &self.positions
    }

    /// Where one of them is, if it is followed and has not ended.
    #[must_use]
    pub fn position(&self, dynamics: Dynamics) -> Option<&Position<'a>> {
        let mut present = self.positions.iter().flatten();
        present.find(|position| position.dynamics == dynamics)
    }

    /// ‖θ − θ'‖ between two of them, if both are there.
    #[must_use]
    pub fn distance(&self, one: Dynamics, other: Dynamics) -> Option<f64> {
        let (one, other) = (self.position(one)?, self.position(other)?);
        let pairs = one.theta.iter().zip(other.theta);
        let sum: f64 = pairs.map(|(one, other)| (one - other).powi(2)).sum();
        Some(sum.sqrt())
    }

    /// ‖θ_GD − θ_modified‖/‖θ_GD − θ_flow‖ for the modified flow with so many terms: below 1 where it
    /// describes gradient descent better than the gradient flow does. `None` if one of the three is
    /// missing, and where gradient descent and gradient flow agree to the last digit.
    #[must_use]
    pub fn ratio(&self, terms: usize) -> Option<f64> {
        let descent = Dynamics::GradientDescent;
        let modified = self.distance(descent, Dynamics::ModifiedFlow { terms })?;
        let flow = self.distance(descent, Dynamics::GradientFlow)?;
        (flow > 0.0).then(|| modified / flow)
    }
}
