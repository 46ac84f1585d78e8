//! The loss on a grid of a plane.

use std::ops::ControlFlow;

use thalweg_cpu::{Element, Threads};

use super::{Slice, SurfaceError};
use crate::objective::{Evaluation, ObjectiveError, SideBySide, Supervised, check_length};

/// Who is told how many points of the grid are done, of how many, and says whether to go on.
pub type Watch<'a> = dyn FnMut(usize, usize) -> ControlFlow<()> + 'a;

/// Points between two looks at whoever watches, for each thread.
const ROUND: usize = 4;

/// The loss on a square grid of a plane.
#[derive(Clone, Debug, PartialEq)]
pub struct LossSurface {
    /// a, and b, of the grid lines, evenly apart from −radius to radius.
    pub coordinates: Vec<f64>,
    /// The mean loss at each point, row by row from the first b, each row from the first a. Not
    /// finite where it overflows.
    pub losses: Vec<f64>,
    /// The share of examples classified correctly, in the same order; `None` where targets are no
    /// labels.
    pub accuracies: Option<Vec<f64>>,
}

/// Evaluates the loss at `points` × `points` places of the square |a|, |b| ≤ `radius` around θ*.
///
/// Points are evaluated side by side on the threads of `objective`, each on one; the results are the
/// same for any number of them. An odd number of points has θ* among them. Costs points² evaluations
/// of the loss; memory: θ and what a pass needs for each thread.
///
/// # Errors
/// If there are fewer than 2 points, the radius is not positive, the slice is not of the objective's
/// parameters, or `watch` says to stop.
pub fn loss_surface<T: Element>(
    slice: &Slice<T>,
    radius: f64,
    points: usize,
    objective: &Supervised<T>,
    watch: &mut Watch<'_>,
) -> Result<LossSurface, SurfaceError> {
    if points < 2 || !(radius.is_finite() && radius > 0.0) {
        return Err(SurfaceError::Grid { points, radius });
    }
    let origin = slice.origin();
    check_length("theta", objective.parameters().count(), origin.len())?;
    let coordinates: Vec<f64> = (0..points).map(|i| coordinate(radius, points, i)).collect();
    let threads = objective.threads();
    let desk = || (objective.sharing(Threads::one()), origin.to_vec());
    let desks = SideBySide::new(threads, desk);
    let count = points * points;
    let mut seen: Vec<Option<Result<Evaluation, ObjectiveError>>> = vec![None; count];
    let round = ROUND * threads.count();
    for (number, places) in seen.chunks_mut(round).enumerate() {
        let first = number * round;
        desks.each_of(threads, places, |(objective, theta), index, place| {
            let index = first + index;
            let at = [coordinates[index % points], coordinates[index / points]];
            slice.point(at, theta);
            *place = Some(objective.evaluate(theta));
        });
        if watch((first + round).min(count), count).is_break() {
            return Err(SurfaceError::Stopped);
        }
    }
    let seen: Vec<Evaluation> = seen.into_iter().flatten().collect::<Result<_, _>>()?;
    Ok(LossSurface {
        coordinates,
        losses: seen.iter().map(|one| one.loss).collect(),
        accuracies: seen.iter().map(|one| one.accuracy).collect(),
    })
}

/// Number `index` of the coordinates; exactly 0 in the middle and the same on both sides of it.
fn coordinate(radius: f64, points: usize, index: usize) -> f64 {
    let last = (points - 1) as f64;
    radius * ((2 * index) as f64 - last) / last
}
