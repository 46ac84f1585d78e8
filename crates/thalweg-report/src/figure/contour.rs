//! Marching squares: the region where a sampled function is at or above a level, as closed rings.
//!
//! Lorensen and Cline 1987 in two dimensions. The grid is taken for surrounded by values below any
//! level, so that every ring closes and a region can be filled by the even-odd rule. Written here
//! because it is sixty lines, and because what a library leaves open is decided here: samples that
//! are not numbers are below, the same grid gives the same rings in the same order, and where a
//! region ends with the grid the ring runs along the outermost samples.

use std::collections::BTreeMap;

/// A grid of samples: `columns` in a row, row by row.
#[derive(Clone, Copy)]
pub(super) struct Grid<'a> {
    pub values: &'a [f64],
    pub columns: usize,
}

/// A point of a ring in columns and rows.
pub(super) type Corner = (f64, f64);

/// A side of a cell, by the sample it begins at: towards the next column or the next row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Side {
    column: isize,
    row: isize,
    is_upwards: bool,
}

/// The sides of a cell.
#[derive(Clone, Copy)]
enum Edge {
    Bottom,
    Right,
    Top,
    Left,
}

use Edge::{Bottom, Left, Right, Top};

/// How the boundary runs through a cell, by which of its corners are inside: 1 lower left, 2 lower
/// right, 4 upper right, 8 upper left. The inside is on its left. Opposite corners stay apart.
const CASES: [&[(Edge, Edge)]; 16] = [
    &[],
    &[(Bottom, Left)],
    &[(Right, Bottom)],
    &[(Right, Left)],
    &[(Top, Right)],
    &[(Bottom, Left), (Top, Right)],
    &[(Top, Bottom)],
    &[(Top, Left)],
    &[(Left, Top)],
    &[(Bottom, Top)],
    &[(Right, Bottom), (Left, Top)],
    &[(Right, Top)],
    &[(Left, Right)],
    &[(Bottom, Right)],
    &[(Left, Bottom)],
    &[],
];

/// The rings around the region where the function is at or above `level`.
pub(super) fn rings(grid: Grid<'_>, level: f64) -> Vec<Vec<Corner>> {
    let mut next = BTreeMap::new();
    for row in -1..grid.rows() {
        for column in -1..grid.columns as isize {
            for (from, to) in CASES[grid.case(column, row, level)] {
                next.insert(from.side(column, row), to.side(column, row));
            }
        }
    }
    let mut rings = Vec::new();
    while let Some((first, mut side)) = next.pop_first() {
        let mut ring = vec![grid.crossing(first, level)];
        while side != first {
            ring.push(grid.crossing(side, level));
            match next.remove(&side) {
                Some(following) => side = following,
                None => break,
            }
        }
        rings.push(ring);
    }
    rings
}

impl Grid<'_> {
    fn rows(self) -> isize {
        (self.values.len() / self.columns) as isize
    }

    /// The sample, if there is one.
    fn at(self, column: isize, row: isize) -> Option<f64> {
        let is_there = (0..self.columns as isize).contains(&column) && row >= 0;
        let index = is_there.then_some(row * self.columns as isize + column)?;
        self.values.get(index as usize).copied()
    }

    fn is_inside(self, column: isize, row: isize, level: f64) -> bool {
        self.at(column, row).is_some_and(|value| value >= level)
    }

    fn case(self, column: isize, row: isize, level: f64) -> usize {
        let corners = [(0, 0), (1, 0), (1, 1), (0, 1)];
        let bit = |(index, (right, up)): (usize, (isize, isize))| {
            usize::from(self.is_inside(column + right, row + up, level)) << index
        };
        corners.into_iter().enumerate().map(bit).sum()
    }

    /// Where the function is at the level on a side whose ends are on either side of it.
    fn crossing(self, side: Side, level: f64) -> Corner {
        let (right, up) = if side.is_upwards { (0, 1) } else { (1, 0) };
        let share = match (
            self.at(side.column, side.row),
            self.at(side.column + right, side.row + up),
        ) {
            (Some(one), Some(other)) => share(one, other, level),
            (Some(_), None) => 0.0,
            (None, _) => 1.0,
        };
        (
            side.column as f64 + share * right as f64,
            side.row as f64 + share * up as f64,
        )
    }
}

