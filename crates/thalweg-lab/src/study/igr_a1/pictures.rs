//! The pictures.

use thalweg::objective::{Objective, Traced};

use super::descent::{Descent, Point};
use super::{EXAMPLE, Evidence, LARGE, MODERATE, SMALL, STABLE, START};
use crate::spec::Scale;
use crate::study::{Axis, Landscape, Picture, Role, Series, Shape, StudyError, shown};

/// What the phase portrait shows of a and of b: every path and both branches.
const WINDOW: ([f64; 2], [f64; 2]) = ([-3.6, 3.6], [-1.9, 4.1]);
/// Points of its landscape across and up.
const GRID: (usize, usize) = (145, 121);
/// The levels of its landscape: the least, the greatest, how many.
const LEVELS: (f64, f64, usize) = (1e-2, 1e2, 9);
/// Points of a branch of minima.
const BRANCH: u32 = 240;

/// The paths over the loss.
pub(super) fn portrait(
    evidence: &Evidence,
    model: &mut Traced<f64>,
) -> Result<Picture, StudyError> {
    let axis = |label| Axis::new(label, Scale::Linear);
    let mut picture = Picture::new(
        "phase-portrait",
        format!(
            "With h = {} gradient descent leaves the valley and lands in the other",
            shown(LARGE)
        ),
        axis("a"),
        axis("b"),
    );
    picture.caption = "Paths of gradient descent on E = (y − abx)²/2 from (2.8, 3.5). A marker is \
                       an iterate."
        .into();
    picture.is_equal_aspect = true;
    picture.landscape = Some(Landscape::logarithmic(
        "loss E",
        WINDOW,
        GRID,
        LEVELS,
        |a, b| model.loss(&[a, b]),
    )?);
    picture = picture.with(minima());
    for (learning_rate, shape) in [
        (SMALL, Shape::Line),
        (MODERATE, Shape::MarkedLine),
        (LARGE, Shape::MarkedLine),
    ] {
        if let Some(descent) = evidence.with(learning_rate) {
            let label = format!("h = {}", shown(learning_rate));
            let points = descent.points.iter().map(|point| [point.a, point.b]);
            picture = picture.with(Series::new(label, shape, points.collect()));
        }
    }
    picture = picture.marked("start", START);
    for learning_rate in [MODERATE, LARGE] {
        if let Some(descent) = evidence.with(learning_rate) {
            let end = descent.end();
            picture = picture.marked("end", [end.a, end.b]);
        }
    }
    Ok(picture)
}

/// Both branches of ab = y/x, with a break between them.
fn minima() -> Series {
    let [x, y] = EXAMPLE;
    let steps = |from: f64, to: f64| {
        let share = |index| f64::from(index) / f64::from(BRANCH - 1);
        (0..BRANCH).map(move |index| from * (to / from).powf(share(index)))
    };
    let ((a, b), product) = (WINDOW, y / x);
    let branch = |from: f64, to: f64| steps(from, to).map(move |a| [a, product / a]);
    let negative = branch(a[0], product / b[0]);
    let positive = branch(product / b[1], a[1]);
    let gap = [[f64::NAN; 2]];
    let points = negative.chain(gap).chain(positive).collect();
    Series::new("minima ab = 0.6", Shape::Line, points).in_role(Role::Reference)
}

/// How flat the ends are.
pub(super) fn flatness(evidence: &Evidence) -> Picture {
    let mut picture = Picture::new(
        "flatness",
        "Minima grow flatter with the learning rate, then sharper than that of the gradient flow",
        Axis::new("learning rate h", Scale::Linear),
        Axis::new("a² + b² at the end (= R_IG/E)", Scale::Linear),
    );
    picture.caption = "A point is the end of one path of gradient descent from (2.8, 3.5); the \
                       vertical line is where paths begin at h·λ_max = 2."
        .into();
    let largest = evidence.descents.last();
    let largest = largest.map_or(0.0, |one| one.learning_rate);
    let series =
        |label: &str, points| Series::new(label, Shape::Line, points).in_role(Role::Reference);
    let flow = vec![[0.0, evidence.flow], [largest, evidence.flow]];
    picture = picture.with(series("gradient flow", flow));
    if let Some(first) = evidence.descents.first() {
        let bound = STABLE * first.learning_rate / first.points[0].stability;
        picture = picture.with(series(
            "h·λ_max = 2 at the start",
            vec![[bound, 0.0], [bound, evidence.flow]],
        ));
    }
    for (branch, label) in [
        ("positive", "ends on the positive branch"),
        ("negative", "ends on the negative branch"),
    ] {
        let ends = evidence.converged().filter(|one| one.branch() == branch);
        let point = |one: &Descent| [one.learning_rate, one.end().squares()];
        let points: Vec<[f64; 2]> = ends.map(point).collect();
        picture = picture.with(Series::new(label, Shape::Points, points));
    }
    for (learning_rate, label) in [(MODERATE, "h_M"), (LARGE, "h_L")] {
        if let Some(one) = evidence.with(learning_rate) {
            picture = picture.marked(label, [learning_rate, one.end().squares()]);
        }
    }
    picture
}

/// How near the paths come to instability.
pub(super) fn stability(evidence: &Evidence) -> Picture {
    let mut picture = Picture::new(
        "stability",
        format!(
            "Only the path with h = {} leaves the stable regime, and it ends within it",
            shown(LARGE)
        ),
        Axis::new("iterate, counted from 1", Scale::Log),
        Axis::new("h·λ_max", Scale::Log),
    );
    picture.caption = "A point is an iterate. Above the line at 2, steps grow along the direction \
                       of greatest curvature."
        .into();
    let longest = evidence.with(SMALL).map_or(1, |one| one.points.len());
    let bound = vec![[1.0, STABLE], [longest as f64, STABLE]];
    let bound = Series::new("stability bound 2", Shape::Line, bound);
    picture = picture.with(bound.in_role(Role::Reference));
    for (learning_rate, shape) in [
        (SMALL, Shape::Line),
        (MODERATE, Shape::Line),
        (LARGE, Shape::MarkedLine),
    ] {
        if let Some(descent) = evidence.with(learning_rate) {
            let point = |(index, point): (usize, &Point)| [index as f64 + 1.0, point.stability];
            let points = descent.points.iter().enumerate().map(point).collect();
            let label = format!("h = {}", shown(learning_rate));
            picture = picture.with(Series::new(label, shape, points));
        }
    }
    picture
}
