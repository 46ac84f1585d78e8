//! The series within the axes: bands below, lines and markers above.

use plotters::element::{Circle, PathElement, Polygon};
use plotters::style::{Color, RGBColor};

use super::draw::{Failure, Place, Sheet, UNIT, ink};
use super::{Figure, Kind, Point, Series, marker, palette};

/// The markers of a course: enough to tell it from others, few enough to see it.
const MARKERS_OF_A_COURSE: usize = 5;

/// Paints all series; `place` says where a point is, `gap` where the horizontal axis is broken.
pub(super) fn paint(
    sheet: &Sheet<'_>,
    place: &impl Fn(f64, f64) -> Place,
    figure: &Figure,
    gap: Option<f64>,
) -> Result<(), Failure> {
    let colour = |index| palette::colour(figure.colours, index, figure.series.len());
    for (index, series) in figure.series.iter().enumerate() {
        for run in runs(series, gap) {
            paint_spread(sheet, place, run, colour(index))?;
        }
    }
    for (index, series) in figure.series.iter().enumerate() {
        for run in runs(series, gap).filter(|run| run.len() > 1) {
            let line: Vec<Place> = run.iter().map(|point| place(point.x, point.y)).collect();
            sheet.draw(&PathElement::new(line, ink(colour(index).to_rgba(), 2.0)))?;
        }
        paint_singles(sheet, place, series, colour(index))?;
        for point in marked(series, index) {
            marker::draw(sheet, index, place(point.x, point.y), colour(index))?;
        }
    }
    Ok(())
}

/// The parts of a series that are joined: all of it, but for zero on a broken axis; none of markers
/// alone.
fn runs(series: &Series, gap: Option<f64>) -> impl Iterator<Item = &[Point]> {
    let is_left = move |point: &Point| gap.is_some_and(|gap| point.x < gap);
    let is_joined = series.kind != Kind::Points;
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
        Kind::Course => series.points.len().div_ceil(MARKERS_OF_A_COURSE).max(1),
        Kind::Line | Kind::Points => 1,
    };
    let first = (index * 2 + 1) % 5 * stride / 5;
    series.points.iter().skip(first).step_by(stride)
}
