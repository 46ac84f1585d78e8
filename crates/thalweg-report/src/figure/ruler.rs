//! An axis fitted to the values it shows: where each value lies, and where ticks stand.

use std::ops::Range;

use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};
use thalweg_lab::spec::Scale;

use super::{Axis, Mark, text, ticks};
use crate::number::tick_labels;

/// The share of the range of the values that is left free on either side.
const MARGIN: f64 = 0.05;
/// How far left of the smallest value zero stands on a logarithmic axis, in ranges of the values.
const ZERO_APART: f64 = 0.2;
/// The longest label shown in full, in characters.
const LONGEST: usize = 20;
/// The range, in decades, given to a logarithmic axis of equal values.
const LEAST_DECADES: f64 = 0.3;

/// An axis fitted to its values. Positions are values, or their logarithms to base ten.
#[derive(Clone)]
pub(super) struct Ruler {
    scale: Scale,
    low: f64,
    high: f64,
    zero: Option<f64>,
    ticks: Vec<Mark>,
}

/// How much room an axis has for labels, in pixels.
#[derive(Clone, Copy)]
pub(super) struct Room {
    /// Its length.
    pub length: f64,
    /// What a label takes of it.
    pub extent: fn(&str) -> f64,
}

impl Ruler {
    /// Fits `axis` to finite values, positive ones (and zeros) if it is logarithmic. There may be
    /// none.
    pub(super) fn fit(axis: &Axis, values: &[f64], room: Room) -> Self {
        let is_log = axis.scale == Scale::Log;
        let has_zero = is_log && values.contains(&0.0);
        let positions = values.iter().filter(|value| !is_log || **value > 0.0);
        let positions = positions.map(|value| if is_log { value.log10() } else { *value });
        let (first, last) = bounds(positions).unwrap_or((0.0, 1.0));
        let (first, last) = widened(first, last, is_log);
        let margin = MARGIN * (last - first);
        let zero = has_zero.then_some(first - ZERO_APART * (last - first));
        let ruler = Self {
            scale: axis.scale,
            low: zero.unwrap_or(first) - margin,
            high: last + margin,
            zero,
            ticks: Vec::new(),
        };
        ruler.with_ticks(axis, first - margin, room)
    }

    /// From `low` to `high` without a margin; finite, ascending, positive if `axis` is logarithmic.
    pub(super) fn between(axis: &Axis, [low, high]: [f64; 2], room: Room) -> Self {
        let position = |value: f64| match axis.scale {
            Scale::Linear => value,
            Scale::Log => value.log10(),
        };
        let ruler = Self {
            scale: axis.scale,
            low: position(low),
            high: position(high),
            zero: None,
            ticks: Vec::new(),
        };
        let first = ruler.low;
        ruler.with_ticks(axis, first, room)
    }

    /// The ruler with ticks as `axis` wants them; `first` is where the values other than zero begin.
    fn with_ticks(mut self, axis: &Axis, first: f64, room: Room) -> Self {
        self.ticks = self.spaced(self.wanted(axis, first, room), room);
        self
    }

    /// The ruler with ticks for another room.
    pub(super) fn in_room(self, axis: &Axis, room: Room) -> Self {
        let first = self.low;
        self.with_ticks(axis, first, room)
    }

    /// How long the axis is in its values, or their logarithms.
    pub(super) fn span(&self) -> f64 {
        self.high - self.low
    }

    /// Where a value lies: 0 at the beginning of the axis, 1 at its end.
    pub(super) fn share(&self, value: f64) -> f64 {
        (self.position(value) - self.low) / self.span()
    }

    /// Where a value lies.
    fn position(&self, value: f64) -> f64 {
        match (self.scale, self.zero) {
            (Scale::Log, Some(zero)) if value == 0.0 => zero,
            (Scale::Log, _) => value.log10(),
            (Scale::Linear, _) => value,
        }
    }

    /// The value between zero and the others at which a logarithmic axis is broken, if it is.
    pub(super) fn gap(&self) -> Option<f64> {
        let zero = self.zero?;
        let range = (self.high - zero) / (1.0 + ZERO_APART + MARGIN);
        Some(10f64.powf(zero + 0.5 * ZERO_APART * range))
    }

    /// The labels of its ticks.
    pub(super) fn labels(&self) -> impl Iterator<Item = &str> {
        self.ticks.iter().map(|tick| tick.label.as_str())
    }

    /// How far the last label reaches beyond the end of the axis, in pixels.
    pub(super) fn overhang(&self, room: Room) -> f64 {
        let scale = room.length / (self.high - self.low);
        let end = |tick: &Mark| {
            (self.position(tick.value) - self.high) * scale + (room.extent)(&tick.label) / 2.0
        };
        self.ticks.iter().map(end).fold(0.0, f64::max)
    }

