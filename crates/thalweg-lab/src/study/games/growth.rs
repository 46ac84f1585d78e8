//! How fast paths leave their equilibrium, or come to it.

use thalweg::modified::Updates;

use super::players::{Described, Match, radius};
use crate::study::{StudyError, Watch};

/// The distance from the equilibrium at which growth is measured: the game is linear there.
const SMALL: f64 = 1e-4;
/// How long growth is measured.
const TIME: f64 = 100.0;
/// How long where it is to be told whether there is any: what turns add is then below 10⁻⁴.
const LONG: f64 = 4000.0;
/// Learning rates: every twentieth up to 0.8.
const RATES: u32 = 16;
const PER_UNIT: f64 = 20.0;
/// Halvings of the interval in which growth begins.
const HALVINGS: usize = 14;

/// Growth rates ln(r/r₀)/t for one game, kind of update and learning rate.
#[derive(Clone, Copy, Debug)]
pub(super) struct Growth {
    pub game: Match,
    pub updates: Updates,
    pub rate: f64,
    /// Of the players.
    pub measured: f64,
    /// Of the modified flow.
    pub modified: f64,
    /// Of the game itself.
    pub unmodified: f64,
}

/// Growth rates for every learning rate.
pub(super) fn all(
    game: Match,
    updates: Updates,
    watch: &Watch<'_>,
) -> Result<Vec<Growth>, StudyError> {
    let rates = (1..=RATES).map(|index| f64::from(index) / PER_UNIT);
    let unmodified = flow_growth(game, Described::Game, 1.0)?;
    rates
        .map(|rate| {
            watch.go_on()?;
            Ok(Growth {
                game,
                updates,
                rate,
                measured: growth(game, updates, rate, TIME)?,
                modified: flow_growth(game, Described::Steps(updates), rate)?,
                unmodified,
            })
        })
        .collect()
}

/// The learning rate from which simultaneous players leave the equilibrium of the Dirac GAN, by
/// halving an interval at whose first end they come to it and at whose last they do not.
pub(super) fn threshold(watch: &Watch<'_>) -> Result<f64, StudyError> {
    let (mut low, mut high) = (1.0 / PER_UNIT, f64::from(RATES) / PER_UNIT);
    for _ in 0..HALVINGS {
        watch.go_on()?;
        let middle = (low + high) / 2.0;
        match growth(Match::DiracGan, Updates::Simultaneous, middle, LONG)? > 0.0 {
            true => high = middle,
            false => low = middle,
        }
    }
    Ok((low + high) / 2.0)
}

fn growth(game: Match, updates: Updates, rate: f64, time: f64) -> Result<f64, StudyError> {
    let steps = (time / rate).round() as usize;
    let path = game.play(updates, rate, [SMALL, 0.0], steps)?;
    let end = path.last().map_or(f64::NAN, |end| radius(*end));
    Ok((end / SMALL).ln() / (steps as f64 * rate))
}

fn flow_growth(game: Match, described: Described, rate: f64) -> Result<f64, StudyError> {
    let end = game.flow(described, rate, [SMALL, 0.0], &[TIME])?;
    let end = end.first().map_or(f64::NAN, |end| radius(*end));
    Ok((end / SMALL).ln() / TIME)
}
