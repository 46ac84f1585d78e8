//! The loss surface around the final parameters of a stored trial, and the path of training on it.
//!
//! The path is not stored while training: it is had again by taking the steps of the trial once more
//! ([`crate::trial`]), and believed only if it ends at the stored parameters to the bit.

mod error;
mod measured;
mod path;
mod subject;

use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};
use thalweg::curvature::LanczosOptions;
use thalweg::robustness::filters;
use thalweg::surface::{LossSurface, Slice, TopEigenvector, loss_surface};
use thalweg::{Named, Threads};

pub use self::error::SurfaceFailure;
pub use self::measured::{Curvature, PathPoint, Surface, TrainingPath};
use self::path::Path;
use self::subject::Loaded;
pub use self::subject::Subject;
use crate::spec::Precision;
use crate::store::Storable;
use crate::study::{StudyError, Watch};

/// What spans the plane.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Directions {
    /// The gradient and the top eigenvector of the Hessian, made orthogonal.
    #[default]
    GradientHessian,
    /// Two random directions with the norm of every filter.
    Random,
}

impl Named for Directions {
    const NAMES: &'static [(&'static str, Self)] = &[
        ("gradient-hessian", Self::GradientHessian),
        ("random", Self::Random),
    ];
}

/// What is to be measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Request {
    /// What spans the plane.
    pub directions: Directions,
    /// Half the side of the square that is looked at; large enough for the path if `None`.
    pub radius: Option<f64>,
    /// Points a side, at least 2.
    pub points: usize,
    /// The most training examples that the loss is taken over, the first ones.
    pub examples: usize,
    /// Of random directions.
    pub seed: u64,
}

/// The radius of random directions where there is no path that needs more: every filter moves by as
/// much as it is long.
const RANDOM_RADIUS: f64 = 1.0;
/// By how much the square is larger than the path in it.
const MARGIN: f64 = 1.15;
/// The radius along gradient and eigenvector as a share of ‖θ*‖, where there is no path.
const SHARE_OF_NORM: f64 = 0.1;

/// Measures the loss surface of a trial.
///
/// # Errors
/// If the trial's data cannot be had, the directions span no plane, or `watch` was interrupted.
pub fn measure(
    subject: &Subject,
    request: &Request,
    threads: &Threads,
    watch: &mut Watch<'_>,
) -> Result<Surface, SurfaceFailure> {
    match subject.spec.precision {
        Precision::F32 => {
            let loaded = subject.single(request.examples, threads)?;
            measure_as::<f32>(subject, loaded, request, threads, watch)
        }
        Precision::F64 => {
            let loaded = subject.double(request.examples, threads)?;
            measure_as::<f64>(subject, loaded, request, threads, watch)
        }
    }
}

fn measure_as<T: Storable>(
    subject: &Subject,
    mut loaded: Loaded<T>,
    request: &Request,
    threads: &Threads,
    watch: &mut Watch<'_>,
) -> Result<Surface, SurfaceFailure> {
    let count = (request.points * request.points) as u64;
    let most = count + subject.steps;
    watch.advanced(0, most, "directions")?;
    let (slice, top) = lay(&mut loaded, request)?;
    let path = path::of(subject, &loaded, &slice, threads, &mut |step| {
        watch.advanced(step, most, "the path of training once more")
    })?;
    let radius = request
        .radius
        .unwrap_or_else(|| radius(request.directions, &path, &loaded.theta));
    let mut stopped = Ok(());
    let mut show = |done: usize, _: usize| {
        let done = subject.steps + done as u64;
        stopped = watch.advanced(done, most, "the loss on the plane");
        match stopped.is_ok() {
            true => ControlFlow::Continue(()),
            false => ControlFlow::Break(()),
        }
    };
    let grid = loss_surface(&slice, radius, request.points, &loaded.objective, &mut show);
    stopped?;
    Ok(surface(
        subject,
        &loaded,
        request,
        (slice, top),
        path,
        grid?,
    ))
}

/// The plane.
fn lay<T: Storable>(
    loaded: &mut Loaded<T>,
    request: &Request,
) -> Result<(Slice<T>, Option<TopEigenvector>), SurfaceFailure> {
    let theta = &loaded.theta;
    match request.directions {
        Directions::GradientHessian => {
            let options = LanczosOptions::default();
            let objective = &mut loaded.objective;
            let (slice, top) = Slice::gradient_and_eigenvector(objective, theta, &options)?;
            Ok((slice, Some(top)))
        }
        Directions::Random => {
            let filters = filters(loaded.objective.parameters());
            Ok((Slice::random(theta, &filters, request.seed)?, None))
        }
    }
}

/// A square with the whole path in it.
fn radius<T: Storable>(directions: Directions, path: &Path, theta: &[T]) -> f64 {
    let reach = path.reach() * MARGIN;
    let usual = match directions {
        Directions::Random => RANDOM_RADIUS,
        Directions::GradientHessian if reach > 0.0 => 0.0,
        Directions::GradientHessian => SHARE_OF_NORM * thalweg::vector::norm_squared(theta).sqrt(),
    };
    reach.max(usual)
}

fn surface<T: Storable>(
    subject: &Subject,
    loaded: &Loaded<T>,
    request: &Request,
    (slice, top): (Slice<T>, Option<TopEigenvector>),
    path: Path,
    grid: LossSurface,
) -> Surface {
    let (path, no_path) = path.into_parts();
    Surface {
        trial: subject.id.clone(),
        step: subject.steps,
        directions: request.directions,
        seed: (request.directions == Directions::Random).then_some(request.seed),
        examples: loaded.objective.data().count(),
        all_examples: loaded.all_examples,
        cosine: slice.cosine(),
        curvature: top.map(Curvature::from),
        coordinates: grid.coordinates,
        losses: grid.losses,
        accuracies: grid.accuracies,
        path,
        no_path,
    }
}

impl From<StudyError> for SurfaceFailure {
    fn from(_: StudyError) -> Self {
        Self::Interrupted
    }
}
