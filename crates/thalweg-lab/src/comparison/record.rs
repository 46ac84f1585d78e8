//! What is kept of every moment.

use thalweg::follow::{Dynamics, Moment};

/// The courses of all paths.
#[derive(Clone, Debug)]
pub(super) struct Record {
    pub(super) times: Vec<f64>,
    pub(super) courses: Vec<Course>,
    terms: usize,
    keeps_positions: bool,
    ratios: Vec<f64>,
}

/// The course of one path; NaN where it has ended.
#[derive(Clone, Debug)]
pub(super) struct Course {
    pub(super) dynamics: Dynamics,
    pub(super) losses: Vec<f64>,
    pub(super) gradient_norms_squared: Vec<f64>,
    /// From gradient descent.
    pub(super) distances: Vec<f64>,
    /// Empty unless the parameters are few.
    pub(super) positions: Vec<Vec<f64>>,
}

impl Record {
    pub(super) fn new(dynamics: &[Dynamics], terms: usize, keeps_positions: bool) -> Self {
        let course = |dynamics: &Dynamics| Course {
            dynamics: *dynamics,
            losses: Vec::new(),
            gradient_norms_squared: Vec::new(),
            distances: Vec::new(),
            positions: Vec::new(),
        };
        Self {
            times: Vec::new(),
            courses: dynamics.iter().map(course).collect(),
            terms,
            keeps_positions,
            ratios: Vec::new(),
        }
    }

    pub(super) fn take(&mut self, moment: &Moment<'_>) {
        self.times.push(moment.time());
        self.ratios
            .push(moment.ratio(self.terms).unwrap_or(f64::NAN));
        let descent = Dynamics::GradientDescent;
        for (course, position) in self.courses.iter_mut().zip(moment.positions()) {
            let number = |value: Option<f64>| value.unwrap_or(f64::NAN);
            let seen = position.as_ref();
            course.losses.push(number(seen.map(|seen| seen.loss)));
            let squared = seen.map(|seen| seen.gradient_norm_squared);
            course.gradient_norms_squared.push(number(squared));
            let distance = moment.distance(descent, course.dynamics);
            course.distances.push(number(distance));
            if self.keeps_positions {
                course.positions.push(match seen {
                    Some(seen) => seen.theta.to_vec(),
                    None => Vec::new(),
                });
            }
        }
    }

    /// Steps of gradient descent.
    pub(super) fn steps(&self) -> usize {
        self.times.len().saturating_sub(1)
    }

    pub(super) fn ratios(&self) -> &[f64] {
        &self.ratios
    }

    /// How far the path has been from gradient descent at most; NaN if it never was seen elsewhere.
    pub(super) fn largest_distance(&self, dynamics: Dynamics) -> f64 {
        let course = self.courses.iter().find(|one| one.dynamics == dynamics);
        let distances = course.map_or(&[][..], |course| &course.distances);
        let largest = distances.iter().copied().fold(f64::NAN, f64::max);
        if largest > 0.0 { largest } else { f64::NAN }
    }
}
