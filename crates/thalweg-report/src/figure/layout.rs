//! How large the plot is, and what its axes show.

use thalweg_lab::spec::Scale;

use super::draw::WIDTH;
use super::ruler::{Room, Ruler};
use super::{Axis, Figure, Point, text};

/// The height of the plot within the axes where nothing asks for another, in pixels.
const PLOT: f64 = 275.0;
/// The most that a plot is high, in pixels: what a laptop shows with title and caption.
const TALLEST: f64 = 420.0;
/// The room left of the labels of the vertical axis, for its own label, in pixels.
const BESIDE: f64 = 46.0;
/// The free edge at top and right, in pixels.
pub(super) const EDGE: f64 = 14.0;
/// The size of the letters at the axes, in pixels.
pub(super) const LETTERS: f64 = 15.0;

/// The axes of a figure and the room beside the plot.
pub(super) struct Layout {
    pub x: Ruler,
    pub y: Ruler,
    /// In pixels, for the ticks and the label of the vertical axis.
    pub left: f64,
    /// In pixels, free but for the last label of the horizontal axis.
    pub right: f64,
    /// The height of the plot within the axes, in pixels.
    pub height: f64,
}

impl Layout {
    /// The axes fitted to the points, or as the figure wants them.
    pub(super) fn of(figure: &Figure) -> Self {
        let y = vertical(figure);
        let widths = y.labels().map(|label| text::width(label, LETTERS));
        let left = BESIDE + widths.fold(0.0, f64::max);
        let room = across(WIDTH - left - EDGE);
        let x = horizontal(figure, room);
        let right = EDGE.max(x.overhang(room));
        let layout = Self {
            x,
            y,
            left,
            right,
            height: PLOT,
        };
        let is_linear = |axis: &Axis| axis.scale == Scale::Linear;
        match figure.plane.is_equal_aspect && is_linear(&figure.x) && is_linear(&figure.y) {
            true => layout.with_equal_aspect(figure),
            false => layout,
        }
    }

    /// The same axes in a plot in which a unit is as long upwards as across.
    fn with_equal_aspect(mut self, figure: &Figure) -> Self {
        let ratio = self.y.span() / self.x.span();
        let width = WIDTH - self.left - self.right;
        self.height = (width * ratio).min(TALLEST);
        let width = self.height / ratio;
        self.right = WIDTH - self.left - width;
        self.x = self.x.in_room(&figure.x, across(width));
        self.y = self.y.in_room(&figure.y, upwards(self.height));
        self
    }
}

fn across(length: f64) -> Room {
    let extent = |label: &str| text::width(label, LETTERS);
    Room { length, extent }
}

fn upwards(length: f64) -> Room {
    let extent = |_: &str| 2.0 * LETTERS;
    Room { length, extent }
}

fn points(figure: &Figure) -> impl Iterator<Item = &Point> {
    let points = figure.series.iter().flat_map(|series| &series.points);
    points.filter(|point| point.x.is_finite() && point.y.is_finite())
}

fn vertical(figure: &Figure) -> Ruler {
    let room = upwards(PLOT);
    let landscape = figure.plane.landscape.as_ref();
    if let Some(range) = landscape.map(|one| one.y).or(figure.plane.y_range) {
        return Ruler::between(&figure.y, range, room);
    }
    let ends = |point: &Point| [point.low, point.y, point.high];
    let mut values: Vec<f64> = points(figure).flat_map(ends).collect();
    values.extend(points(figure).flat_map(|point| &point.singles));
    values.extend(figure.plane.marks.iter().map(|mark| mark.at[1]));
    Ruler::fit(&figure.y, &values, room)
}

fn horizontal(figure: &Figure, room: Room) -> Ruler {
    let landscape = figure.plane.landscape.as_ref();
    if let Some(range) = landscape.map(|one| one.x).or(figure.plane.x_range) {
        return Ruler::between(&figure.x, range, room);
    }
    let mut values: Vec<f64> = points(figure).map(|point| point.x).collect();
    values.extend(figure.plane.marks.iter().map(|mark| mark.at[0]));
    Ruler::fit(&figure.x, &values, room)
}
