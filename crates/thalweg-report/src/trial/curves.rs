//! The course of everything measured on one trial, a figure for each kind of quantity.

use thalweg::Named;
use thalweg::probe::Quantity;
use thalweg_lab::record::Measurement;
use thalweg_lab::spec::{PathAxis, Scale};
use thalweg_lab::study::Mark;

use crate::figure::{Axis, Colours, Figure, Kind, Plane, Point, Series};
use crate::gallery::caption::capitalised;
use crate::gallery::wording::{file_stem, path_label, shown};
use crate::number::significant;
use crate::results::TrialResults;

/// The most points of a curve.
const MOST_POINTS: usize = 200;
/// The most points of a curve that say their values.
const MOST_NOTES: usize = 30;
/// The fewest epochs that make an axis of epochs, rather than one of steps.
const FEWEST_EPOCHS: f64 = 2.0;

/// Quantities that share a figure.
const TOGETHER: [[Quantity; 2]; 2] = [
    [Quantity::Loss, Quantity::TestLoss],
    [Quantity::TrainAccuracy, Quantity::TestAccuracy],
];

/// The curves of what changed along the path, in the order of the quantities.
pub(super) fn figures(one: &TrialResults) -> Vec<Figure> {
    let axis = axis(one);
    let mut figures = Vec::new();
    let mut drawn: Vec<Quantity> = Vec::new();
    for quantity in changing(one) {
        if drawn.contains(&quantity) {
            continue;
        }
        let family = TOGETHER.iter().find(|family| family.contains(&quantity));
        let family = family.map_or(&[][..], |family| &family[..]);
        let mut members: Vec<Quantity> = changing(one)
            .into_iter()
            .filter(|other| *other == quantity || family.contains(other))
            .collect();
        members.sort_unstable();
        drawn.extend(&members);
        figures.push(figure(one, &members, axis));
    }
    figures
}

/// What was measured more than once and not always with the same value.
fn changing(one: &TrialResults) -> Vec<Quantity> {
    all()
        .filter(|quantity| range(one, *quantity).is_some_and(|(low, high)| low != high))
        .collect()
}

/// What had one value wherever it was measured.
pub(super) fn constant(one: &TrialResults) -> Vec<(Quantity, f64)> {
    let value = |quantity| {
        let (low, high) = range(one, quantity)?;
        (low == high).then_some((quantity, low))
    };
    all().filter_map(value).collect()
}

fn all() -> impl Iterator<Item = Quantity> {
    Quantity::NAMES.iter().map(|(_, quantity)| *quantity)
}

/// The lowest and highest value of a quantity that is finite.
fn range(one: &TrialResults, quantity: Quantity) -> Option<(f64, f64)> {
    let values = one
        .path
        .iter()
        .filter_map(|measurement| measurement.get(quantity));
    let finite = values.filter(|value| value.is_finite());
    finite.fold(None, |range, value| {
        let (low, high) = range.unwrap_or((value, value));
        Some((value.min(low), value.max(high)))
    })
}

/// Epochs, or steps where there are hardly any.
fn axis(one: &TrialResults) -> PathAxis {
    match one.path.last() {
        Some(last) if last.epoch >= FEWEST_EPOCHS => PathAxis::Epoch,
        _ => PathAxis::Step,
    }
}

/// The figure of quantities that share a unit.
fn figure(one: &TrialResults, members: &[Quantity], axis: PathAxis) -> Figure {
    let is_positive = |quantity: &Quantity| range(one, *quantity).is_some_and(|(low, _)| low > 0.0);
    let scale = match shown(members[0]).scale {
        Scale::Log if members.iter().all(is_positive) => Scale::Log,
        _ => Scale::Linear,
    };
    let series = members
        .iter()
        .map(|quantity| series(one, *quantity, axis, members.len() > 1));
    let words: Vec<String> = members
        .iter()
        .map(|quantity| shown(*quantity).words.into_owned())
        .collect();
    let label = match members {
        [single] => shown(*single).label(),
        _ => [words.join(", "), shown(members[0]).unit.into()].join(" "),
    };
    Figure {
        name: file_stem(
            &members
                .iter()
                .map(|one| one.name())
                .collect::<Vec<_>>()
                .join(" "),
        ),
        title: capitalised(&words.join(" and ")),
        caption: caption(one, members[0]),
        x: Axis::new(path_label(axis), Scale::Linear),
        y: Axis::new(label.trim_end(), scale),
        legend: String::new(),
        colours: Colours::Distinct,
        series: series.collect(),
        plane: Plane {
            marks: best(one, members, axis).into_iter().collect(),
            ..Plane::default()
        },
    }
}

fn caption(one: &TrialResults, quantity: Quantity) -> String {
    let count = one
        .path
        .iter()
        .filter(|measurement| measurement.get(quantity).is_some())
        .count();
    let thinned = match count > MOST_POINTS {
        true => format!(
            ", of which every {}th is drawn",
            count.div_ceil(MOST_POINTS)
        ),
        false => String::new(),
    };
    let is_marked = one
        .outcome
        .as_ref()
        .is_some_and(|outcome| outcome.best.is_some());
    let best = match is_marked {
        true => " The circle, best, is at maximum test accuracy.",
        false => "",
    };
    format!("{count} measurements along this trial{thinned}; a single seed has no band.{best}")
}

/// The point of maximum test accuracy, on the first of the curves.
fn best(one: &TrialResults, members: &[Quantity], axis: PathAxis) -> Option<Mark> {
    let best = one.outcome.as_ref()?.best.as_ref()?;
    let quantity = match members.contains(&Quantity::TestAccuracy) {
        true => Quantity::TestAccuracy,
        false => members[0],
    };
    Some(Mark {
        label: "best".into(),
        at: [
            best.place(axis),
            best.get(quantity)? * shown(quantity).factor,
        ],
    })
}

fn series(one: &TrialResults, quantity: Quantity, axis: PathAxis, is_named: bool) -> Series {
    let quantity_shown = shown(quantity);
    let value = |one: &Measurement| Some((one.place(axis), one.get(quantity)?));
    let points: Vec<(f64, f64)> = one.path.iter().filter_map(value).collect();
    let points = every(points.len().div_ceil(MOST_POINTS), &points);
    let stride = points.len().div_ceil(MOST_NOTES).max(1);
    let last = points.len().saturating_sub(1);
    let point = |(index, (x, y)): (usize, &(f64, f64))| {
        let y = y * quantity_shown.factor;
        let note = match index.is_multiple_of(stride) || index == last {
            true => format!(
                "{} {}\n{} {}",
                path_label(axis),
                significant(*x, 5),
                quantity_shown.words,
                quantity_shown.value(y)
            ),
            false => String::new(),
        };
        Point {
            x: *x,
            y,
            low: y,
            high: y,
            singles: Vec::new(),
            note,
        }
    };
    Series {
        name: if is_named {
            quantity_shown.words.to_string()
        } else {
            String::new()
        },
        kind: Kind::Course,
        points: points.iter().enumerate().map(point).collect(),
    }
}

/// Every so-manieth of all, and the last.
fn every<T: Copy>(stride: usize, all: &[T]) -> Vec<T> {
    let last = all.len().saturating_sub(1);
    let is_kept = |index: usize| index.is_multiple_of(stride.max(1)) || index == last;
    let kept = all.iter().enumerate().filter(|(index, _)| is_kept(*index));
    kept.map(|(_, one)| *one).collect()
}
