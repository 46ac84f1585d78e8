//! The legend: which colour and marker is which series.

use plotters::element::{PathElement, Text};
use plotters::style::Color;

use super::draw::{Failure, Sheet, UNIT, WIDTH, ink, words};
use super::{Figure, Kind, marker, palette, text};

/// The height of a row, in pixels.
const ROW: f64 = 20.0;
/// The size of the letters, in pixels.
const LETTERS: f64 = 14.0;
/// What sample and gaps of an entry take beside its name, in pixels.
const SAMPLE: f64 = 40.0;
/// The longest name shown in full, in characters.
const LONGEST: usize = 36;

/// The legend of a figure: a heading and a grid of entries, above the plot.
pub(super) struct Legend<'a> {
    figure: &'a Figure,
    names: Vec<String>,
    left: f64,
    columns: usize,
    cell: f64,
}

impl<'a> Legend<'a> {
    /// The legend of the named series, beginning `left` pixels from the left edge.
    pub(super) fn new(figure: &'a Figure, left: f64) -> Self {
        let names: Vec<String> = figure
            .series
            .iter()
            .map(|series| text::shortened(&series.name, LONGEST))
            .collect();
        let widest = names
            .iter()
            .map(|name| text::width(name, LETTERS))
            .fold(0.0, f64::max);
        let cell = widest + SAMPLE;
        let fitting = ((WIDTH - left) / cell).floor().max(1.0) as usize;
        let rows = names.len().div_ceil(fitting).max(1);
        Self {
            figure,
            columns: names.len().div_ceil(rows).max(1),
            names,
            left,
            cell,
        }
    }

    fn is_empty(&self) -> bool {
        self.names.iter().all(String::is_empty)
    }

    fn heading_rows(&self) -> usize {
        usize::from(!self.figure.legend.is_empty())
    }

    /// Its height in pixels, 0 if there is nothing to say.
    pub(super) fn height(&self) -> f64 {
        if self.is_empty() {
            return 0.0;
        }
        let rows = self.names.len().div_ceil(self.columns) + self.heading_rows();
        rows as f64 * ROW + 4.0
    }

    /// Draws it from `top` pixels downwards.
    pub(super) fn draw(&self, sheet: &Sheet<'_>, top: f64) -> Result<(), Failure> {
        if self.is_empty() {
            return Ok(());
        }
        let heading = (units(self.left), units(top + ROW / 2.0));
        sheet.draw(&Text::new(
            self.figure.legend.clone(),
            heading,
            words(LETTERS),
        ))?;
        for (index, name) in self.names.iter().enumerate() {
            let row = index / self.columns + self.heading_rows();
            let x = self.left + (index % self.columns) as f64 * self.cell;
            let y = top + (row as f64 + 0.5) * ROW;
            self.draw_sample(sheet, index, x, y)?;
            let place = (units(x + 29.0), units(y));
            sheet.draw(&Text::new(name.clone(), place, words(LETTERS)))?;
        }
        Ok(())
    }

    fn draw_sample(&self, sheet: &Sheet<'_>, index: usize, x: f64, y: f64) -> Result<(), Failure> {
        let count = self.figure.series.len();
        let colour = palette::colour(self.figure.colours, index, count);
        if self.figure.series[index].kind != Kind::Points {
            let ends = [(units(x), units(y)), (units(x + 24.0), units(y))];
            sheet.draw(&PathElement::new(ends, ink(colour.to_rgba(), 2.0)))?;
        }
        marker::draw(sheet, index, (units(x + 12.0), units(y)), colour)
    }
}

/// Pixels as units of the canvas.
fn units(pixels: f64) -> i32 {
    (pixels * UNIT).round() as i32
}
