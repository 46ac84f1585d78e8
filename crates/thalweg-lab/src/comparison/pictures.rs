//! The pictures: the plane of two parameters, distances, losses.

use thalweg::follow::Dynamics;

use super::record::{Course, Record};
use super::subject::Subject;
use super::tables::component;
use super::{Comparison, name};
use crate::spec::Scale;
use crate::study::{Axis, Landscape, Picture, Role, Series, Shape, StudyError, shown};

/// The most points of a series that are drawn: more cannot be seen.
const MOST: usize = 1500;
/// Points of a landscape across and up.
const GRID: (usize, usize) = (121, 101);
/// The levels of a landscape.
const LEVELS: usize = 9;
/// The paths with fewer steps have a marker at each.
const MARKED: usize = 60;

pub(super) fn all(
    comparison: &Comparison,
    subject: &mut Subject,
    record: &Record,
) -> Result<Vec<Picture>, StudyError> {
    let mut all = Vec::new();
    if subject.start.len() == 2 {
        all.push(portrait(comparison, subject, record)?);
    }
    all.push(distances(record));
    all.push(losses(record));
    Ok(all)
}

fn role(dynamics: Dynamics) -> Role {
    match dynamics.is_flow() {
        true => Role::Prediction,
        false => Role::Data,
    }
}

/// Points evenly taken, the first and the last among them.
fn thinned(points: Vec<[f64; 2]>) -> Vec<[f64; 2]> {
    let every = points.len().div_ceil(MOST).max(1);
    let last = points.len().saturating_sub(1);
    let kept = points.into_iter().enumerate();
    kept.filter(|(index, _)| index % every == 0 || *index == last)
        .map(|(_, point)| point)
        .collect()
}

fn along(record: &Record, values: &[f64]) -> Vec<[f64; 2]> {
    let pairs = record.times.iter().zip(values);
    thinned(pairs.map(|(time, value)| [*time, *value]).collect())
}

/// Whether the path is there to the end: on its way to infinity it would hide all others.
fn lasts(course: &&Course) -> bool {
    course.losses.last().is_some_and(|loss| loss.is_finite())
}

fn distances(record: &Record) -> Picture {
    let mut picture = Picture::new(
        "distances",
        "How far the flows are from gradient descent",
        Axis::new("time nh", Scale::Linear),
        Axis::new("‖θ − θ_GD‖", Scale::Log),
    );
    picture.caption =
        "Distances at the times of the steps of gradient descent; 0 is not shown, nor a path that ended \
         early.".into();
    for course in record.courses.iter().skip(1).filter(lasts) {
        let points = along(record, &course.distances);
        let points = points.into_iter().map(positive).collect();
        let series = Series::new(name(course.dynamics).1, Shape::Line, points);
        picture = picture.with(series.in_role(role(course.dynamics)));
    }
    picture
}

fn losses(record: &Record) -> Picture {
    let mut picture = Picture::new(
        "losses",
        "The loss along each path",
        Axis::new("time nh", Scale::Linear),
        Axis::new("loss E", Scale::Log),
    );
    picture.caption = "The loss without any penalty. A path that ended early is not shown.".into();
    for course in record.courses.iter().filter(lasts) {
        let points = along(record, &course.losses)
            .into_iter()
            .map(positive)
            .collect();
        let series = Series::new(name(course.dynamics).1, Shape::Line, points);
        picture = picture.with(series.in_role(role(course.dynamics)));
    }
    picture
}

/// The point, broken off where a logarithmic axis cannot show it.
fn positive([x, y]: [f64; 2]) -> [f64; 2] {
    [x, if y > 0.0 { y } else { f64::NAN }]
}

fn portrait(
    comparison: &Comparison,
    subject: &mut Subject,
    record: &Record,
) -> Result<Picture, StudyError> {
    let axis = |label| Axis::new(label, Scale::Linear);
    let mut picture = Picture::new(
        "phase-portrait",
        format!(
            "Paths over the loss, h = {}",
            shown(comparison.learning_rate)
        ),
        axis("θ₁"),
        axis("θ₂"),
    );
    picture.caption = format!(
        "{}. Dashed: flows.{}",
        subject.formula,
        match record.steps() < MARKED {
            true => " A marker is an iterate.",
            false => "",
        }
    );
    picture.landscape = landscape(subject, record)?;
    for course in &record.courses {
        let is_marked = !course.dynamics.is_flow() && record.steps() < MARKED;
        let shape = if is_marked {
            Shape::MarkedLine
        } else {
            Shape::Line
        };
        let label = name(course.dynamics).1;
        let series = Series::new(label, shape, thinned(points(course)));
        picture = picture.with(series.in_role(role(course.dynamics)));
    }
    Ok(picture.marked("start", [subject.start[0], subject.start[1]]))
}

fn points(course: &Course) -> Vec<[f64; 2]> {
    let pairs = component(course, 0).into_iter().zip(component(course, 1));
    pairs.map(|(x, y)| [x, y]).collect()
}

/// A descent that goes no farther than this from the flows, in units of their extent, is shown whole.
const REACH: f64 = 3.0;

/// The loss round the flows and the descents near them; others leave the picture. `None` if the flows
/// have no extent or no losses.
fn landscape(subject: &mut Subject, record: &Record) -> Result<Option<Landscape>, StudyError> {
    let flows = || record.courses.iter().filter(|one| one.dynamics.is_flow());
    let [x, y] = [0, 1].map(|axis| range(flows(), axis));
    let reach = REACH * (x[1] - x[0]).max(y[1] - y[0]);
    let is_near = |one: &&Course| {
        let within = |[low, high]: [f64; 2], z: f64| low - reach <= z && z <= high + reach;
        let [a, b] = [0, 1].map(|axis| component(one, axis));
        a.iter()
            .zip(&b)
            .all(|(a, b)| within(x, *a) && within(y, *b))
    };
    let [x, y] = [0, 1].map(|axis| range(record.courses.iter().filter(is_near), axis));
    let extent = (x[1] - x[0]).max(y[1] - y[0]);
    let losses = flows().flat_map(|one| &one.losses);
    let high = losses
        .copied()
        .filter(|one| one.is_finite())
        .fold(0.0, f64::max);
    if !(extent > 0.0 && extent.is_finite() && high > 0.0) {
        return Ok(None);
    }
    let widened = |[low, high]: [f64; 2]| {
        let margin = 0.15 * extent + 0.15 * (high - low);
        [low - margin, high + margin]
    };
    let window = (widened(x), widened(y));
    let levels = (1e-4 * high, high, LEVELS);
    let objective = &mut subject.objective;
    let loss = |a: f64, b: f64| objective.loss(&[a, b]);
    Ok(Some(Landscape::logarithmic(
        "loss E", window, GRID, levels, loss,
    )?))
}

/// The least and the greatest of one parameter on some paths.
fn range<'a>(courses: impl Iterator<Item = &'a Course>, axis: usize) -> [f64; 2] {
    let numbers = courses.flat_map(|course| component(course, axis));
    numbers
        .filter(|x| x.is_finite())
        .fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], x| {
            [low.min(x), high.max(x)]
        })
}
