//! The rectangle between the axes: where values lie on the sheet.

use std::ops::Range;

use super::draw::Place;
use super::layout::Layout;
use super::ruler::Ruler;

/// A point in shares of the plot: (0, 0) at the lower left corner, (1, 1) at the upper right.
pub(super) type Share = (f64, f64);

/// The rulers of both axes with the units of the sheet that they cover.
pub(super) struct Frame {
    x: Ruler,
    y: Ruler,
    /// From left to right.
    pub columns: Range<i32>,
    /// From top to bottom.
    pub rows: Range<i32>,
}

impl Frame {
    /// The axes of a layout over that part of the sheet.
    pub(super) fn new(layout: &Layout, (columns, rows): (Range<i32>, Range<i32>)) -> Self {
        Self {
            x: layout.x.clone(),
            y: layout.y.clone(),
            columns,
            rows,
        }
    }

    /// Where values lie; not finite if they are not.
    pub(super) fn share(&self, x: f64, y: f64) -> Share {
        (self.x.share(x), self.y.share(y))
    }

    /// A share in units of the sheet, not rounded.
    pub(super) fn units(&self, (across, up): Share) -> (f64, f64) {
        let length = |range: &Range<i32>| f64::from(range.end - range.start);
        (
            f64::from(self.columns.start) + across * length(&self.columns),
            f64::from(self.rows.end) - up * length(&self.rows),
        )
    }

    /// The place of a share.
    pub(super) fn at(&self, share: Share) -> Place {
        let (x, y) = self.units(share);
        (x.round() as i32, y.round() as i32)
    }

    /// Whether values lie within the axes.
    pub(super) fn contains(&self, x: f64, y: f64) -> bool {
        let (across, up) = self.share(x, y);
        let inside = -1e-9..=1.0 + 1e-9;
        inside.contains(&across) && inside.contains(&up)
    }
}
