//! The modified fields of games.

use super::game::ranges;
use super::setting::check_positive;
use super::{Game, MethodSettingError};
use crate::flow::{Field, SmoothField, Work};
use crate::objective::{ObjectiveError, check_length};

/// Who sees whose move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Updates {
    /// All players move from the same θ.
    Simultaneous,
    /// Players move in turn and see the moves before theirs.
    Alternating,
}

/// What the finite updates of a game follow, in time nh (Rosca et al. 2021, arXiv 2105.13922):
///
/// - simultaneous: θ' = W − (h/2)(DW)W + O(h²);
/// - alternating: θ'ᵢ = Wᵢ − (h/2)[Σ_{j≥i} DⱼWᵢ Wⱼ − Σ_{j<i} DⱼWᵢ Wⱼ] + O(h²): what a player has seen of
///   the others' moves changes its sign.
///
/// With W = −∇E and one player this is the modified flow of gradient descent. The paper has two
/// players, each with a time in units of its own learning rate, so that its equations describe one
/// step where the rates differ. Here all players share the clock nh, and the statement holds after
/// many steps. Derived so: one alternating step is θ + hW + h²LW + O(h³), where L is the part of DW
/// below the diagonal, and hθ' + (h²/2)(DW)W must equal its change.
///
/// A velocity costs one value of the field and one derivative along a direction, or one for each
/// player if updates alternate.
#[derive(Clone, Debug)]
pub struct GameFlow<F> {
    game: Game<F>,
    learning_rate: f64,
    updates: Updates,
    direction: Vec<f64>,
    derivative: Vec<f64>,
    value: Vec<f64>,
}

impl<F: Field> GameFlow<F> {
    pub(super) fn new(
        game: Game<F>,
        learning_rate: f64,
        updates: Updates,
    ) -> Result<Self, MethodSettingError> {
        let size = game.dimension();
        Ok(Self {
            game,
            learning_rate: check_positive("the learning rate", learning_rate)?,
            updates,
            direction: vec![0.0; size],
            derivative: vec![0.0; size],
            value: vec![0.0; size],
        })
    }
}

impl<F: SmoothField> Field for GameFlow<F> {
    fn dimension(&self) -> usize {
        self.game.dimension()
    }

    fn velocity(&mut self, theta: &[f64], velocity: &mut [f64]) -> Result<(), ObjectiveError> {
        self.game.velocity(theta, &mut self.value)?;
        check_length("velocity", self.value.len(), velocity.len())?;
        velocity.copy_from_slice(&self.value);
        self.direction.copy_from_slice(&self.value);
        let movers = match self.updates {
            Updates::Simultaneous => ranges(&[self.value.len()]),
            Updates::Alternating => self.game.players.clone(),
        };
        for mover in movers {
            let directions = [&self.direction[..]];
            self.game
                .field
                .derivative(theta, &directions, &mut self.derivative)?;
            self.game.scale(&mut self.derivative);
            for index in mover {
                velocity[index] -= self.learning_rate / 2.0 * self.derivative[index];
                self.direction[index] = -self.value[index]; // seen by those who follow
            }
        }
        Ok(())
    }

    fn work(&self) -> Work {
        self.game.work()
    }
}
