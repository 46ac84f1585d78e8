//! A value at a point on the path of a trial, between two measurements if need be.

use thalweg::probe::Quantity;

use super::{Measurement, Outcome};
use crate::spec::{At, PathAxis};

/// Why there is no value at a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absent {
    /// Nothing was measured there.
    NotMeasured,
    /// The training loss never fell as far.
    LossNotReached,
    /// The training loss was below when measuring began.
    LossBelowFromTheStart,
    /// Training ended before.
    EndedBefore,
}

/// What `value` takes out of a trial's measurements at a point.
///
/// At a training loss it is the value where the loss first falls to it; at a time, step or epoch the
/// value there. Between two measurements the logarithm of the value is linear, in the logarithm of the
/// loss or in the time; where a value is not positive, the value itself is.
///
/// # Errors
/// If the trial was not measured there, or did not come so far.
pub fn value_at(
    at: At,
    outcome: &Outcome,
    path: &[Measurement],
    value: impl Fn(&Measurement) -> Option<f64>,
) -> Result<f64, Absent> {
    match at {
        At::Best => outcome.best.as_ref().and_then(value),
        At::Final => value(&outcome.last),
        At::Loss(target) => return at_loss(path, target, value),
        At::Along(axis, target) => return along(path, axis, target, value),
    }
    .ok_or(Absent::NotMeasured)
}

impl Measurement {
    /// How far training has come here.
    #[must_use]
    pub fn place(&self, axis: PathAxis) -> f64 {
        match axis {
            PathAxis::Step => self.step as f64,
            PathAxis::Epoch => self.epoch,
            PathAxis::Time => self.time,
        }
    }
}

fn at_loss(
    path: &[Measurement],
    target: f64,
    value: impl Fn(&Measurement) -> Option<f64>,
) -> Result<f64, Absent> {
    let points = points(path, |one| one.get(Quantity::Loss), value)?;
    let reached = points.iter().position(|(loss, _)| *loss <= target);
    match reached.ok_or(Absent::LossNotReached)? {
        0 if points[0].0 < target => Err(Absent::LossBelowFromTheStart),
        0 => Ok(points[0].1),
        index => {
            let (before, after) = (points[index - 1], points[index]);
            let share = (before.0 / target).ln() / (before.0 / after.0).ln();
            Ok(between(before.1, after.1, share))
        }
    }
}

fn along(
    path: &[Measurement],
    axis: PathAxis,
    target: f64,
    value: impl Fn(&Measurement) -> Option<f64>,
) -> Result<f64, Absent> {
    let points = points(path, |one| Some(one.place(axis)), value)?;
    // Sums of rates differ in their last bits from products.
    let is_there = |place: f64| place >= target * (1.0 - 1e-9);
    let reached = points.iter().position(|(place, _)| is_there(*place));
    match reached.ok_or(Absent::EndedBefore)? {
        0 if points[0].0 > target => Err(Absent::NotMeasured),
        0 => Ok(points[0].1),
        index => {
            let (before, after) = (points[index - 1], points[index]);
            let share = (target - before.0) / (after.0 - before.0);
            Ok(between(before.1, after.1, share.min(1.0)))
        }
    }
}

/// Places and values of all measurements that have both, finite; at least one.
fn points(
    path: &[Measurement],
    place: impl Fn(&Measurement) -> Option<f64>,
    value: impl Fn(&Measurement) -> Option<f64>,
) -> Result<Vec<(f64, f64)>, Absent> {
    let pairs = path
        .iter()
        .filter_map(|one| Some((place(one)?, value(one)?)));
    let points: Vec<(f64, f64)> = pairs
        .filter(|(place, value)| place.is_finite() && value.is_finite())
        .collect();
    match points.is_empty() {
        true => Err(Absent::NotMeasured),
        false => Ok(points),
    }
}

/// The value a share of the way from one to another: geometric, or linear where one is not positive.
fn between(before: f64, after: f64, share: f64) -> f64 {
    if before > 0.0 && after > 0.0 {
        before * (after / before).powf(share)
    } else {
        before + (after - before) * share
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A path of points (step, time, loss, ‖∇E‖²).
    fn path(points: &[(u64, f64, f64, f64)]) -> Vec<Measurement> {
        let point = |&(step, time, loss, norm): &(u64, f64, f64, f64)| Measurement {
            step,
            epoch: step as f64 / 10.0,
            time,
            values: [
                (Quantity::Loss, loss),
                (Quantity::GradientNormSquared, norm),
            ]
            .into(),
        };
        points.iter().map(point).collect()
    }

    fn norm(one: &Measurement) -> Option<f64> {
        one.get(Quantity::GradientNormSquared)
    }

    #[test]
    fn between_two_losses_a_power_law_is_met_exactly() {
        let law = |loss: f64| (0, 0.0, loss, 3.0 * loss.powf(0.7));
        let at = |points: &[_], loss| at_loss(&path(points), loss, norm);
        let met = at(&[law(2.0), law(0.01)], 0.1).unwrap();
        assert!((met - law(0.1).3).abs() < 1e-12);
        let at = |before, after| at(&[(0, 0.0, 1.0, before), (1, 0.1, after, 7.0)], 0.1);
        assert_eq!(at(5.0, 0.1), Ok(7.0));
        assert_eq!(at(5.0, 0.0), Ok(5.0));
        let signs = [(0, 0.0, 1.0, -1.0), (1, 0.1, 0.01, 1.0)];
        assert_eq!(at_loss(&path(&signs), 0.1, norm), Ok(0.0));
    }

    #[test]
    fn between_two_times_an_exponential_is_met_exactly() {
        let law = |step: u64| {
            let time = step as f64 * 0.25;
            (step, time, 1.0, 5.0 * (-0.3 * time).exp())
        };
        let points = path(&[law(0), law(4), law(20)]);
        let at = |axis, target| along(&points, axis, target, norm);
        for (axis, target) in [
            (PathAxis::Step, 10.0),
            (PathAxis::Epoch, 1.0),
            (PathAxis::Time, 2.5),
        ] {
            assert!((at(axis, target).unwrap() - law(10).3).abs() < 1e-12);
        }
        assert_eq!(at(PathAxis::Step, 20.0), Ok(law(20).3));
        assert_eq!(at(PathAxis::Time, 5.0 * (1.0 + 1e-12)), Ok(law(20).3));
        assert_eq!(at(PathAxis::Step, 21.0), Err(Absent::EndedBefore));
        assert_eq!(
            along(&[], PathAxis::Step, 1.0, norm),
            Err(Absent::NotMeasured)
        );
        let late = path(&[law(4), law(20)]);
        let early = along(&late, PathAxis::Step, 1.0, norm);
        assert_eq!(early, Err(Absent::NotMeasured));
    }
}
