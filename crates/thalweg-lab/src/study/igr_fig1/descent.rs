//! Gradient descent on E + c‖∇E‖², written out: some paths have ten million steps.

use crate::study::{StudyError, Watch};

/// y, for x = 1.
const Y: f64 = 0.6;
/// |y − ab| at which a minimum is reached: a² + b² is then known to nine digits. Below, rounding
/// stops the shortest steps.
const CONVERGED: f64 = 1e-10;
/// The most steps: twice what the longest path takes.
const MOST_STEPS: u64 = 40_000_000;
/// Steps between two questions whether to go on.
const LOOK_EVERY: u64 = 1 << 20;
/// A point is kept when the path has moved by this part of its distance from the origin.
const KEPT: f64 = 0.01;

/// A path in the plane; the first point is the start, the last the end.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Path {
    pub points: Vec<[f64; 2]>,
    /// Steps of gradient descent; 0 for flows.
    pub steps: u64,
    pub is_converged: bool,
}

impl Path {
    pub(super) fn new(start: [f64; 2]) -> Self {
        Self {
            points: vec![start],
            steps: 0,
            is_converged: false,
        }
    }

    /// Where it ends; not a number unless in a minimum.
    pub(super) fn end(&self) -> [f64; 2] {
        match (self.is_converged, self.points.last()) {
            (true, Some(last)) => *last,
            _ => [f64::NAN; 2],
        }
    }

    /// Adds a point unless it is too near to the last.
    pub(super) fn add(&mut self, [a, b]: [f64; 2]) {
        let [before, other] = self.points[self.points.len() - 1];
        if (a - before).hypot(b - other) > KEPT * a.hypot(b) {
            self.points.push([a, b]);
        }
    }

    /// Adds the end.
    pub(super) fn finish(&mut self, end: [f64; 2]) {
        self.points.push(end);
        self.is_converged = residual(end).abs() <= 10.0 * CONVERGED;
    }
}

/// y − ab.
pub(super) fn residual([a, b]: [f64; 2]) -> f64 {
    Y - a * b
}

/// ∇(E + c‖∇E‖²) with E = r²/2, ‖∇E‖² = r²s, r = y − ab, s = a² + b².
pub(super) fn gradient([a, b]: [f64; 2], c: f64) -> [f64; 2] {
    let r = residual([a, b]);
    let (along, across) = (-r * (1.0 + 2.0 * c * (a * a + b * b)), 2.0 * c * r * r);
    [along * b + across * a, along * a + across * b]
}

/// One step.
pub(super) fn stepped(theta: [f64; 2], step: f64, c: f64) -> [f64; 2] {
    let slope = gradient(theta, c);
    [theta[0] - step * slope[0], theta[1] - step * slope[1]]
}

/// Gradient descent, or Euler's method for the flow, until it is in a minimum.
pub(super) fn descend(
    start: [f64; 2],
    step: f64,
    c: f64,
    watch: &Watch<'_>,
) -> Result<Path, StudyError> {
    let mut path = Path::new(start);
    let mut theta = start;
    while residual(theta).abs() > CONVERGED && path.steps < MOST_STEPS {
        if path.steps.is_multiple_of(LOOK_EVERY) {
            watch.go_on()?;
        }
        theta = stepped(theta, step, c);
        path.steps += 1;
        path.add(theta);
    }
    path.finish(theta);
    Ok(path)
}
