//! The closed path of alternating players of xy.

use thalweg::modified::Updates;

use super::players::{Match, radius};
use crate::study::StudyError;

/// h.
pub(super) const RATE: f64 = 0.2;
/// Updates: some three thousand turns.
pub(super) const UPDATES: usize = 100_000;

/// What so many alternating updates do.
#[derive(Clone, Copy, Debug)]
pub(super) struct ClosedPath {
    /// The largest relative change of x² + y² − hxy, which the modified flow keeps.
    pub drift: f64,
    /// The largest radius, relative to the start's.
    pub radius: f64,
}

pub(super) fn follow() -> Result<ClosedPath, StudyError> {
    let start = [1.0, 0.0];
    let path = Match::Bilinear.play(Updates::Alternating, RATE, start, UPDATES)?;
    let kept = |[x, y]: [f64; 2]| x * x + y * y - RATE * x * y;
    let largest = |number: &dyn Fn([f64; 2]) -> f64| {
        path.iter().map(|theta| number(*theta)).fold(0.0, f64::max)
    };
    Ok(ClosedPath {
        drift: largest(&|theta| (kept(theta) / kept(start) - 1.0).abs()),
        radius: largest(&radius) / radius(start),
    })
}
