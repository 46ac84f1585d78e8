//! The series within the axes: bands below, lines and markers above.

use plotters::element::{Circle, DashedPathElement, PathElement, Polygon};
use plotters::style::{Color, RGBColor};

use super::draw::{Failure, Place, Sheet, UNIT, ink};
use super::frame::Frame;
use super::{Figure, Kind, Point, Series, marker, path, pin};

/// The markers of a course: enough to tell it from others, few enough to see it.
const MARKERS_OF_A_COURSE: usize = 5;
/// More points than these have small markers.
const MANY: usize = 30;
/// The steps in which a line counts as covered by a name, in pixels.
const STEP: f64 = 4.0;
/// The dashes of a prediction and the gaps between them, in pixels.
const DASHES: (f64, f64) = (7.0, 4.0);
/// The dashes of a guide and the gaps between them, in pixels.
const FINE_DASHES: (f64, f64) = (4.0, 3.0);

/// Paints all series and marks; `gap` is where the horizontal axis is broken.
pub(super) fn paint(
    sheet: &Sheet<'_>,
    frame: &Frame,
    figure: &Figure,
    gap: Option<f64>,
) -> Result<(), Failure> {
    let place = |x: f64, y: f64| frame.at(frame.share(x, y));
    let mut lines = Vec::new();
    let plain = |series: &Series| !series.kind.is_path();
    for (index, series) in figure
        .series
        .iter()
        .enumerate()
        .filter(|(_, one)| plain(one))
    {
        for run in runs(series, gap) {
            paint_spread(sheet, &place, run, figure.colour(index))?;
        }
    }
    for (index, series) in figure.series.iter().enumerate() {
        let colour = figure.colour(index);
        if plain(series) {
            for run in runs(series, gap).filter(|run| run.len() > 1) {
                let line: Vec<Place> = run.iter().map(|point| place(point.x, point.y)).collect();
                stroke(sheet, series.kind, line, colour)?;
            }
            paint_singles(sheet, &place, series, colour)?;
        } else {
            paint_path(sheet, frame, series, colour, &mut lines)?;
        }
        for point in marked(series, index).filter(|one| frame.contains(one.x, one.y)) {
            let here = place(point.x, point.y);
            lines.push(here);
            let shape = marker::Shape {
                rank: figure.rank(index),
                is_hollow: series.kind.is_other(),
                radius: radius(series),
            };
            marker::draw(sheet, here, shape, colour)?;
        }
    }
    pin::draw(sheet, &figure.plane.marks, frame, &lines)
}

/// Half the size of the markers of a series, in pixels.
fn radius(series: &Series) -> f64 {
    let is_crowded = series.kind.is_loose() && series.points.len() > MANY;
    if is_crowded {
        marker::SMALL
    } else {
        radius_of(series.kind)
    }
}

/// Half the size of the markers of a kind of series, in pixels.
pub(super) fn radius_of(kind: Kind) -> f64 {
    match kind {
        Kind::Trail | Kind::Companion => marker::SMALL,
        _ => marker::RADIUS,
    }
}

/// A path; `lines` get the places it goes through.
fn paint_path(
    sheet: &Sheet<'_>,
    frame: &Frame,
    series: &Series,
    colour: RGBColor,
    lines: &mut Vec<Place>,
) -> Result<(), Failure> {
    for piece in path::pieces(series, frame) {
        lines.extend(stepped(&piece));
        stroke(sheet, series.kind, piece, colour)?;
    }
    Ok(())
}

/// A straight line as a series of that kind is drawn; none for markers alone.
pub(super) fn sample(
    sheet: &Sheet<'_>,
    kind: Kind,
    ends: [Place; 2],
    colour: RGBColor,
) -> Result<(), Failure> {
    match kind.is_loose() {
        true => Ok(()),
        false => stroke(sheet, kind, ends.to_vec(), colour),
    }
}

