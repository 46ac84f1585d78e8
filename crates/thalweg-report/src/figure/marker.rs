//! Markers: every series has a shape of its own, so that colour is never needed to tell them apart.

use plotters::element::{Circle, Polygon};
use plotters::style::{Color, RGBColor};

use super::draw::{Failure, Place, Sheet, UNIT};

/// Half the size of a marker, in pixels.
pub(super) const RADIUS: f64 = 4.0;
/// Half the size of a marker that is one of many.
pub(super) const SMALL: f64 = 2.6;

/// Corners about the middle in radii, y downwards; none for a circle.
const SHAPES: [&[(f64, f64)]; 6] = [
    &[],
    &[(-0.85, -0.85), (0.85, -0.85), (0.85, 0.85), (-0.85, 0.85)],
    &[(0.0, -1.2), (1.1, 0.8), (-1.1, 0.8)],
    &[(0.0, -1.3), (1.3, 0.0), (0.0, 1.3), (-1.3, 0.0)],
    &[(0.0, 1.2), (1.1, -0.8), (-1.1, -0.8)],
    &CROSS,
];

const CROSS: [(f64, f64); 12] = [
    (-0.4, -1.2),
    (0.4, -1.2),
    (0.4, -0.4),
    (1.2, -0.4),
    (1.2, 0.4),
    (0.4, 0.4),
    (0.4, 1.2),
    (-0.4, 1.2),
    (-0.4, 0.4),
    (-1.2, 0.4),
    (-1.2, -0.4),
    (-0.4, -0.4),
];

/// Draws the marker of the series of that rank at a place, `radius` pixels large.
pub(super) fn draw(
    sheet: &Sheet<'_>,
    rank: usize,
    (place, radius): (Place, f64),
    colour: RGBColor,
) -> Result<(), Failure> {
    let size = radius * UNIT;
    let corners = SHAPES[rank % SHAPES.len()];
    if corners.is_empty() {
        return sheet.draw(&Circle::new(place, size as i32, colour.filled()));
    }
    let corner = |(x, y): &(f64, f64)| (place.0 + (x * size) as i32, place.1 + (y * size) as i32);
    let corners: Vec<Place> = corners.iter().map(corner).collect();
    sheet.draw(&Polygon::new(corners, colour.filled()))
}
