//! The games, and how their players move.

use thalweg::flow::{Field, TracedField};
use thalweg::modified::{Game, GameFlow, Updates};

use crate::study::{StudyError, accurate_flow};

/// γ of the regularised game.
pub(super) const REGULARISATION: f64 = 0.1;

/// Two players with one number each, θ = (x, y).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Match {
    /// Player 1 descends xy, player 2 ascends it.
    Bilinear,
    /// The Dirac GAN with a penalty for the gradient of its discriminator D(s) = ys (Mescheder et al.
    /// 2018): with the only datum at 0 and the generator's at x, player 1 descends
    /// f(xy) = −ln(1 + e^{−xy}) and player 2 ascends f(xy) − γy²/2.
    DiracGan,
}

/// What a flow is to describe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Described {
    /// Infinitely small steps: V itself.
    Game,
    /// Finite steps of one kind, to first order in h.
    Steps(Updates),
}

impl Match {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Bilinear => "xy",
            Self::DiracGan => "Dirac GAN",
        }
    }

    pub(super) fn game(self) -> Result<Game<TracedField>, StudyError> {
        Ok(Game::of_losses(&[1, 1], move |theta| {
            let [x, y] = [0, 1].map(|index| theta.slice(0, index, 1));
            match self {
                Self::Bilinear => vec![x * y, -(x * y)],
                Self::DiracGan => {
                    let value = -(-(x * y)).softplus();
                    vec![value, y.power(2.0) * (REGULARISATION / 2.0) - value]
                }
            }
        })?)
    }

    /// θ₀, …, θ_n for n = `steps`.
    pub(super) fn play(
        self,
        updates: Updates,
        rate: f64,
        start: [f64; 2],
        steps: usize,
    ) -> Result<Vec<[f64; 2]>, StudyError> {
        let mut game = self.game()?;
        let mut theta = start;
        let mut path = vec![start];
        for _ in 0..steps {
            theta = moved(&mut game, updates, rate, theta)?;
            path.push(theta);
        }
        Ok(path)
    }

    /// θ of a flow at each of `times`.
    pub(super) fn flow(
        self,
        described: Described,
        rate: f64,
        start: [f64; 2],
        times: &[f64],
    ) -> Result<Vec<[f64; 2]>, StudyError> {
        let mut game = self.game()?;
        let values = match described {
            Described::Game => accurate_flow::values(&mut game, &start, times),
            Described::Steps(updates) => {
                accurate_flow::values(&mut modified(game, updates, rate)?, &start, times)
            }
        }?;
        Ok(values.iter().map(|value| [value[0], value[1]]).collect())
    }
}

fn modified(
    game: Game<TracedField>,
    updates: Updates,
    rate: f64,
) -> Result<GameFlow<TracedField>, StudyError> {
    Ok(match updates {
        Updates::Simultaneous => game.simultaneous(rate)?,
        Updates::Alternating => game.alternating(rate)?,
    })
}

/// One update of both players.
fn moved(
    game: &mut Game<TracedField>,
    updates: Updates,
    rate: f64,
    [x, y]: [f64; 2],
) -> Result<[f64; 2], StudyError> {
    let mut velocity = [0.0; 2];
    game.velocity(&[x, y], &mut velocity)?;
    let moved_x = x + rate * velocity[0];
    if updates == Updates::Alternating {
        game.velocity(&[moved_x, y], &mut velocity)?;
    }
    Ok([moved_x, y + rate * velocity[1]])
}

/// √(x² + y²).
pub(super) fn radius([x, y]: [f64; 2]) -> f64 {
    x.hypot(y)
}
