//! The pictures.

use thalweg::objective::Objective;
use thalweg::objective::problem::TwoParameterModel;

use super::descent::Path;
use super::{COARSE, Evidence, Portrait, squares};
use crate::spec::Scale;
use crate::study::{Axis, Landscape, Picture, Role, Series, Shape, StudyError, shown};

/// What the portraits show of a and of b.
const WINDOW_ONE: ([f64; 2], [f64; 2]) = ([0.0, 3.2], [0.0, 3.7]);
const WINDOW_TWO: ([f64; 2], [f64; 2]) = ([0.0, 4.6], [0.0, 4.0]);
const WINDOW_COARSE: ([f64; 2], [f64; 2]) = ([-85.0, 85.0], [-85.0, 85.0]);
/// Points of a landscape across and up.
const GRID: (usize, usize) = (129, 129);
/// Points of the line of minima.
const BRANCH: u32 = 200;

pub(super) fn all(evidence: &Evidence) -> Result<Vec<Picture>, StudyError> {
    let (one, two) = (evidence.one(), evidence.two());
    Ok(vec![
        portrait(one, "portrait-one", WINDOW_ONE)?,
        flatness(one, "flatness-one"),
        portrait(two, "portrait-two", WINDOW_TWO)?.with(coarse_end(evidence)),
        flatness(two, "flatness-two"),
        leap(evidence)?,
    ])
}

fn plane(
    name: &str,
    title: String,
    window: ([f64; 2], [f64; 2]),
    levels: (f64, f64, usize),
) -> Result<Picture, StudyError> {
    let axis = |label| Axis::new(label, Scale::Linear);
    let mut picture = Picture::new(name, title, axis("a"), axis("b"));
    picture.is_equal_aspect = true;
    let mut model = TwoParameterModel::PUBLISHED.objective()?;
    let loss = |a: f64, b: f64| model.loss(&[a, b]);
    picture.landscape = Some(Landscape::logarithmic(
        "loss E", window, GRID, levels, loss,
    )?);
    Ok(picture)
}

/// ab = 0.6 within a window of positive a and b.
fn minima(([_, most], [_, high]): ([f64; 2], [f64; 2])) -> Series {
    let least = 0.6 / high;
    let share = |index: u32| f64::from(index) / f64::from(BRANCH - 1);
    let a = (0..BRANCH).map(|index| least * (most / least).powf(share(index)));
    let points = a.map(|a| [a, 0.6 / a]).collect();
    Series::new("minima ab = 0.6", Shape::Line, points).in_role(Role::Reference)
}

/// The points within the window, with the last one before it.
fn within(path: &Path, (x, y): ([f64; 2], [f64; 2])) -> Vec<[f64; 2]> {
    let is_in = |[a, b]: [f64; 2]| x[0] <= a && a <= x[1] && y[0] <= b && b <= y[1];
    path.points
        .iter()
        .copied()
        .filter(|point| is_in(*point))
        .collect()
}

fn portrait(
    one: &Portrait,
    name: &str,
    window: ([f64; 2], [f64; 2]),
) -> Result<Picture, StudyError> {
    let start = one.start;
    let title = format!(
        "From start {} gradient descent with h_M ends flatter than the gradient flow, as the modified \
         flow does",
        start.name
    );
    let mut picture = plane(name, title, window, (1e-3, 1e2, 11))?;
    picture.caption = format!(
        "Paths on E = (y − abx)²/2 from ({}, {}); h_S = {}, h_M = {}, penalty {} R_IG. Dashed: flows.",
        start.theta[0],
        start.theta[1],
        shown(start.small),
        shown(start.moderate),
        shown(start.penalty)
    );
    picture = picture.with(minima(window));
    for (label, path, role) in [
        ("gradient flow", &one.flow, Role::Prediction),
        ("gradient descent, h_S", &one.small, Role::Data),
        ("modified flow, h_M", &one.modified, Role::Prediction),
        ("gradient descent, h_M", &one.moderate, Role::Data),
        ("flow with penalty", &one.penalised, Role::Prediction),
    ] {
        let series = Series::new(label, Shape::Line, within(path, window));
        picture = picture.with(series.in_role(role));
    }
    Ok(match start.theta[0] <= window.0[1] {
        true => picture.marked("start", start.theta),
        false => picture,
    })
}

fn coarse_end(evidence: &Evidence) -> Series {
    let label = format!("coarse Euler, {}", shown(COARSE));
    let points = within(&evidence.coarse, WINDOW_TWO);
    Series::new(label, Shape::Line, points)
}

fn leap(evidence: &Evidence) -> Result<Picture, StudyError> {
    let title = "The coarse Euler run leaps over the saddle and back before it settles".into();
    let mut picture = plane("coarse-euler", title, WINDOW_COARSE, (1e1, 1e7, 7))?;
    picture.caption = format!(
        "The flow with explicit penalty from start II, and Euler's method for it with steps of {}. A \
         marker is one of Euler's first twenty steps.",
        shown(COARSE)
    );
    let flow = evidence.two().penalised.points.clone();
    let first = evidence.coarse.points.iter().copied().take(20).collect();
    let flow = Series::new("flow with penalty", Shape::Line, flow);
    Ok(picture
        .with(flow.in_role(Role::Prediction))
        .with(Series::new("coarse Euler", Shape::MarkedLine, first))
        .marked("start II", evidence.two().start.theta))
}

fn flatness(one: &Portrait, name: &str) -> Picture {
    let mut picture = Picture::new(
        name,
        format!(
            "From start {}, the larger λ, the flatter the end",
            one.start.name
        ),
        Axis::new("λ = h/2", Scale::Linear),
        Axis::new("R_IG/E at the end (= a² + b²)", Scale::Linear),
    );
    picture.caption =
        "A point is the end of one path of gradient descent; dashed, the modified flow's \
                       ends. The horizontal line is the gradient flow's."
            .into();
    let sweep = &one.sweep;
    let points = |values: &[f64]| -> Vec<[f64; 2]> {
        let pairs = sweep.learning_rates.iter().zip(values);
        pairs.map(|(rate, value)| [rate / 2.0, *value]).collect()
    };
    let end = squares(one.flow.end());
    let flow = vec![[0.0, end], [one.start.moderate / 2.0, end]];
    let flow = Series::new("gradient flow", Shape::Line, flow).in_role(Role::Reference);
    let flows = Series::new("modified flow", Shape::Line, points(&sweep.flows));
    let descents = Series::new(
        "gradient descent",
        Shape::MarkedLine,
        points(&sweep.descents),
    );
    picture
        .with(flow)
        .with(flows.in_role(Role::Prediction))
        .with(descents)
}
