//! A method and a flow, compared.

use super::{Claim, Claims, Convergence, Point, Trouble, Verdict, VerificationError};
use crate::flow::Outcome;
use crate::vector::norm_squared;

/// Errors up to this, in units of ‖θ‖, are rounding: some hundred times what a sum of a few terms in
/// double precision is off.
const FLOOR: f64 = 1e-13;

/// A method and a flow that it is compared with, from one start.
pub trait Pair {
    /// θ after so many steps of the method.
    ///
    /// # Errors
    /// If h is no learning rate, and those of the objective.
    fn iterate(&mut self, learning_rate: f64, steps: u64) -> Result<Vec<f64>, VerificationError>;

    /// θ on the flow that belongs to h after a time, and how the integration ended.
    ///
    /// # Errors
    /// As for [`Self::iterate`].
    fn flow(
        &mut self,
        learning_rate: f64,
        time: f64,
    ) -> Result<(Vec<f64>, Outcome), VerificationError>;
}

/// How a comparison is carried out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Protocol {
    /// The largest learning rate.
    pub learning_rate: f64,
    /// How often it is halved, at least twice; less often if errors become rounding before.
    pub halvings: u32,
    /// The steps with the largest learning rate that make the fixed time; twice as many with each
    /// halving.
    pub steps: u64,
}

/// Over what time method and flow are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// One step, and the flow over h: the local error.
    OneStep,
    /// Steps n with nh fixed, and the flow over that time: the global error.
    FixedTime,
}

/// A convergence with the claim on it and what it says of the claim.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    /// The claim.
    pub claim: Claim,
    /// The errors.
    pub convergence: Convergence,
    /// What they say.
    pub verdict: Verdict,
}

/// What was measured of a pair.
#[derive(Clone, Debug, PartialEq)]
pub struct Certificate {
    /// Of one step, where something is claimed of it.
    pub one_step: Option<Measured>,
    /// Over a fixed time, where something is claimed of that.
    pub fixed_time: Option<Measured>,
}

impl Certificate {
    /// Everything measured, one step first.
    pub fn all(&self) -> impl Iterator<Item = &Measured> {
        self.one_step.iter().chain(&self.fixed_time)
    }
}

impl Protocol {
    fn check(&self) -> Result<(), VerificationError> {
        let fails = |name, value, bound| Err(VerificationError::Setting { name, value, bound });
        let h = self.learning_rate;
        if !(h.is_finite() && h > 0.0) {
            return fails("the learning rate", h, "positive and finite");
        }
        if !(2..=30).contains(&self.halvings) {
            let halvings = f64::from(self.halvings);
            return fails("the number of halvings", halvings, "from 2 to 30");
        }
        if self.steps == 0 {
            return fails("the number of steps", 0.0, "at least 1");
        }
        Ok(())
    }
}

/// The errors of a pair at h, h/2, h/4, …, until they are rounding or h has been halved as often as
/// the protocol says.
///
/// Costs the steps of the method and the integration of the flow at each h: over a fixed time, 2ᵏ
/// times the protocol's steps after k halvings.
///
/// # Errors
/// If the protocol is none, and those of the pair.
pub fn measure(
    pair: &mut dyn Pair,
    span: Span,
    protocol: &Protocol,
) -> Result<Convergence, VerificationError> {
    protocol.check()?;
    let mut convergence = Convergence::default();
    for halving in 0..=protocol.halvings {
        let learning_rate = protocol.learning_rate / 2.0_f64.powi(halving as i32);
        let steps = match span {
            Span::OneStep => 1,
            Span::FixedTime => protocol.steps << halving,
        };
        let point = compare(pair, learning_rate, steps)?;
        convergence.points.push(point);
        if point.error <= point.floor && halving >= 2 {
            break;
        }
    }
    Ok(convergence)
}

/// Measures whatever is claimed of a pair.
///
/// # Errors
/// As for [`measure`].
pub fn certify(
    pair: &mut dyn Pair,
    claims: Claims,
    protocol: &Protocol,
) -> Result<Certificate, VerificationError> {
    let mut measured = |claim: Claim, span: Span| {
        let convergence = measure(pair, span, protocol)?;
        let verdict = convergence.verdict(claim);
        Ok::<_, VerificationError>(Measured {
            claim,
            convergence,
            verdict,
        })
    };
    let mut over =
        |claim: Option<Claim>, span| claim.map(|claim| measured(claim, span)).transpose();
    Ok(Certificate {
        one_step: over(claims.one_step, Span::OneStep)?,
        fixed_time: over(claims.fixed_time, Span::FixedTime)?,
    })
}

fn compare(
    pair: &mut dyn Pair,
    learning_rate: f64,
    steps: u64,
) -> Result<Point, VerificationError> {
    let lost = |trouble| Point {
        learning_rate,
        error: f64::NAN,
        floor: f64::NAN,
        trouble: Some(trouble),
    };
    let iterate = pair.iterate(learning_rate, steps)?;
    if iterate.iter().any(|x| !x.is_finite()) {
        return Ok(lost(Trouble::Diverged { learning_rate }));
    }
    let (end, outcome) = pair.flow(learning_rate, learning_rate * steps as f64)?;
    if !outcome.reached_end() {
        return Ok(lost(Trouble::Flow {
            learning_rate,
            outcome,
        }));
    }
    let squares = iterate.iter().zip(&end).map(|(x, y)| (x - y).powi(2));
    Ok(Point {
        learning_rate,
        error: squares.sum::<f64>().sqrt(),
        floor: FLOOR * norm_squared(&iterate).max(norm_squared(&end)).sqrt(),
        trouble: None,
    })
}
