//! How near players stay to flows as the learning rate falls.

use thalweg::modified::Updates;

use super::players::{Described, Match};
use crate::study::{StudyError, accurate_flow, halving};

/// The time after which distances are taken.
const TIME: f64 = 6.0;
/// Where both start; nothing is small or linear there.
const START: [f64; 2] = [1.5, 1.0];
/// Steps to [`TIME`].
const STEPS: [usize; 5] = [60, 120, 240, 480, 960];

/// Distances of one kind of update from one flow.
#[derive(Clone, Debug)]
pub(super) struct Following {
    pub updates: Updates,
    pub described: Described,
    /// (h, distance), each h half of the one before.
    pub distances: Vec<[f64; 2]>,
}

impl Following {
    pub(super) fn order(&self) -> f64 {
        let distances: Vec<f64> = self
            .distances
            .iter()
            .map(|[_, distance]| *distance)
            .collect();
        halving::last_order(&distances)
    }
}

/// Both kinds of update of the Dirac GAN against the game and both modified flows.
pub(super) fn all() -> Result<Vec<Following>, StudyError> {
    let mut all = Vec::new();
    for updates in [Updates::Simultaneous, Updates::Alternating] {
        for described in [
            Described::Game,
            Described::Steps(Updates::Simultaneous),
            Described::Steps(Updates::Alternating),
        ] {
            let distances = STEPS
                .iter()
                .map(|steps| distance(updates, described, *steps));
            all.push(Following {
                updates,
                described,
                distances: distances.collect::<Result<_, _>>()?,
            });
        }
    }
    Ok(all)
}

fn distance(updates: Updates, described: Described, steps: usize) -> Result<[f64; 2], StudyError> {
    let rate = TIME / steps as f64;
    let path = Match::DiracGan.play(updates, rate, START, steps)?;
    let end = Match::DiracGan.flow(described, rate, START, &[TIME])?;
    let ends = path.last().zip(end.last());
    let distance = ends.map_or(f64::NAN, |(x, y)| accurate_flow::distance(x, y));
    Ok([rate, distance])
}
