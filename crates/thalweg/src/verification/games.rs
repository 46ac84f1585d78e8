//! Games against their modified fields.

use std::ops::Range;

use super::{MethodName, Pair, VerificationError, follow};
use crate::Named;
use crate::flow::{Field, Outcome, TracedField};
use crate::modified::{Game, GameError};

/// Games with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GameName {
    /// min over x, max over y of xy.
    Bilinear,
    /// Players of (a, b) and c whose smooth losses share nothing but θ.
    General,
}

impl Named for GameName {
    const NAMES: &'static [(&'static str, Self)] =
        &[("bilinear", Self::Bilinear), ("general", Self::General)];
}

impl GameName {
    /// The losses, in a line of text.
    #[must_use]
    pub fn formula(self) -> &'static str {
        match self {
            Self::Bilinear => "E₁ = xy, E₂ = −xy",
            Self::General => "E₁ = a²c + tanh(bc) + b²/2, E₂ = (c − ab)²/2 − ca",
        }
    }

    /// Where it starts from.
    #[must_use]
    pub fn start(self) -> Vec<f64> {
        match self {
            Self::Bilinear => vec![1.0, 0.4],
            Self::General => vec![0.7, -0.5, 1.1],
        }
    }

    /// How many elements of θ each player owns, in order.
    #[must_use]
    pub fn sizes(self) -> &'static [usize] {
        match self {
            Self::Bilinear => &[1, 1],
            Self::General => &[2, 1],
        }
    }

    /// The game.
    ///
    /// # Errors
    /// None that depends on anything given.
    pub fn game(self) -> Result<Game<TracedField>, GameError> {
        match self {
            Self::Bilinear => Game::of_losses(self.sizes(), |theta| {
                let payoff = theta.slice(0, 0, 1) * theta.slice(0, 1, 1);
                vec![payoff, -payoff]
            }),
            Self::General => Game::of_losses(self.sizes(), |theta| {
                let [a, b, c] = [0, 1, 2].map(|index| theta.slice(0, index, 1));
                let first = a.power(2.0) * c + (b * c).tanh() + b.power(2.0) * 0.5;
                vec![first, (c - a * b).power(2.0) * 0.5 - c * a]
            }),
        }
    }
}

/// Simultaneous or alternating updates of a game, and the flow of the game (one term) or its modified
/// field (two).
#[derive(Debug)]
pub struct GameUpdates {
    name: GameName,
    game: Game<TracedField>,
    is_alternating: bool,
    terms: usize,
    damage: f64,
}

impl GameUpdates {
    /// Updates of a game by [`MethodName::SimultaneousGame`] or [`MethodName::AlternatingGame`].
    ///
    /// # Errors
    /// If the method is neither, or the terms are not 1 or 2.
    pub fn new(
        name: GameName,
        method: MethodName,
        terms: usize,
    ) -> Result<Self, VerificationError> {
        let is_alternating = match method {
            MethodName::SimultaneousGame => false,
            MethodName::AlternatingGame => true,
            other => {
                let (method, pair) = (other.name(), "games");
                return Err(VerificationError::Method { method, pair });
            }
        };
        method.check_terms(terms)?;
        Ok(Self {
            game: name.game()?,
            name,
            is_alternating,
            terms,
            damage: 1.0,
        })
    }

    /// The negative control, as [`super::Descent::damaged`].
    #[must_use]
    pub fn damaged(self, factor: f64) -> Self {
        Self {
            damage: factor,
            ..self
        }
    }

    /// A learning rate to begin with, for games whose fields have derivatives of the order of 1.
    #[must_use]
    pub fn usual_learning_rate(&self) -> f64 {
        0.125
    }

    /// Those who move at once: everybody, or one after another.
    fn movers(&self) -> Vec<Range<usize>> {
        let mut start = 0;
        let mut range = |size: &usize| {
            start += size;
            start - size..start
        };
        match self.is_alternating {
            true => self.name.sizes().iter().map(range).collect(),
            false => vec![range(&self.game.dimension())],
        }
    }
}

impl Pair for GameUpdates {
    fn iterate(&mut self, learning_rate: f64, steps: u64) -> Result<Vec<f64>, VerificationError> {
        let mut theta = self.name.start();
        let mut velocity = vec![0.0; theta.len()];
        let movers = self.movers();
        for _ in 0..steps {
            for mover in &movers {
                self.game.velocity(&theta, &mut velocity)?;
                for index in mover.clone() {
                    theta[index] += learning_rate * velocity[index];
                }
            }
        }
        Ok(theta)
    }

    fn flow(
        &mut self,
        learning_rate: f64,
        time: f64,
    ) -> Result<(Vec<f64>, Outcome), VerificationError> {
        let (start, rate) = (self.name.start(), self.damage * learning_rate);
        match (self.terms, self.is_alternating) {
            (1, _) => follow(&mut self.game, &start, time),
            (_, false) => follow(&mut self.name.game()?.simultaneous(rate)?, &start, time),
            (_, true) => follow(&mut self.name.game()?.alternating(rate)?, &start, time),
        }
    }
}
