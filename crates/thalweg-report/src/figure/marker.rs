//! Markers: every series has a shape of its own, so that colour is never needed to tell them apart.

use plotters::element::{Circle, PathElement, Polygon};
use plotters::style::{Color, RGBColor, WHITE};

use super::draw::{Failure, Place, Sheet, UNIT, ink};

/// Half the size of a marker, in pixels.
pub(super) const RADIUS: f64 = 4.0;
/// Half the size of a marker that is one of many.
pub(super) const SMALL: f64 = 2.6;

/// The width of the outline of a hollow marker, in pixels.
const OUTLINE: f64 = 1.5;

/// Corners about the middle in radii, y downwards; none for a circle. As many as a figure of a run has
/// series.
const SHAPES: [&[(f64, f64)]; 10] = [
    &[],
    &[(-0.85, -0.85), (0.85, -0.85), (0.85, 0.85), (-0.85, 0.85)],
    &[(0.0, -1.2), (1.1, 0.8), (-1.1, 0.8)],
    &[(0.0, -1.3), (1.3, 0.0), (0.0, 1.3), (-1.3, 0.0)],
    &[(0.0, 1.2), (1.1, -0.8), (-1.1, -0.8)],
    &CROSS,
    &STAR,
    &[(-1.1, -1.0), (1.1, -1.0), (-1.1, 1.0), (1.1, 1.0)],
    &[(1.2, 0.0), (-0.8, -1.1), (-0.8, 1.1)],
    &SALTIRE,
];

const STAR: [(f64, f64); 10] = [
    (0.0, -1.4),
    (0.32, -0.44),
    (1.33, -0.43),
    (0.52, 0.17),
    (0.82, 1.13),
    (0.0, 0.55),
    (-0.82, 1.13),
    (-0.52, 0.17),
    (-1.33, -0.43),
    (-0.32, -0.44),
];

const SALTIRE: [(f64, f64); 12] = [
    (-1.1, -0.6),
    (-0.6, -1.1),
    (0.0, -0.5),
    (0.6, -1.1),
    (1.1, -0.6),
    (0.5, 0.0),
    (1.1, 0.6),
    (0.6, 1.1),
    (0.0, 0.5),
    (-0.6, 1.1),
    (-1.1, 0.6),
    (-0.5, 0.0),
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

/// How a marker looks.
#[derive(Clone, Copy)]
pub(super) struct Shape {
    /// The rank of its series.
    pub rank: usize,
    /// Whether it is an outline on the ground.
    pub is_hollow: bool,
    /// Half its size, in pixels.
    pub radius: f64,
}

/// Draws a marker at a place.
pub(super) fn draw(
    sheet: &Sheet<'_>,
    place: Place,
    shape: Shape,
    colour: RGBColor,
) -> Result<(), Failure> {
    let size = shape.radius * UNIT;
    let fill = if shape.is_hollow { WHITE } else { colour };
    let outline = ink(colour.to_rgba(), OUTLINE);
    let corners = SHAPES[shape.rank % SHAPES.len()];
    if corners.is_empty() {
        sheet.draw(&Circle::new(place, size as i32, fill.filled()))?;
        return match shape.is_hollow {
            true => sheet.draw(&Circle::new(place, size as i32, outline)),
            false => Ok(()),
        };
    }
    let corner = |(x, y): &(f64, f64)| (place.0 + (x * size) as i32, place.1 + (y * size) as i32);
    let mut corners: Vec<Place> = corners.iter().map(corner).collect();
    sheet.draw(&Polygon::new(corners.clone(), fill.filled()))?;
    if shape.is_hollow {
        corners.push(corners[0]);
        sheet.draw(&PathElement::new(corners, outline))?;
    }
    Ok(())
}
