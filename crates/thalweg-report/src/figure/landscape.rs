//! The landscape behind a figure: shaded levels of a function of the plane.

use std::fmt::Write;

use plotters::style::RGBColor;
use thalweg_lab::spec::Scale;
use thalweg_lab::study::Landscape;

use super::contour::{self, Corner, Grid};
use super::draw::UNIT;
use super::frame::Frame;
use crate::number::significant;

/// Above the lowest level: pale, so that lines of any colour stand out.
pub(super) const LOWEST: RGBColor = RGBColor(243, 246, 250);
/// Above the highest level.
pub(super) const HIGHEST: RGBColor = RGBColor(190, 203, 220);
/// What a contour line has of the shade above it.
const LINE: f64 = 0.88;
/// The width of a contour line, in pixels.
const WIDTH: f64 = 0.6;

/// The levels as SVG elements, each above the one below it.
pub(super) fn ground(landscape: &Landscape, frame: &Frame) -> String {
    let position = |value: f64| match landscape.scale {
        Scale::Linear => value,
        Scale::Log => value.log10(),
    };
    let values: Vec<f64> = landscape.values.iter().map(|one| position(*one)).collect();
    let grid = Grid {
        values: &values,
        columns: landscape.columns,
    };
    let mut svg = String::new();
    for (index, level) in landscape.levels.iter().enumerate() {
        let rings = contour::rings(grid, position(*level));
        if !rings.is_empty() {
            let share = index as f64 / landscape.levels.len().saturating_sub(1).max(1) as f64;
            let path = path(&rings, landscape, frame);
            region(&mut svg, &path, between(LOWEST, HIGHEST, share));
        }
    }
    svg
}

fn region(svg: &mut String, path: &str, RGBColor(red, green, blue): RGBColor) {
    let dark = |part: u8| (f64::from(part) * LINE) as u8;
    let _ = writeln!(
        svg,
        "<path d=\"{path}\" fill-rule=\"evenodd\" fill=\"#{red:02X}{green:02X}{blue:02X}\" \
         stroke=\"#{:02X}{:02X}{:02X}\" stroke-width=\"{}\"/>",
        dark(red),
        dark(green),
        dark(blue),
        WIDTH * UNIT,
    );
}

/// Closed rings in units of the sheet.
fn path(rings: &[Vec<Corner>], landscape: &Landscape, frame: &Frame) -> String {
    let along = |[first, last]: [f64; 2], place: f64, count: usize| {
        first + (last - first) * place / (count - 1) as f64
    };
    let place = |(column, row): &Corner| {
        let x = along(landscape.x, *column, landscape.columns);
        let y = along(landscape.y, *row, landscape.rows());
        frame.at(frame.share(x, y))
    };
    let mut path = String::new();
    for ring in rings {
        let mut last = None;
        for here in ring.iter().map(place) {
            if last != Some(here) {
                let letter = if last.is_none() { 'M' } else { 'L' };
                let _ = write!(path, "{letter}{} {}", here.0, here.1);
                last = Some(here);
            }
        }
        path.push('Z');
    }
    path
}

fn between(from: RGBColor, to: RGBColor, share: f64) -> RGBColor {
    let mix = |from: u8, to: u8| (f64::from(from) * (1.0 - share) + f64::from(to) * share).round();
    RGBColor(
        mix(from.0, to.0) as u8,
        mix(from.1, to.1) as u8,
        mix(from.2, to.2) as u8,
    )
}

/// What the shading means, in a sentence.
pub(super) fn words(landscape: &Landscape) -> String {
    let (Some(first), Some(last)) = (landscape.levels.first(), landscape.levels.last()) else {
        return String::new();
    };
    format!(
        "Shading: {}, stronger where it is higher, with contours at {} levels from {} to {}{}.",
        landscape.label,
        landscape.levels.len(),
        significant(*first, 3),
        significant(*last, 3),
        match landscape.scale {
            Scale::Linear => "",
            Scale::Log => ", a constant factor apart",
        }
    )
}
