//! Paths of both kinds of update beside the flows that describe them.

use thalweg::modified::Updates;

use super::UPDATES;
use super::players::{Described, Match};
use crate::study::StudyError;

/// Points of a flow between two updates, so that its line is smooth.
const BETWEEN: usize = 4;

/// The paths of one game from one start.
#[derive(Clone, Debug)]
pub(super) struct Portrait {
    pub game: Match,
    pub rate: f64,
    pub start: [f64; 2],
    pub sides: Vec<Side>,
    /// The game itself.
    pub flow: Vec<[f64; 2]>,
}

/// One kind of update.
#[derive(Clone, Debug)]
pub(super) struct Side {
    pub updates: Updates,
    pub path: Vec<[f64; 2]>,
    /// The modified flow.
    pub flow: Vec<[f64; 2]>,
}

/// xy with h = 0.2, for two turns.
pub(super) fn bilinear() -> Result<Portrait, StudyError> {
    portrait(Match::Bilinear, 0.2, [1.0, 0.0], 63)
}

/// The Dirac GAN with a learning rate beyond that from which simultaneous players leave.
pub(super) fn dirac_gan() -> Result<Portrait, StudyError> {
    portrait(Match::DiracGan, 0.6, [1.0, 0.0], 50)
}

fn portrait(game: Match, rate: f64, start: [f64; 2], steps: usize) -> Result<Portrait, StudyError> {
    let times: Vec<f64> = (0..=steps * BETWEEN)
        .map(|index| index as f64 * rate / BETWEEN as f64)
        .collect();
    let side = |updates| {
        Ok::<_, StudyError>(Side {
            updates,
            path: game.play(updates, rate, start, steps)?,
            flow: game.flow(Described::Steps(updates), rate, start, &times)?,
        })
    };
    Ok(Portrait {
        game,
        rate,
        start,
        sides: UPDATES.into_iter().map(side).collect::<Result<_, _>>()?,
        flow: game.flow(Described::Game, rate, start, &times)?,
    })
}
