//! Why a slice cannot be laid or measured.

use crate::curvature::CurvatureError;
use crate::objective::ObjectiveError;

/// Why a slice cannot be laid or measured. Losses that are not finite are values, and no errors.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SurfaceError {
    /// A direction without length.
    #[error("the {direction} is {norm}: it has no direction")]
    NoDirection {
        /// Which.
        direction: &'static str,
        /// Its norm.
        norm: f64,
    },
    /// Two directions that span no plane.
    #[error(
        "the two directions are parallel (cosine {cosine}): they span a line and no plane; random \
         directions span one"
    )]
    Parallel {
        /// The cosine between them.
        cosine: f64,
    },
    /// A grid that is none.
    #[error(
        "a grid of {points} points a side with radius {radius}; take 2 points or more and a radius \
             above 0"
    )]
    Grid {
        /// Points a side.
        points: usize,
        /// The radius.
        radius: f64,
    },
    /// Whoever watched wanted no more.
    #[error("asked to stop before the grid was complete")]
    Stopped,
    /// The loss could not be evaluated.
    #[error(transparent)]
    Objective(#[from] ObjectiveError),
    /// The Hessian could not be measured.
    #[error(transparent)]
    Curvature(#[from] CurvatureError),
}
