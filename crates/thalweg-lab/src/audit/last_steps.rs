//! How the last steps before the audited parameters went, as far as they were recorded.

use thalweg::probe::Quantity;

use crate::record::{Measurement, Outcome, Termination, WarningKind};

/// The most measurements of the loss that are looked back at.
const LOOK_BACK: usize = 10;

/// What the record of a trial says of its end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LastSteps {
    /// Whether the loss grew without bound.
    pub diverged: bool,
    /// Whether gradients were clipped on the way.
    pub clipped: bool,
    /// How often the training loss rose from one of its last measurements to the next.
    pub rises: usize,
    /// How many such pairs of measurements there are.
    pub pairs: usize,
}

impl LastSteps {
    /// Of a trial that ended so, on that path.
    #[must_use]
    pub fn of(outcome: &Outcome, path: &[Measurement]) -> Self {
        let losses = path.iter().rev();
        let losses = losses.filter_map(|measurement| measurement.get(Quantity::Loss));
        // From the last one back.
        let losses: Vec<f64> = losses.take(LOOK_BACK).collect();
        let rises = losses.windows(2).filter(|pair| pair[0] > pair[1]).count();
        let clipped = WarningKind::ClippedGradients;
        Self {
            diverged: outcome.termination == Termination::Diverged,
            clipped: outcome.warnings.iter().any(|one| one.kind == clipped),
            rises,
            pairs: losses.len().saturating_sub(1),
        }
    }

    /// Whether the loss rose in at least a third of the last pairs, of which there are three or more:
    /// steps do not go downhill then.
    #[must_use]
    pub fn is_unsteady(&self) -> bool {
        self.pairs >= 3 && 3 * self.rises >= self.pairs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ended(termination: Termination, losses: &[f64]) -> LastSteps {
        let path: Vec<Measurement> = (0..)
            .zip(losses)
            .map(|(step, loss)| Measurement {
                step,
                values: [(Quantity::Loss, *loss)].into(),
                ..Measurement::default()
            })
            .collect();
        let outcome = Outcome {
            termination,
            steps: 9,
            max_train_accuracy: None,
            last: Measurement::default(),
            best: None,
            warnings: vec![],
            seconds: 1.0,
        };
        LastSteps::of(&outcome, &path)
    }

    #[test]
    fn rises_of_the_loss_are_counted_over_the_last_ten_measurements_only() {
        let early_rises = [
            1.0, 9.0, 1.0, 9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0, 0.5,
        ];
        let found = ended(Termination::StepLimit, &early_rises);
        assert_eq!((found.rises, found.pairs), (0, 9));
        assert!(!found.is_unsteady() && !found.diverged);
        let found = ended(Termination::StepLimit, &[4.0, 3.0, 2.0, 2.5]);
        assert_eq!((found.rises, found.pairs), (1, 3));
        assert!(found.is_unsteady());
        let found = ended(Termination::Diverged, &[1.0]);
        assert!(found.diverged && found.pairs == 0 && !found.is_unsteady());
    }
}
