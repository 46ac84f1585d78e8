//! Pictures of a study as figures.

use thalweg_lab::study::{self, Picture, Role, Shape};

use crate::figure::{Axis, Colours, Figure, Kind, Plane, Point, Series};
use crate::number::significant;

/// The most points of a series that say their values: beyond, every so-manieth.
const MOST_NOTES: usize = 100;

/// The figure of a picture.
pub(super) fn figure(picture: &Picture) -> Figure {
    Figure {
        name: picture.name.clone(),
        title: picture.title.clone(),
        caption: picture.caption.clone(),
        x: axis(&picture.x),
        y: axis(&picture.y),
        legend: String::new(),
        colours: Colours::Distinct,
        series: picture
            .series
            .iter()
            .map(|one| series(one, picture))
            .collect(),
        plane: Plane {
            is_equal_aspect: picture.is_equal_aspect,
            landscape: picture.landscape.clone(),
            x_range: picture.x.range,
            y_range: picture.y.range,
            marks: picture.marks.clone(),
        },
    }
}

fn axis(axis: &study::Axis) -> Axis {
    let label = match axis.unit.as_str() {
        "" => axis.label.clone(),
        unit => format!("{} [{unit}]", axis.label),
    };
    Axis::new(label, axis.scale)
}

fn series(series: &study::Series, picture: &Picture) -> Series {
    let stride = series.points.len().div_ceil(MOST_NOTES).max(1);
    let last = series.points.len().saturating_sub(1);
    let note = |index: usize, at: [f64; 2]| match index.is_multiple_of(stride) || index == last {
        true if series.role != Role::Reference => note(&series.label, picture, at),
        _ => String::new(),
    };
    let points = series.points.iter().enumerate();
    Series {
        name: series.label.clone(),
        kind: kind(series.shape, series.role),
        points: points
            .map(|(index, at)| point(*at, note(index, *at)))
            .collect(),
    }
}

fn kind(shape: Shape, role: Role) -> Kind {
    match (role, shape) {
        (Role::Reference, _) => Kind::Guide,
        (_, Shape::Points) => Kind::Points,
        (_, Shape::MarkedLine) => Kind::Trail,
        (Role::Prediction, _) => Kind::Dashed,
        _ => Kind::Path,
    }
}

fn note(label: &str, picture: &Picture, [x, y]: [f64; 2]) -> String {
    let value = |axis: &study::Axis, value| format!("{} {}", axis.label, significant(value, 4));
    let lines = [label.to_owned(), value(&picture.x, x), value(&picture.y, y)];
    let lines: Vec<String> = lines.into_iter().filter(|line| !line.is_empty()).collect();
    lines.join("\n")
}

fn point([x, y]: [f64; 2], note: String) -> Point {
    Point {
        x,
        y,
        low: y,
        high: y,
        singles: Vec::new(),
        note,
    }
}
