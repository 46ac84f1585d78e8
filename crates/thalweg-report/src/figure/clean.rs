//! What of a figure its axes can show, and words for the rest.

use thalweg_lab::spec::Scale;
use thalweg_lab::study;

use super::{Axis, Figure, Point};
use crate::number::counted;

/// The largest magnitude on an axis: beyond it differences overflow.
const LARGEST: f64 = 1e150;

/// The figure without what its axes cannot show, and sentences that say what is missing.
pub(super) fn clean(figure: &Figure) -> (Figure, Vec<String>) {
    let mut clean = figure.clone();
    let has_positive_x = figure
        .series
        .iter()
        .flat_map(|series| &series.points)
        .any(|point| point.x > 0.0);
    let mut dropped = Dropped::default();
    for series in &mut clean.series {
        let is_path = series.kind.is_path();
        series.points.retain_mut(|point| {
            if is_path && point.x.is_nan() && point.y.is_nan() {
                return true;
            }
            let reason = reject(point, &figure.x, &figure.y, has_positive_x);
            dropped.count(reason);
            trim(point, &figure.y);
            if is_path && reason.is_some() {
                break_at(point);
            }
            is_path || reason.is_none()
        });
    }
    let is_there = |point: &Point| point.x.is_finite();
    clean
        .series
        .retain(|series| series.points.iter().any(is_there));
    let fits = |value: f64, axis: &Axis| {
        value.abs() <= LARGEST && (axis.scale == Scale::Linear || value > 0.0)
    };
    let has_place = |mark: &study::Mark| fits(mark.at[0], &figure.x) && fits(mark.at[1], &figure.y);
    clean.plane.marks.retain(has_place);
    let mut notes = dropped.notes();
    let mut points = clean.series.iter().flat_map(|series| &series.points);
    if figure.x.scale == Scale::Log && points.any(|point| point.x == 0.0) {
        notes.push("Zero stands apart, left of the break in the logarithmic axis.".into());
    }
    (clean, notes)
}

/// Makes a point a break of its line.
fn break_at(point: &mut Point) {
    (point.x, point.y, point.low, point.high) = (f64::NAN, f64::NAN, f64::NAN, f64::NAN);
}

/// Why a point cannot be drawn.
#[derive(Clone, Copy, PartialEq)]
enum Reason {
    NotFinite,
    NotPositive,
}

fn reject(point: &Point, x: &Axis, y: &Axis, has_positive_x: bool) -> Option<Reason> {
    let is_finite = |value: f64| value.abs() <= LARGEST;
    if !is_finite(point.x) || !is_finite(point.y) {
        return Some(Reason::NotFinite);
    }
    let x_fits = match x.scale {
        Scale::Linear => true,
        Scale::Log => point.x > 0.0 || (point.x == 0.0 && has_positive_x),
    };
    let y_fits = y.scale == Scale::Linear || point.y > 0.0;
    (!x_fits || !y_fits).then_some(Reason::NotPositive)
}

/// Pulls the band into what the axis can show; the point itself is there already.
fn trim(point: &mut Point, y: &Axis) {
    let fits = |value: f64| value.abs() <= LARGEST && (y.scale == Scale::Linear || value > 0.0);
    if !fits(point.low) || point.low > point.y {
        point.low = point.y;
    }
    if !fits(point.high) || point.high < point.y {
        point.high = point.y;
    }
    point.singles.retain(|value| fits(*value));
}

#[derive(Default)]
struct Dropped {
    not_finite: usize,
    not_positive: usize,
}

impl Dropped {
    fn count(&mut self, reason: Option<Reason>) {
        match reason {
            Some(Reason::NotFinite) => self.not_finite += 1,
            Some(Reason::NotPositive) => self.not_positive += 1,
            None => {}
        }
    }

    fn notes(&self) -> Vec<String> {
        let note = |count: usize, why: &str| {
            (count > 0).then(|| format!("{} not drawn: {why}.", counted(count, "point")))
        };
        [
            note(self.not_finite, "the values are not finite"),
            note(
                self.not_positive,
                "a logarithmic axis shows positive values only",
            ),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
