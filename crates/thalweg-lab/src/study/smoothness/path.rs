//! Gradient descent beside both flows, from one start with one learning rate.

use std::ops::ControlFlow;

use thalweg::Element;
use thalweg::flow::tableau::runge_kutta_4;
use thalweg::flow::{FixedRungeKutta, GradientFlow, Integrator};
use thalweg::follow::{Dynamics, Follow, FollowError};
use thalweg::modified::ModifiedGradientFlow;
use thalweg::network::Activation;
use thalweg::objective::{Gradient, ObjectiveError, Supervised};
use thalweg::vector::add_scaled;

use super::model::Model;
use crate::study::{StudyError, Watch};

const DESCENT: Dynamics = Dynamics::GradientDescent;
const FLOW: Dynamics = Dynamics::GradientFlow;
/// The flow that is said to describe gradient descent.
pub(super) const MODIFIED: Dynamics = Dynamics::ModifiedFlow { terms: 2 };

/// The steps of Runge–Kutta's method where the gradient jumps. Error control would spend thousands of
/// steps at every jump. A step across one makes an error of its own length times the jump, of either
/// sign; that of gradient descent is at least eight times longer and of one sign.
const STEP_AT_KINKS: f64 = 1.0 / 512.0;

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
    /// Whether all were followed to the end.
    pub is_complete: bool,
}

/// Gradient descent in single precision beside all others, and what was seen of them.
struct Record<'a> {
    single: &'a mut Supervised<f32>,
    theta: Vec<f32>,
    gradient: Vec<f32>,
    learning_rate: f64,
    points: Vec<Point>,
}

impl Record<'_> {
    /// One step more, after which the others are at these positions.
    fn add(
        &mut self,
        time: f64,
        [descent, flow, modified]: [&[f64]; 3],
    ) -> Result<(), ObjectiveError> {
        self.single.gradient(&self.theta, &mut self.gradient)?;
        add_scaled(&mut self.theta, -self.learning_rate, &self.gradient);
        self.points.push(Point {
            time,
            flow: distance(descent, flow),
            modified: distance(descent, modified),
            single: distance(modified, &self.theta),
            rounding: distance(descent, &self.theta),
        });
        Ok(())
    }
}

/// Follows gradient descent, the gradient flow and the flow `describing` it.
pub(super) fn follow(
    model: &mut Model,
    question: Question,
    describing: Dynamics,
    watch: &Watch<'_>,
) -> Result<Path, StudyError> {
    let theta = model.start(question.seed);
    let start: Vec<f64> = theta.iter().copied().map(f64::from).collect();
    let mut record = Record {
        single: &mut model.single,
        gradient: vec![0.0; theta.len()],
        theta,
        learning_rate: question.learning_rate,
        points: Vec::new(),
    };
    let objective = &mut model.double;
    let is_complete = match question.activation.is_smooth() {
        true => across_smooth(objective, &start, question, describing, &mut record, watch)?,
        false => across_kinks(objective, &start, question, &mut record)?,
    };
    watch.go_on()?;
    Ok(Path {
        question,
        points: record.points,
        is_complete,
    })
}

/// With error control. Whether all could be followed.
fn across_smooth(
    objective: &mut Supervised<f64>,
    start: &[f64],
    question: Question,
    describing: Dynamics,
    record: &mut Record<'_>,
    watch: &Watch<'_>,
) -> Result<bool, StudyError> {
    let wish = Follow::new(
        question.learning_rate,
        question.steps,
        &[DESCENT, FLOW, describing],
    )?;
    let mut failed = None;
    let followed = wish.run_two_terms(objective, start, &mut |moment| {
        if let ([Some(descent), Some(flow), Some(modified)], 1..) =
            (moment.positions(), moment.step())
        {
            let positions = [descent.theta, flow.theta, modified.theta];
            failed = record.add(moment.time(), positions).err();
        }
        match failed.is_none() && watch.go_on().is_ok() {
            true => ControlFlow::Continue(()),
            false => ControlFlow::Break(()),
        }
    })?;
    match failed {
        Some(error) => Err(error.into()),
        None => Ok(followed.paths.iter().all(|path| path.end.is_followed())),
    }
}

/// With fixed steps. Whether all could be followed.
fn across_kinks(
    objective: &mut Supervised<f64>,
    start: &[f64],
    question: Question,
    record: &mut Record<'_>,
) -> Result<bool, StudyError> {
    let h = question.learning_rate;
    let times: Vec<f64> = (1..=question.steps).map(|step| step as f64 * h).collect();
    let method = FixedRungeKutta::new(&runge_kutta_4(), STEP_AT_KINKS);
    let flow = method.values_at(&mut GradientFlow::new(&mut *objective), start, &times);
    let flow = flow.map_err(FollowError::from)?.values;
    let mut field = ModifiedGradientFlow::new(&mut *objective, h);
    let modified = method.values_at(&mut field, start, &times);
    let modified = modified.map_err(FollowError::from)?.values;
    let (mut theta, mut gradient) = (start.to_vec(), vec![0.0; start.len()]);
    for ((time, flow), modified) in times.iter().zip(&flow).zip(&modified) {
        objective.gradient(&theta, &mut gradient)?;
        add_scaled(&mut theta, -h, &gradient);
        record.add(*time, [&theta, flow, modified])?;
    }
    Ok(record.points.len() == times.len())
}

/// ‖θ − θ'‖, in double precision.
fn distance<T: Element>(one: &[f64], other: &[T]) -> f64 {
    let pairs = one.iter().zip(other);
    let sum: f64 = pairs.map(|(x, y)| (x - y.to_f64()).powi(2)).sum();
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