    /// The marks asked for, or round values; `first` is where the values other than zero begin.
    fn wanted(&self, axis: &Axis, first: f64, room: Room) -> Vec<Mark> {
        if !axis.marks.is_empty() {
            let is_inside = |mark: &&Mark| {
                let position = self.position(mark.value);
                (self.low..=self.high).contains(&position)
            };
            let shortened = |mark: &Mark| Mark {
                value: mark.value,
                label: text::shortened(&mark.label, LONGEST),
            };
            return axis.marks.iter().filter(is_inside).map(shortened).collect();
        }
        let count = (room.length / ((room.extent)("0.0000") * 1.6)).clamp(2.0, 8.0) as usize;
        let mut values = match self.scale {
            Scale::Linear => ticks::linear(self.low, self.high, count),
            Scale::Log => ticks::logarithmic(10f64.powf(first), 10f64.powf(self.high), count),
        };
        if self.zero.is_some() {
            values.insert(0, 0.0);
        }
        let labels = tick_labels(&values);
        let mark = |(value, label)| Mark { value, label };
        values.into_iter().zip(labels).map(mark).collect()
    }

    /// The marks that do not overlap an earlier one.
    fn spaced(&self, marks: Vec<Mark>, room: Room) -> Vec<Mark> {
        let scale = room.length / (self.high - self.low);
        let gap = 0.8 * (room.extent)("0");
        let mut kept: Vec<Mark> = Vec::new();
        let mut end = f64::NEG_INFINITY;
        for mark in marks {
            let (place, half) = (
                self.position(mark.value) * scale,
                (room.extent)(&mark.label) / 2.0,
            );
            if place - half >= end {
                end = place + half + gap;
                kept.push(mark);
            }
        }
        kept
    }
}

/// The least and the greatest value.
fn bounds(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    values.fold(None, |bounds, value| {
        let (low, high) = bounds.unwrap_or((value, value));
        Some((value.min(low), value.max(high)))
    })
}

/// The bounds, apart if they were too close to divide.
fn widened(low: f64, high: f64, is_log: bool) -> (f64, f64) {
    let middle = (low + high) / 2.0;
    let least = if is_log {
        LEAST_DECADES
    } else if middle == 0.0 {
        1.0
    } else {
        middle.abs() * 1e-6
    };
    if high - low >= least {
        (low, high)
    } else if is_log || middle == 0.0 {
        (middle - least / 2.0, middle + least / 2.0)
    } else {
        (middle - 0.05 * middle.abs(), middle + 0.05 * middle.abs())
    }
}

impl Ranged for Ruler {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, (from, to): (i32, i32)) -> i32 {
        let share = self.share(*value);
        (f64::from(from) + share * f64::from(to - from)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        if hint.weight().allow_light_points() {
            return Vec::new();
        }
        self.ticks.iter().map(|tick| tick.value).collect()
    }

    fn range(&self) -> Range<f64> {
        match self.scale {
            Scale::Linear => self.low..self.high,
            Scale::Log => 10f64.powf(self.low)..10f64.powf(self.high),
        }
    }
}

impl ValueFormatter<f64> for Ruler {
    fn format_ext(&self, value: &f64) -> String {
        let tick = self.ticks.iter().find(|tick| tick.value == *value);
        tick.map_or_else(String::new, |tick| tick.label.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: Room = Room {
        length: 400.0,
        extent: |label| 8.0 * label.len() as f64,
    };

    fn axis(scale: Scale) -> Axis {
        let (label, marks) = (String::new(), Vec::new());
        Axis {
            label,
            scale,
            marks,
        }
    }

    fn labels(axis: &Axis, values: &[f64]) -> Vec<String> {
        Ruler::fit(axis, values, ROOM)
            .labels()
            .map(String::from)
            .collect()
    }

    #[test]
    fn zero_stands_apart_on_a_logarithmic_axis() {
        let ruler = Ruler::fit(&axis(Scale::Log), &[0.0, 0.01, 0.1], ROOM);
        assert!(ruler.map(&0.0, (0, 400)) > 0);
        assert!(ruler.map(&0.0, (0, 400)) < ruler.map(&0.01, (0, 400)) - 40);
        assert!(ruler.gap().is_some());
        assert_eq!(ruler.labels().next(), Some("0"));
    }

    #[test]
    fn values_of_the_setting_are_ticks_as_far_as_they_fit() {
        let mark = |value: f64| Mark {
            value,
            label: value.to_string(),
        };
        let mut wanted = axis(Scale::Log);
        wanted.marks = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2].map(mark).to_vec();
        assert_eq!(labels(&wanted, &[0.005, 0.2]).len(), 6);
        wanted.marks = (0..100)
            .map(|index| mark(0.005 + 0.001 * f64::from(index)))
            .collect();
        assert!(labels(&wanted, &[0.005, 0.104]).len() < 12);
    }

    #[test]
    fn degenerate_values_have_an_axis() {
        for scale in [Scale::Linear, Scale::Log] {
            assert!(!labels(&axis(scale), &[]).is_empty());
            assert!(!labels(&axis(scale), &[1e-150, 1e150]).is_empty());
            for value in [1e-150, 7.0, 1e150] {
                assert!(
                    !labels(&axis(scale), &[value, value]).is_empty(),
                    "{scale:?} {value}"
                );
            }
        }
        assert!(!labels(&axis(Scale::Linear), &[0.0]).is_empty());
        assert!(!labels(&axis(Scale::Linear), &[-1e150, 1e150]).is_empty());
    }
}
