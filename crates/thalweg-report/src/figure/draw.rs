//! Drawing: a clean figure onto a canvas.

use plotters::backend::SVGBackend;
use plotters::chart::{ChartBuilder, ChartContext};
use plotters::coord::Shift;
use plotters::coord::cartesian::Cartesian2d;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind, IntoDrawingArea};
use plotters::element::{PathElement, Polygon};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, IntoFont, RGBAColor, RGBColor, ShapeStyle, TextStyle, WHITE};

use super::legend::Legend;
use super::ruler::{Room, Ruler};
use super::{Figure, Point, plot, text};

/// Units of the canvas in a pixel: the library rounds to whole units, and curves need finer ones.
pub(super) const UNIT: f64 = 10.0;
/// The width of a figure in pixels: letters stay legible when a phone shows it at two thirds.
pub(super) const WIDTH: f64 = 520.0;
/// The height of the plot within the axes, in pixels.
const PLOT: f64 = 275.0;
/// The room below the plot for ticks and label of the horizontal axis, in pixels.
const BELOW: f64 = 52.0;
/// The room left of the labels of the vertical axis, for its own label, in pixels.
const BESIDE: f64 = 46.0;
/// The free edge at top and right, in pixels.
const EDGE: f64 = 14.0;
/// The size of the letters at the axes, in pixels.
const LETTERS: f64 = 15.0;
/// The factor that the library divides sizes of letters by.
const LIBRARY_FONT_SCALE: f64 = 1.24;

const INK: RGBColor = RGBColor(34, 34, 34);
const GRID: RGBColor = RGBColor(225, 225, 225);

/// Where something is drawn.
pub(super) type Sheet<'a> = DrawingArea<SVGBackend<'a>, Shift>;
/// A point of the sheet in units.
pub(super) type Place = (i32, i32);
/// What the library says went wrong.
pub(super) type Failure = DrawingAreaErrorKind<std::io::Error>;

type Chart<'a, 'b> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<Ruler, Ruler>>;

/// A drawn figure.
pub(super) struct Canvas {
    /// Width and height in units.
    pub size: (u32, u32),
    /// The SVG element that the library made.
    pub svg: String,
    /// The places of the points with what they say.
    pub hits: Vec<(Place, String)>,
}

/// The axes of a figure and the room beside the plot.
struct Layout {
    x: Ruler,
    y: Ruler,
    /// In pixels, for the ticks and the label of the vertical axis.
    left: f64,
    /// In pixels, free but for the last label of the horizontal axis.
    right: f64,
}

impl Layout {
    /// The axes fitted to the points.
    fn of(figure: &Figure) -> Self {
        let points = || figure.series.iter().flat_map(|series| &series.points);
        let ends = |point: &Point| [point.low, point.y, point.high];
        let mut up: Vec<f64> = points().flat_map(ends).collect();
        up.extend(points().flat_map(|point| &point.singles));
        let room = Room {
            length: PLOT,
            extent: |_| 2.0 * LETTERS,
        };
        let y = Ruler::fit(&figure.y, &up, room);
        let widths = y.labels().map(|label| text::width(label, LETTERS));
        let left = BESIDE + widths.fold(0.0, f64::max);
        let across: Vec<f64> = points().map(|point| point.x).collect();
        let room = Room {
            length: WIDTH - left - EDGE,
            extent: |label| text::width(label, LETTERS),
        };
        let x = Ruler::fit(&figure.x, &across, room);
        let right = EDGE.max(x.overhang(room));
        Self { x, y, left, right }
    }
}

/// Draws a figure whose points its axes can show.
pub(super) fn draw(figure: &Figure) -> Result<Canvas, String> {
    let layout = Layout::of(figure);
    let legend = Legend::new(figure, layout.left);
    let height = EDGE + legend.height() + PLOT + BELOW;
    let size = ((WIDTH * UNIT) as u32, (height * UNIT) as u32);
    let mut svg = String::new();
    let sheet = SVGBackend::with_string(&mut svg, size).into_drawing_area();
    let hits = paint(&sheet, figure, &legend, layout).map_err(|error| error.to_string())?;
    sheet.present().map_err(|error| error.to_string())?;
    drop(sheet);
    Ok(Canvas { size, svg, hits })
}

fn paint(
    sheet: &Sheet<'_>,
    figure: &Figure,
    legend: &Legend<'_>,
    layout: Layout,
) -> Result<Vec<(Place, String)>, Failure> {
    sheet.fill(&WHITE)?;
    legend.draw(sheet, EDGE / 2.0)?;
    let gap = layout.x.gap();
    let mut chart = ChartBuilder::on(sheet)
        .margin_top((EDGE + legend.height()) * UNIT)
        .margin_right(layout.right * UNIT)
        .x_label_area_size(BELOW * UNIT)
        .y_label_area_size(layout.left * UNIT)
        .build_cartesian_2d(layout.x, layout.y)?;
    paint_axes(&mut chart, figure)?;
    if let Some(gap) = gap {
        paint_gap(sheet, &chart, gap)?;
    }
    let place = |x: f64, y: f64| chart.backend_coord(&(x, y));
    plot::paint(sheet, &place, figure, gap)?;
    let points = figure.series.iter().flat_map(|series| &series.points);
    let hit = |point: &Point| (place(point.x, point.y), point.note.clone());
    Ok(points.map(hit).collect())
}

fn paint_axes(chart: &mut Chart<'_, '_>, figure: &Figure) -> Result<(), Failure> {
    chart
        .configure_mesh()
        .disable_x_mesh()
        .bold_line_style(ink(GRID.to_rgba(), 1.0))
        .axis_style(ink(INK.to_rgba(), 1.0))
        .set_all_tick_mark_size(5.0 * UNIT)
        .label_style(words(LETTERS))
        .axis_desc_style(words(LETTERS))
        .x_desc(figure.x.label.as_str())
        .y_desc(figure.y.label.as_str())
        .draw()
}

/// Breaks the horizontal axis between zero and the positive values.
fn paint_gap(sheet: &Sheet<'_>, chart: &Chart<'_, '_>, gap: f64) -> Result<(), Failure> {
    let (_, rows) = chart.plotting_area().get_pixel_range();
    let (x, _) = chart.backend_coord(&(gap, 1.0));
    let (half, slant) = ((7.0 * UNIT) as i32, (3.0 * UNIT) as i32);
    let corners = [(-slant, half), (slant, -half)];
    let side = |shift: i32| corners.map(|(across, up)| (x + across + shift, rows.end + up));
    let (near, far) = (side(-slant), side(slant));
    let between = vec![near[0], near[1], far[1], far[0]];
    sheet.draw(&Polygon::new(between, WHITE.filled()))?;
    sheet.draw(&PathElement::new(near, ink(INK.to_rgba(), 1.0)))?;
    sheet.draw(&PathElement::new(far, ink(INK.to_rgba(), 1.0)))
}

/// A line of a width in pixels.
pub(super) fn ink(colour: RGBAColor, width: f64) -> ShapeStyle {
    colour.stroke_width((width * UNIT) as u32)
}

/// Letters of a size in pixels, set from the left and centred on their line.
pub(super) fn words<'a>(size: f64) -> TextStyle<'a> {
    let family = "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif";
    (family, size * UNIT * LIBRARY_FONT_SCALE)
        .into_font()
        .color(&INK)
        .pos(Pos::new(HPos::Left, VPos::Center))
}
