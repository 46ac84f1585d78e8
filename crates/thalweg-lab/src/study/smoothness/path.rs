//! Gradient descent beside both flows, from one start with one learning rate.

use std::ops::ControlFlow;

use thalweg::flow::Tolerance;
use thalweg::follow::{Dynamics, Follow};
use thalweg::network::Activation;
use thalweg::objective::Gradient;
use thalweg::vector::add_scaled;

use super::model::Model;
use crate::study::{StudyError, Watch};

const DESCENT: Dynamics = Dynamics::GradientDescent;
const FLOW: Dynamics = Dynamics::GradientFlow;
/// The flow that is said to describe gradient descent.
pub(super) const MODIFIED: Dynamics = Dynamics::ModifiedFlow { terms: 2 };

/// The error allowed to a step where the field jumps. The error control then spends its steps at the
/// jumps; a hundredth of the distances there needs no more, and 10⁻⁷ takes four times as long.
const AT_KINKS: f64 = 1e-6;

/// Distances at one time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Point {
    pub time: f64,
    /// From gradient descent to the gradient flow.
    pub flow: f64,
    /// From gradient descent to the modified flow.
    pub modified: f64,
    /// From gradient descent in single precision to the modified flow.
    pub single: f64,
    /// From gradient descent in single precision to that in double precision.
    pub rounding: f64,
}

/// What is followed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Question {
    pub activation: Activation,
    pub seed: u64,
    pub learning_rate: f64,
    pub steps: u64,
}

/// A path: a point for every step.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Path {
    pub question: Question,
    pub points: Vec<Point>,
    /// Loss of gradient descent at the end.
    pub loss: f64,
    /// Whether all were followed to the end.
    pub is_complete: bool,
}

/// Follows gradient descent, the gradient flow and the flow `describing` it.
pub(super) fn follow(
    model: &mut Model,
    question: Question,
    describing: Dynamics,
    watch: &Watch<'_>,
) -> Result<Path, StudyError> {
    let h = question.learning_rate;
    let mut theta = model.start(question.seed);
    let start: Vec<f64> = theta.iter().copied().map(f64::from).collect();
    let mut gradient = vec![0.0; theta.len()];
    let (mut points, mut loss, mut failed) = (Vec::new(), f64::NAN, None);
    let mut wish = Follow::new(h, question.steps, &[DESCENT, FLOW, describing])?;
    if !question.activation.is_smooth() {
        wish = wish.with_tolerance(Tolerance::new(AT_KINKS));
    }
    let single = &mut model.single;
    let followed = wish.run_two_terms(&mut model.double, &start, &mut |moment| {
        if moment.step() > 0 {
            match single.gradient(&theta, &mut gradient) {
                Ok(_) => add_scaled(&mut theta, -h, &gradient),
                Err(error) => {
                    failed = Some(error);
                    return ControlFlow::Break(());
                }
            }
            let here = |dynamics| moment.position(dynamics).map(|position| position.theta);
            let between = |one, other| moment.distance(one, other).unwrap_or(f64::NAN);
            let to_single =
                |dynamics| here(dynamics).map_or(f64::NAN, |there| distance(there, &theta));
            points.push(Point {
                time: moment.time(),
                flow: between(DESCENT, FLOW),
                modified: between(DESCENT, describing),
                single: to_single(describing),
                rounding: to_single(DESCENT),
            });
            loss = moment.position(DESCENT).map_or(f64::NAN, |one| one.loss);
        }
        match watch.go_on() {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    })?;
    watch.go_on()?;
    if let Some(error) = failed {
        return Err(error.into());
    }
    Ok(Path {
        question,
        points,
        loss,
        is_complete: followed.paths.iter().all(|path| path.end.is_followed()),
    })
}

/// ‖θ − θ'‖ across precisions.
fn distance(double: &[f64], single: &[f32]) -> f64 {
    let pairs = double.iter().zip(single);
    let sum: f64 = pairs.map(|(x, y)| (x - f64::from(*y)).powi(2)).sum();
    sum.sqrt()
}

impl Point {
    /// By how much the modified flow is nearer than the gradient flow.
    pub(super) fn ratio(&self) -> f64 {
        self.modified / self.flow
    }
}

impl Path {
    /// The last point; `None` if not everything was followed to the end.
    pub(super) fn end(&self) -> Option<&Point> {
        self.points.last().filter(|_| self.is_complete)
    }
}
