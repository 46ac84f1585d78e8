//! What is stored of a loss surface.

use serde::{Deserialize, Serialize};
use thalweg::surface::TopEigenvector;

use super::Directions;
use crate::study::number;

/// A loss surface around the final parameters θ* of a trial; `surface.json`. What is not finite is
/// null.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Surface {
    /// The identity of the trial.
    pub trial: String,
    /// The step that θ* was reached by.
    pub step: u64,
    /// What spans the plane.
    pub directions: Directions,
    /// The seed of random directions.
    pub seed: Option<u64>,
    /// The training examples that the loss is taken over, the first ones.
    pub examples: usize,
    /// The training examples of the trial.
    pub all_examples: usize,
    /// |cos| of the angle between the two directions.
    pub cosine: f64,
    /// What was found at θ*, where the directions are those of the gradient and the Hessian.
    pub curvature: Option<Curvature>,
    /// a, and b, of the grid lines.
    pub coordinates: Vec<f64>,
    /// The loss at each point, row by row from the first b, each row from the first a.
    #[serde(with = "number::many")]
    pub losses: Vec<f64>,
    /// The share classified correctly at each point.
    pub accuracies: Option<Vec<f64>>,
    /// The path of training on the plane.
    pub path: Option<TrainingPath>,
    /// Why there is none, as a sentence.
    pub no_path: Option<String>,
}

/// Gradient and Hessian at θ*.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Curvature {
    /// ‖∇E‖.
    pub gradient_norm: f64,
    /// λ_max.
    pub eigenvalue: f64,
    /// ‖Hv − λv‖.
    pub residual: f64,
    /// |cos| of the angle between ∇E and the eigenvector before it was made orthogonal.
    pub cosine: f64,
}

/// Where training went, seen from the plane.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrainingPath {
    /// The share of the squared distances from θ* that lies in the plane.
    pub share_in_plane: f64,
    /// Points in order, the start and the end among them.
    pub points: Vec<PathPoint>,
}

/// One position of training.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PathPoint {
    /// Steps taken.
    pub step: u64,
    /// a of the nearest point of the plane.
    pub a: f64,
    /// b of it.
    pub b: f64,
    /// The distance from the plane, in θ.
    pub out_of_plane: f64,
}

impl From<TopEigenvector> for Curvature {
    fn from(top: TopEigenvector) -> Self {
        Self {
            gradient_norm: top.gradient_norm,
            eigenvalue: top.eigenvalue,
            residual: top.residual,
            cosine: top.cosine,
        }
    }
}
