//! The legend: which colour and marker is which series.

use plotters::element::Text;

use super::draw::{Failure, Sheet, UNIT, WIDTH, words};
use super::{Figure, marker, plot, text};

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
    /// The named series, by their index.
    entries: Vec<(usize, String)>,
    left: f64,
    columns: usize,
    cell: f64,
}

impl<'a> Legend<'a> {
    /// The legend of the named series, beginning `left` pixels from the left edge.
    pub(super) fn new(figure: &'a Figure, left: f64) -> Self {
        let series = figure.series.iter().enumerate();
        let entries: Vec<(usize, String)> = series
            .filter(|(_, series)| !series.name.is_empty() && figure.namesake(series).is_none())
            .map(|(index, series)| (index, text::shortened(&series.name, LONGEST)))
            .collect();
        let widest = entries
            .iter()
            .map(|(_, name)| text::width(name, LETTERS))
            .fold(0.0, f64::max);
        let cell = widest + SAMPLE;
        let fitting = ((WIDTH - left) / cell).floor().max(1.0) as usize;
        let rows = entries.len().div_ceil(fitting).max(1);
        Self {
            figure,
            columns: entries.len().div_ceil(rows).max(1),
            entries,
            left,
            cell,
        }
    }

    fn heading_rows(&self) -> usize {
        usize::from(!self.figure.legend.is_empty())
    }

    /// Its height in pixels, 0 if there is nothing to say.
    pub(super) fn height(&self) -> f64 {
        if self.entries.is_empty() {
            return 0.0;
        }
        let rows = self.entries.len().div_ceil(self.columns) + self.heading_rows();
        rows as f64 * ROW + 4.0
    }

    /// Draws it from `top` pixels downwards.
    pub(super) fn draw(&self, sheet: &Sheet<'_>, top: f64) -> Result<(), Failure> {
        if self.entries.is_empty() {
            return Ok(());
        }
        let heading = (units(self.left), units(top + ROW / 2.0));
        sheet.draw(&Text::new(
            self.figure.legend.clone(),
            heading,
            words(LETTERS),
        ))?;
        for (place, (index, name)) in self.entries.iter().enumerate() {
            let row = place / self.columns + self.heading_rows();
            let x = self.left + (place % self.columns) as f64 * self.cell;
            let y = top + (row as f64 + 0.5) * ROW;
            self.draw_sample(sheet, *index, x, y)?;
            let place = (units(x + 29.0), units(y));
            sheet.draw(&Text::new(name.clone(), place, words(LETTERS)))?;
        }
        Ok(())
    }

    /// A sample of the series: its line, and its marker if it has any.
    fn draw_sample(&self, sheet: &Sheet<'_>, index: usize, x: f64, y: f64) -> Result<(), Failure> {
        let kind = self.figure.series[index].kind;
        let colour = self.figure.colour(index);
        let ends = [(units(x), units(y)), (units(x + 24.0), units(y))];
        plot::sample(sheet, kind, ends, colour)?;
        if !kind.is_marked() {
            return Ok(());
        }
        let middle = (units(x + 12.0), units(y));
        let shape = marker::Shape {
            rank: self.figure.rank(index),
            is_hollow: kind.is_other(),
            radius: plot::radius_of(kind),
        };
        marker::draw(sheet, middle, shape, colour)
    }
}

/// Pixels as units of the canvas.
fn units(pixels: f64) -> i32 {
    (pixels * UNIT).round() as i32
}
