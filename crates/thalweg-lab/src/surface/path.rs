//! The path of training, seen from a plane.

use std::ops::ControlFlow;

use thalweg::Threads;
use thalweg::surface::{Projection, Slice, share_in_plane};

use super::measured::{PathPoint, TrainingPath};
use super::subject::Loaded;
use super::{Subject, SurfaceFailure};
use crate::store::Storable;
use crate::study::StudyError;
use crate::trial::replay;

/// About how many positions are kept.
const POINTS: u64 = 200;

/// The path, or why there is none.
pub(super) enum Path {
    Seen(Vec<(u64, Projection)>),
    Lost(String),
}

/// Takes the steps of the trial once more. `tell` hears of every position that is kept.
pub(super) fn of<T: Storable>(
    subject: &Subject,
    loaded: &Loaded<T>,
    slice: &Slice<T>,
    threads: &Threads,
    tell: &mut dyn FnMut(u64) -> Result<(), StudyError>,
) -> Result<Path, SurfaceFailure> {
    let stride = subject.steps.div_ceil(POINTS).max(1);
    let mut seen = Vec::new();
    let mut told = Ok(());
    let mut visit = |step: u64, theta: &[T]| {
        // The first steps go farthest: every one of a few is kept.
        if step.is_multiple_of(stride) || step == subject.steps || step < stride.min(POINTS / 10) {
            seen.push((step, Projection::of(theta, slice)));
            told = tell(step);
        }
        match told.is_ok() {
            true => ControlFlow::Continue(()),
            false => ControlFlow::Break(()),
        }
    };
    let (spec, splits) = (&subject.spec, &loaded.splits);
    let end = replay(spec, splits, threads, subject.steps, &mut visit)?;
    told?;
    Ok(match end == loaded.theta {
        true => Path::Seen(seen),
        false => Path::Lost(
            "The path is not shown: taken once more, the steps of this trial end elsewhere, as they \
             may on another kind of processor or with another version of the program."
                .into(),
        ),
    })
}

impl Path {
    /// The largest |a| or |b| on it.
    pub(super) fn reach(&self) -> f64 {
        let Self::Seen(points) = self else { return 0.0 };
        let coordinates = points.iter().flat_map(|(_, one)| one.at);
        coordinates.fold(0.0, |most, one| most.max(one.abs()))
    }

    /// The path, and why there is none.
    pub(super) fn into_parts(self) -> (Option<TrainingPath>, Option<String>) {
        match self {
            Self::Lost(reason) => (None, Some(reason)),
            Self::Seen(points) => {
                let all: Vec<Projection> = points.iter().map(|(_, one)| *one).collect();
                let point = |(step, one): (u64, Projection)| PathPoint {
                    step,
                    a: one.at[0],
                    b: one.at[1],
                    out_of_plane: one.out_of_plane,
                };
                let path = TrainingPath {
                    share_in_plane: share_in_plane(&all),
                    points: points.into_iter().map(point).collect(),
                };
                (Some(path), None)
            }
        }
    }
}