fn stroke(
    sheet: &Sheet<'_>,
    kind: Kind,
    line: Vec<Place>,
    colour: RGBColor,
) -> Result<(), Failure> {
    let (width, dashes) = match kind {
        Kind::Dashed | Kind::OtherLine | Kind::OtherCourse | Kind::OtherPoints => {
            (2.0, Some(DASHES))
        }
        Kind::Guide => (1.3, Some(FINE_DASHES)),
        Kind::Companion => (1.4, Some(FINE_DASHES)),
        Kind::Trail => (1.4, None),
        Kind::Line | Kind::Course | Kind::Points | Kind::Path => (2.0, None),
    };
    let style = ink(colour.to_rgba(), width);
    let units = |pixels: f64| (pixels * UNIT) as i32;
    match dashes {
        None => sheet.draw(&PathElement::new(line, style)),
        Some((dash, gap)) => {
            let (dash, gap) = (units(dash), units(gap));
            sheet.draw(&DashedPathElement::new(line, dash, gap, style))
        }
    }
}

/// Places along a line, a few pixels apart.
fn stepped(line: &[Place]) -> impl Iterator<Item = Place> {
    line.windows(2).flat_map(|ends| {
        let (from, to) = (ends[0], ends[1]);
        let (right, down) = (f64::from(to.0 - from.0), f64::from(to.1 - from.1));
        let count = (right.hypot(down) / (STEP * UNIT)).ceil().max(1.0) as u32;
        (0..count).map(move |step| {
            let share = f64::from(step) / f64::from(count);
            let along = |from: i32, by: f64| from + (by * share) as i32;
            (along(from.0, right), along(from.1, down))
        })
    })
}

/// The parts of a series that are joined: all of it, but for zero on a broken axis; none of markers
/// alone.
fn runs(series: &Series, gap: Option<f64>) -> impl Iterator<Item = &[Point]> {
    let is_left = move |point: &Point| gap.is_some_and(|gap| point.x < gap);
    let is_joined = !series.kind.is_loose();
    series
        .points
        .chunk_by(move |one, next| is_joined && is_left(one) == is_left(next))
}

/// The band of a run, or the bar of a point alone.
fn paint_spread(
    sheet: &Sheet<'_>,
    place: &impl Fn(f64, f64) -> Place,
    run: &[Point],
    colour: RGBColor,
) -> Result<(), Failure> {
    if run.iter().all(|point| point.low == point.high) {
        return Ok(());
    }
    if let [point] = run {
        let ends = [place(point.x, point.low), place(point.x, point.high)];
        return sheet.draw(&PathElement::new(ends, ink(colour.mix(0.6), 1.5)));
    }
    let lower = run.iter().map(|point| place(point.x, point.low));
    let upper = run.iter().rev().map(|point| place(point.x, point.high));
    let outline: Vec<Place> = lower.chain(upper).collect();
    sheet.draw(&Polygon::new(outline, colour.mix(0.18).filled()))
}

fn paint_singles(
    sheet: &Sheet<'_>,
    place: &impl Fn(f64, f64) -> Place,
    series: &Series,
    colour: RGBColor,
) -> Result<(), Failure> {
    for point in &series.points {
        for single in &point.singles {
            let radius = (1.8 * UNIT) as i32;
            let dot = Circle::new(place(point.x, *single), radius, colour.mix(0.6).filled());
            sheet.draw(&dot)?;
        }
    }
    Ok(())
}

/// The points that have a marker; those of courses are staggered from series to series.
fn marked(series: &Series, index: usize) -> impl Iterator<Item = &Point> {
    let stride = match series.kind {
        Kind::Course | Kind::OtherCourse => {
            series.points.len().div_ceil(MARKERS_OF_A_COURSE).max(1)
        }
        _ => 1,
    };
    let first = (index * 2 + 1) % 5 * stride / 5;
    let points: &[Point] = if series.kind.is_marked() {
        &series.points
    } else {
        &[]
    };
    points.iter().skip(first).step_by(stride)
}
