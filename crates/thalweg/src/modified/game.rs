//! Games: players who share θ and each descend a loss of their own.

use std::ops::Range;

use thalweg_graph::{Graph, Var};

use super::{FirstOrderLoss, GameFlow, MethodSettingError, Updates, setting};
use crate::flow::{Field, TracedField, Work};
use crate::objective::ObjectiveError;

/// Players who share θ: player i owns a range of it and moves it along Vᵢ(θ), at the relative rate
/// ρᵢ. As a field it is W, Wᵢ = ρᵢVᵢ: what players follow as h → 0, in time nh.
///
/// V may be any field; [`Game::of_losses`] has Vᵢ = −∇ᵢEᵢ. With learning rates hρᵢ, an update is
/// *simultaneous* if all players see the same θ, *alternating* if they move in turn, in the order of
/// their ranges, and see what those before them have done.
///
/// ```
/// use thalweg::flow::Field;
/// use thalweg::modified::Game;
///
/// // min over x, max over y of xy: player 1 descends xy, player 2 descends −xy.
/// let game = Game::of_losses(&[1, 1], |theta| {
///     let payoff = theta.slice(0, 0, 1) * theta.slice(0, 1, 1);
///     vec![payoff, -payoff]
/// })?;
/// let mut flow = game.alternating(0.2)?; // x' = −y + hx/2, y' = x − hy/2
/// let mut velocity = [0.0; 2];
/// flow.velocity(&[3.0, 1.0], &mut velocity)?;
/// assert!((velocity[0] + 0.7).abs() < 1e-15 && (velocity[1] - 2.9).abs() < 1e-15);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Game<F> {
    pub(super) field: F,
    pub(super) players: Vec<Range<usize>>,
    rates: Vec<f64>,
}

/// Why a game cannot be made.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum GameError {
    /// Players that leave out a part of θ.
    #[error("the players own {owned} elements in all, but θ has {dimension}")]
    Ownership {
        /// The sum of their sizes.
        owned: usize,
        /// m.
        dimension: usize,
    },
    /// Not one number for each player.
    #[error("{given} {what} given for {players} players")]
    Count {
        /// What.
        what: &'static str,
        /// How many.
        given: usize,
        /// The number of players.
        players: usize,
    },
    /// A rate that is not positive.
    #[error(transparent)]
    Setting(#[from] MethodSettingError),
    /// The formula does not fit together.
    #[error(transparent)]
    Objective(#[from] ObjectiveError),
}

impl Game<TracedField> {
    /// Players who own `sizes` elements of θ, one after another, and descend the scalar losses that
    /// `formula` returns in the same order: Vᵢ = −∇ᵢEᵢ.
    ///
    /// # Errors
    /// If there is not one scalar loss for each player.
    pub fn of_losses(
        sizes: &[usize],
        formula: impl for<'g> Fn(Var<'g>) -> Vec<Var<'g>> + Send + 'static,
    ) -> Result<Self, GameError> {
        let dimension = sizes.iter().sum();
        let players = ranges(sizes);
        let graph = Graph::new();
        let given = formula(graph.input(&[dimension])).len();
        if given != sizes.len() {
            return Err(GameError::Count {
                what: "losses",
                given,
                players: sizes.len(),
            });
        }
        let field = TracedField::new(dimension, move |theta| {
            let losses = formula(theta).into_iter();
            losses
                .zip(&players)
                .map(|(loss, player)| {
                    let gradient = theta.graph().gradient(loss.reshaped(&[]), &[theta])[0];
                    -gradient.slice(0, player.start, player.len())
                })
                .collect()
        })?;
        Self::new(field, sizes)
    }
}

impl<F: Field> Game<F> {
    /// Players who own `sizes` elements of θ, one after another, and move along `field`, at equal
    /// rates.
    ///
    /// # Errors
    /// If the sizes do not add up to the dimension of the field.
    pub fn new(field: F, sizes: &[usize]) -> Result<Self, GameError> {
        let (owned, dimension) = (sizes.iter().sum(), field.dimension());
        if owned != dimension {
            return Err(GameError::Ownership { owned, dimension });
        }
        Ok(Self {
            field,
            players: ranges(sizes),
            rates: vec![1.0; sizes.len()],
        })
    }

    /// The same with learning rates hρᵢ.
    ///
    /// # Errors
    /// If there is not one ρ for each player, or one is not positive and finite.
    pub fn with_rates(self, rates: &[f64]) -> Result<Self, GameError> {
        if rates.len() != self.players.len() {
            return Err(GameError::Count {
                what: "rates",
                given: rates.len(),
                players: self.players.len(),
            });
        }
        for rate in rates {
            setting::check_positive("a player's rate", *rate)?;
        }
        let rates = rates.to_vec();
        Ok(Self { rates, ..self })
    }

    /// What simultaneous updates with learning rates hρᵢ follow.
    ///
    /// # Errors
    /// If h is not positive and finite.
    pub fn simultaneous(self, learning_rate: f64) -> Result<GameFlow<F>, MethodSettingError> {
        GameFlow::new(self, learning_rate, Updates::Simultaneous)
    }

    /// What alternating updates with learning rates hρᵢ follow.
    ///
    /// # Errors
    /// If h is not positive and finite.
    pub fn alternating(self, learning_rate: f64) -> Result<GameFlow<F>, MethodSettingError> {
        GameFlow::new(self, learning_rate, Updates::Alternating)
    }

    /// There is none, unless all players descend the same loss.
    #[must_use]
    pub fn modified_loss(&self) -> FirstOrderLoss {
        FirstOrderLoss::Absent {
            why: "players with losses of their own follow a field that is not a gradient even \
                  without its correction",
        }
    }

    /// Multiplies each player's part by its rate.
    pub(super) fn scale(&self, vector: &mut [f64]) {
        for (player, rate) in self.players.iter().zip(&self.rates) {
            vector[player.clone()].iter_mut().for_each(|x| *x *= rate);
        }
    }
}

impl<F: Field> Field for Game<F> {
    fn dimension(&self) -> usize {
        self.field.dimension()
    }

    fn velocity(&mut self, theta: &[f64], velocity: &mut [f64]) -> Result<(), ObjectiveError> {
        self.field.velocity(theta, velocity)?;
        self.scale(velocity);
        Ok(())
    }

    fn work(&self) -> Work {
        self.field.work()
    }
}

pub(super) fn ranges(sizes: &[usize]) -> Vec<Range<usize>> {
    let mut start = 0;
    let range = |size: &usize| {
        start += size;
        start - size..start
    };
    sizes.iter().map(range).collect()
}
