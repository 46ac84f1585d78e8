//! How far a trial is.

use crate::record::Measurement;
use crate::spec::StopSpec;
use crate::store::Progress;

/// Where a trial was when it last stored anything.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Position {
    /// Steps taken.
    pub step: u64,
    /// The share of its longest course that lies behind it, in [0, 1]; `None` if that is not known yet.
    pub share: Option<f64>,
}

impl Position {
    /// From the last measurement and the snapshot, whichever is further. Only measurements say what
    /// epoch and time a step is; a snapshot beyond them is placed in proportion.
    pub(super) fn of(
        stop: &StopSpec,
        last: Option<&Measurement>,
        saved: Option<&Progress>,
    ) -> Self {
        let measured = last.map_or(0, |last| last.step);
        let step = measured.max(saved.map_or(0, |saved| saved.step));
        let further = match measured {
            0 => 1.0,
            measured => step as f64 / measured as f64,
        };
        let of_steps = stop.steps.map(|most| step as f64 / most as f64);
        let of = |value: Option<f64>, most: Option<f64>| {
            let is_known = step == measured || measured > 0;
            value
                .zip(most)
                .filter(|_| is_known)
                .map(|(value, most)| value * further / most)
        };
        let of_epochs = of(
            last.map(|last| last.epoch),
            stop.epochs.map(|most| most as f64),
        );
        let of_time = of(last.map(|last| last.time), stop.time);
        let shares = [of_steps, of_epochs, of_time].into_iter().flatten();
        Self {
            step,
            share: shares.reduce(f64::max).map(|share| share.clamp(0.0, 1.0)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STOP: StopSpec = StopSpec {
        steps: None,
        epochs: Some(4),
        time: None,
        train_accuracy: None,
        loss: None,
        divergence_loss: 1.0,
    };

    fn at(step: u64, epoch: f64) -> Measurement {
        Measurement {
            step,
            epoch,
            time: epoch,
            ..Measurement::default()
        }
    }

    fn saved(step: u64) -> Progress {
        Progress {
            step,
            ..Progress::default()
        }
    }

    #[test]
    fn the_nearest_limit_says_how_far_a_trial_is() {
        let share = |stop: StopSpec| Position::of(&stop, Some(&at(10, 1.0)), None).share;
        assert_eq!(share(STOP), Some(0.25));
        let steps = Some(20);
        assert_eq!(share(StopSpec { steps, ..STOP }), Some(0.5));
        let time = Some(1.25);
        assert_eq!(share(StopSpec { time, ..STOP }), Some(0.8));
    }

    #[test]
    fn a_snapshot_beyond_the_last_measurement_counts_in_proportion() {
        let position = Position::of(&STOP, Some(&at(10, 1.0)), Some(&saved(20)));
        assert_eq!((position.step, position.share), (20, Some(0.5)));
        let position = Position::of(&STOP, Some(&at(10, 1.0)), Some(&saved(5)));
        assert_eq!((position.step, position.share), (10, Some(0.25)));
    }

    #[test]
    fn steps_without_a_measurement_have_no_known_share_of_epochs() {
        assert_eq!(Position::of(&STOP, None, None), Position::default());
        assert_eq!(Position::of(&STOP, None, Some(&saved(7))).share, None);
        assert_eq!(
            Position::of(&STOP, Some(&at(0, 0.0)), Some(&saved(7))).share,
            None
        );
        let stop = StopSpec {
            steps: Some(14),
            ..STOP
        };
        assert_eq!(Position::of(&stop, None, Some(&saved(7))).share, Some(0.5));
    }
}
