//! One path of gradient descent, with everything measured on it.

use thalweg::curvature::dense_hessian;
use thalweg::objective::{Gradient, Traced};
use thalweg::optimizer::{GradientDescent, Optimizer};
use thalweg::vector::norm_squared;

use super::EXAMPLE;
use crate::study::{StudyError, Watch};

/// ‖∇E‖² at which a minimum is reached: the residual is then below 10⁻¹².
const CONVERGED: f64 = 1e-24;
/// The loss beyond which a path is not followed.
const DIVERGED: f64 = 1e12;
/// The most steps: eight times what the smallest learning rate takes.
const MOST_STEPS: usize = 100_000;
/// Steps between two questions whether to go on.
const LOOK_EVERY: usize = 1000;

/// One point of a path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Point {
    pub a: f64,
    pub b: f64,
    pub loss: f64,
    pub gradient_norm_squared: f64,
    /// h·λ_max(∇²E).
    pub stability: f64,
}

/// Why a path ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    Converged,
    Diverged,
    StepLimit,
}

/// A path from the start; the first point is the start, the last the end.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Descent {
    pub learning_rate: f64,
    pub points: Vec<Point>,
    pub ended: Ended,
}

/// Gradient descent with that learning rate from the start.
pub(super) fn descend(
    model: &mut Traced<f64>,
    learning_rate: f64,
    watch: &Watch<'_>,
) -> Result<Descent, StudyError> {
    let optimizer = GradientDescent::new(learning_rate)?;
    let mut state = optimizer.start(super::START.to_vec());
    let mut points = Vec::new();
    let ended = loop {
        if points.len().is_multiple_of(LOOK_EVERY) {
            watch.go_on()?;
        }
        let theta = state.theta.clone();
        state = optimizer.step(state, &mut |at, gradient| model.gradient(at, gradient))?;
        let gradient_norm_squared = norm_squared(&state.gradient);
        if !(state.loss < DIVERGED && gradient_norm_squared.is_finite()) {
            break Ended::Diverged;
        }
        points.push(Point {
            a: theta[0],
            b: theta[1],
            loss: state.loss,
            gradient_norm_squared,
            stability: learning_rate * largest_curvature(model, &theta)?,
        });
        if gradient_norm_squared <= CONVERGED {
            break Ended::Converged;
        }
        if points.len() > MOST_STEPS {
            break Ended::StepLimit;
        }
    };
    Ok(Descent {
        learning_rate,
        points,
        ended,
    })
}

/// λ_max(∇²E), from all entries of the Hessian.
fn largest_curvature(model: &mut Traced<f64>, theta: &[f64]) -> Result<f64, StudyError> {
    let eigen = dense_hessian(model, theta)?.eigen()?;
    Ok(eigen.values.last().copied().unwrap_or(f64::NAN))
}

impl Point {
    /// a² + b².
    pub(super) fn squares(&self) -> f64 {
        self.a * self.a + self.b * self.b
    }

    /// R_IG/E = ‖∇E‖²/(mE) with m = 2.
    pub(super) fn ratio(&self) -> f64 {
        self.gradient_norm_squared / (2.0 * self.loss)
    }

    /// abx − y, by which the model misses its example.
    pub(super) fn miss(&self) -> f64 {
        let [x, y] = EXAMPLE;
        self.a * self.b * x - y
    }
}

impl Descent {
    /// Where it ended. There is always a point: the start is finite.
    pub(super) fn end(&self) -> &Point {
        self.points.last().expect("the start is a point")
    }

    /// The number of steps taken.
    pub(super) fn steps(&self) -> usize {
        self.points.len() - 1
    }

    /// The largest h·λ_max on it.
    pub(super) fn largest_stability(&self) -> f64 {
        let stabilities = self.points.iter().map(|point| point.stability);
        stabilities.fold(f64::NEG_INFINITY, f64::max)
    }

    /// How many of its points have h·λ_max ≥ 2.
    pub(super) fn unstable_points(&self) -> usize {
        let unstable = |point: &&Point| point.stability >= super::STABLE;
        self.points.iter().filter(unstable).count()
    }

    /// The branch of minima it ended on.
    pub(super) fn branch(&self) -> &'static str {
        let Point { a, b, .. } = *self.end();
        match (self.ended, a > 0.0 && b > 0.0, a < 0.0 && b < 0.0) {
            (Ended::Converged, true, _) => "positive",
            (Ended::Converged, _, true) => "negative",
            _ => "none",
        }
    }
}

impl Ended {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Converged => "converged",
            Self::Diverged => "diverged",
            Self::StepLimit => "step limit",
        }
    }
}