/// How far the level is from one sample to the other; half way if they have no difference that is a
/// number.
fn share(one: f64, other: f64, level: f64) -> f64 {
    let share = (level - one) / (other - one);
    match share.is_finite() {
        true => share.clamp(0.0, 1.0),
        false => 0.5,
    }
}

impl Edge {
    fn side(self, column: isize, row: isize) -> Side {
        let (right, up, is_upwards) = match self {
            Bottom => (0, 0, false),
            Right => (1, 0, true),
            Top => (0, 1, false),
            Left => (0, 0, true),
        };
        Side {
            column: column + right,
            row: row + up,
            is_upwards,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Twice the area within rings; holes count against it.
    fn doubled_area(rings: &[Vec<Corner>]) -> f64 {
        let cross = |(one, other): (&Corner, &Corner)| one.0 * other.1 - other.0 * one.1;
        let area = |ring: &Vec<Corner>| {
            let following = ring.iter().cycle().skip(1);
            ring.iter().zip(following).map(cross).sum::<f64>()
        };
        rings.iter().map(area).sum()
    }

    fn sampled(count: usize, function: impl Fn(f64, f64) -> f64) -> Vec<f64> {
        let at = move |index: usize| index as f64 / (count - 1) as f64 * 2.0 - 1.0;
        let row = |row: usize| (0..count).map(move |column| (at(column), at(row)));
        let points = (0..count).flat_map(row);
        points.map(|(x, y)| function(x, y)).collect()
    }

    #[test]
    fn the_region_within_a_circle_has_its_area_and_a_hole_is_one() {
        let (columns, scale) = (201, 100.0_f64);
        let values = sampled(columns, |x, y| 1.0 - x.hypot(y));
        let grid = Grid {
            values: &values,
            columns,
        };
        let disc = rings(grid, 0.5);
        assert_eq!(disc.len(), 1);
        let area = doubled_area(&disc) / 2.0 / scale.powi(2);
        assert!((area - std::f64::consts::PI / 4.0).abs() < 1e-3, "{area}");
        let values = sampled(columns, |x, y| -(x.hypot(y) - 0.5).abs());
        let grid = Grid {
            values: &values,
            columns,
        };
        let ring = rings(grid, -0.25);
        assert_eq!(ring.len(), 2);
        let area = doubled_area(&ring) / 2.0 / scale.powi(2);
        let wanted = std::f64::consts::PI * (0.75_f64.powi(2) - 0.25_f64.powi(2));
        assert!((area - wanted).abs() < 2e-3, "{area}");
    }

    #[test]
    fn a_region_that_ends_with_the_grid_runs_along_its_border() {
        let grid = Grid {
            values: &[1.0; 12],
            columns: 4,
        };
        let whole = rings(grid, 0.0);
        assert_eq!(whole.len(), 1);
        assert_eq!(doubled_area(&whole) / 2.0, 6.0);
        assert!(rings(grid, 2.0).is_empty());
    }

    #[test]
    fn opposite_corners_stay_apart_and_what_is_not_a_number_is_below() {
        let grid = Grid {
            values: &[1.0, 0.0, 0.0, 1.0],
            columns: 2,
        };
        assert_eq!(rings(grid, 0.5).len(), 2);
        let grid = Grid {
            values: &[f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::NAN],
            columns: 2,
        };
        let rings = rings(grid, 0.5);
        assert_eq!(rings.len(), 1);
        assert!(rings[0].iter().all(|(x, y)| x.is_finite() && y.is_finite()));
    }
}
