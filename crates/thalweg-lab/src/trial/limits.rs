//! When a trial ends.

use thalweg::probe::Quantity;

use super::rate::Rate;
use crate::record::{Measurement, Termination};
use crate::spec::StopSpec;

/// The limits of a trial in steps, and its targets.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    stop: StopSpec,
    /// The first limit reached, and which one it is.
    last_step: (u64, Termination),
}

impl Limits {
    /// With those learning rates and so many steps an epoch. A limit in physical time ends the trial
    /// at the first step whose sum of rates, n·h for a constant one, is at least as large; of limits
    /// at the same step the first of steps, epochs, time counts.
    pub(super) fn new(stop: StopSpec, rate: &Rate, steps_per_epoch: u64) -> Self {
        let most = stop.most_steps(steps_per_epoch);
        let in_steps = |time: f64| rate.first_step_at(time, most);
        let epochs = stop
            .epochs
            .map(|epochs| epochs.saturating_mul(steps_per_epoch));
        let limits = [
            (stop.steps, Termination::StepLimit),
            (epochs, Termination::EpochLimit),
            (stop.time.map(in_steps), Termination::TimeLimit),
        ];
        let reached = limits
            .into_iter()
            .filter_map(|(step, which)| Some((step?, which)));
        let last_step = reached.min_by_key(|(step, _)| *step);
        Self {
            stop,
            last_step: last_step.unwrap_or((0, Termination::StepLimit)),
        }
    }

    /// The most steps there can be.
    pub(super) fn most_steps(&self) -> u64 {
        self.last_step.0
    }

    /// Whether a loss is divergence: not finite, or above the limit.
    pub(super) fn is_divergence(&self, loss: f64) -> bool {
        self.stop.is_divergence(loss)
    }

    /// The quantities that must be measured for the targets to be noticed.
    pub(super) fn watched(&self) -> Vec<Quantity> {
        let accuracy = self.stop.train_accuracy.map(|_| Quantity::TrainAccuracy);
        let loss = self.stop.loss.map(|_| Quantity::Loss);
        accuracy.into_iter().chain(loss).collect()
    }

    /// Why the trial ends here, if it does; `measured` is what was measured at this step.
    pub(super) fn reached(&self, step: u64, measured: Option<&Measurement>) -> Option<Termination> {
        let value = |quantity| measured.and_then(|measured| measured.get(quantity));
        let accuracy = value(Quantity::TrainAccuracy).zip(self.stop.train_accuracy);
        let loss = value(Quantity::Loss);
        if loss.is_some_and(|loss| self.is_divergence(loss)) {
            Some(Termination::Diverged)
        } else if accuracy.is_some_and(|(accuracy, target)| accuracy >= target) {
            Some(Termination::TargetTrainAccuracy)
        } else if loss
            .zip(self.stop.loss)
            .is_some_and(|(loss, target)| loss <= target)
        {
            Some(Termination::TargetLoss)
        } else {
            (step >= self.last_step.0).then_some(self.last_step.1)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPEN: StopSpec = StopSpec {
        steps: None,
        epochs: None,
        time: None,
        train_accuracy: None,
        loss: None,
        divergence_loss: 100.0,
    };

    #[test]
    fn the_first_limit_counts_and_time_is_the_first_step_that_reaches_it() {
        let stop = StopSpec {
            epochs: Some(3),
            time: Some(1.0),
            ..OPEN
        };
        let limits = Limits::new(stop, &Rate::constant(0.1), 7);
        assert_eq!(limits.most_steps(), 10);
        assert_eq!(limits.reached(9, None), None);
        assert_eq!(limits.reached(10, None), Some(Termination::TimeLimit));
        let limits = Limits::new(stop, &Rate::constant(0.01), 7);
        assert_eq!(limits.reached(21, None), Some(Termination::EpochLimit));
    }

    #[test]
    fn targets_and_divergence_are_seen_in_what_is_measured() {
        let stop = StopSpec {
            steps: Some(10),
            train_accuracy: Some(1.0),
            loss: Some(0.1),
            ..OPEN
        };
        let limits = Limits::new(stop, &Rate::constant(0.1), 7);
        let measured = |quantity, value| Measurement {
            values: [(quantity, value)].into(),
            ..Measurement::default()
        };
        let reached = |quantity, value| limits.reached(5, Some(&measured(quantity, value)));
        assert_eq!(reached(Quantity::TrainAccuracy, 0.99), None);
        assert_eq!(
            reached(Quantity::TrainAccuracy, 1.0),
            Some(Termination::TargetTrainAccuracy)
        );
        assert_eq!(reached(Quantity::Loss, 0.1), Some(Termination::TargetLoss));
        for loss in [f64::NAN, f64::INFINITY, 101.0] {
            assert_eq!(reached(Quantity::Loss, loss), Some(Termination::Diverged));
        }
        assert_eq!(limits.watched(), [Quantity::TrainAccuracy, Quantity::Loss]);
    }
}
