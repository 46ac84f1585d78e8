//! How near a method stays to flows as the learning rate falls.

use thalweg::modified::PenalisedFlow;

use super::method::{Begin, Method, Setting};
use crate::study::smooth_problem::SmoothProblem;
use crate::study::{StudyError, Watch, accurate_flow};

/// β.
pub(super) const MOMENTUM: f64 = 0.7;
/// The effective time after which distances are taken.
pub(super) const TIME: f64 = 0.4;
/// Steps to there; the effective rate is one of 10⁻³ and its halves.
const STEPS: [usize; 5] = [400, 800, 1600, 3200, 6400];

/// What is compared with what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    /// Moving from the start; the flow with the claimed penalty.
    Claimed,
    /// Moving from the start; the flow with the penalty of gradient descent.
    Plain,
    /// Moving from the start; the gradient flow.
    Unpenalised,
    /// At rest; the flow with the claimed penalty from θ₀ + (hβ/(1−β)²)∇E.
    RestBehind,
    /// At rest; the flow with the claimed penalty from θ₀.
    RestSame,
}

/// Distances ‖θ_n − θ(nh/(1−β))‖ of one comparison of heavy ball.
#[derive(Clone, Debug)]
pub(super) struct Following {
    pub comparison: Comparison,
    /// (effective rate, distance), each rate half of the one before.
    pub distances: Vec<[f64; 2]>,
}

impl Comparison {
    pub(super) const ALL: [Self; 5] = [
        Self::Unpenalised,
        Self::Plain,
        Self::Claimed,
        Self::RestSame,
        Self::RestBehind,
    ];

    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Claimed => "its own penalty",
            Self::Plain => "gradient descent's penalty",
            Self::Unpenalised => "no penalty",
            Self::RestBehind => "from rest, start shifted",
            Self::RestSame => "from rest, same start",
        }
    }

    /// The name of its column.
    pub(super) fn column(self) -> &'static str {
        match self {
            Self::Claimed => "claimed",
            Self::Plain => "plain_penalty",
            Self::Unpenalised => "no_penalty",
            Self::RestBehind => "from_rest_shifted",
            Self::RestSame => "from_rest_same_start",
        }
    }

    fn distance(
        self,
        problem: &mut SmoothProblem,
        steps: usize,
        watch: &Watch<'_>,
    ) -> Result<[f64; 2], StudyError> {
        let setting = Setting {
            method: Method::HeavyBall,
            momentum: MOMENTUM,
            effective_rate: TIME / steps as f64,
        };
        let begin = match self {
            Self::RestBehind | Self::RestSame => Begin::AtRest,
            _ => Begin::Moving,
        };
        let coefficient = match self {
            Self::Unpenalised => 0.0,
            Self::Plain => setting.plain_coefficient(),
            _ => setting.claimed_coefficient(),
        };
        let start = match self {
            Self::RestBehind => setting.start_from_rest(problem)?,
            _ => problem.start.clone(),
        };
        let mut last = Vec::new();
        setting.walk(problem, begin, steps, watch, |step, theta| {
            if step == steps {
                last = theta.to_vec();
            }
        })?;
        let mut field = PenalisedFlow::new(&mut *problem.objective, 1.0, coefficient);
        let end = accurate_flow::end(&mut field, &start, TIME)?;
        let distance = accurate_flow::distance(&last, &end);
        Ok([setting.effective_rate, distance])
    }
}

/// Every comparison.
pub(super) fn all(
    problem: &mut SmoothProblem,
    watch: &Watch<'_>,
) -> Result<Vec<Following>, StudyError> {
    let mut all = Vec::new();
    for comparison in Comparison::ALL {
        let mut distances = Vec::new();
        for steps in STEPS {
            distances.push(comparison.distance(problem, steps, watch)?);
        }
        all.push(Following {
            comparison,
            distances,
        });
    }
    Ok(all)
}
