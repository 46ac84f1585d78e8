//! Drawing: a clean figure onto a canvas.

use plotters::backend::SVGBackend;
use plotters::chart::{ChartBuilder, ChartContext};
use plotters::coord::Shift;
use plotters::coord::cartesian::Cartesian2d;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind, IntoDrawingArea};
use plotters::element::{PathElement, Polygon};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, IntoFont, RGBAColor, RGBColor, ShapeStyle, TextStyle, WHITE};

use super::frame::Frame;
use super::layout::{EDGE, LETTERS, Layout};
use super::legend::Legend;
use super::ruler::Ruler;
use super::{Figure, Point, landscape, plot, text};

/// Units of the canvas in a pixel: the library rounds to whole units, and curves need finer ones.
pub(super) const UNIT: f64 = 10.0;
/// The width of a figure in pixels: letters stay legible when a phone shows it at two thirds.
pub(super) const WIDTH: f64 = 520.0;
/// The room below the plot for ticks and label of the horizontal axis, in pixels.
const BELOW: f64 = 52.0;
/// The smallest letters of a label, in pixels.
const SMALLEST: f64 = 11.5;
/// The factor that the library divides sizes of letters by.
const LIBRARY_FONT_SCALE: f64 = 1.24;

pub(super) const INK: RGBColor = RGBColor(34, 34, 34);
pub(super) const GRID: RGBColor = RGBColor(225, 225, 225);

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
    /// What lies below everything else, as SVG elements.
    pub ground: String,
    /// The SVG element that the library made.
    pub svg: String,
    /// The places of the points with what they say.
    pub hits: Vec<(Place, String)>,
}

/// Draws a figure whose points its axes can show.
pub(super) fn draw(figure: &Figure) -> Result<Canvas, String> {
    let layout = Layout::of(figure);
    let legend = Legend::new(figure, layout.left);
    let height = EDGE + legend.height() + layout.height + BELOW;
    let size = ((WIDTH * UNIT) as u32, (height * UNIT) as u32);
    let mut svg = String::new();
    let sheet = SVGBackend::with_string(&mut svg, size).into_drawing_area();
    let frame = paint(&sheet, figure, &legend, layout).map_err(|error| error.to_string())?;
    sheet.present().map_err(|error| error.to_string())?;
    drop(sheet);
    let landscape = figure.plane.landscape.as_ref();
    Ok(Canvas {
        size,
        ground: landscape.map_or_else(String::new, |one| landscape::ground(one, &frame)),
        svg,
        hits: hits(figure, &frame),
    })
}

/// The places of the points that say something.
fn hits(figure: &Figure, frame: &Frame) -> Vec<(Place, String)> {
    let points = figure.series.iter().flat_map(|series| &series.points);
    let speaks = |point: &&Point| !point.note.is_empty() && frame.contains(point.x, point.y);
    let hit = |point: &Point| {
        let place = frame.at(frame.share(point.x, point.y));
        (place, point.note.clone())
    };
    points.filter(speaks).map(hit).collect()
}

fn paint(
    sheet: &Sheet<'_>,
    figure: &Figure,
    legend: &Legend<'_>,
    layout: Layout,
) -> Result<Frame, Failure> {
    legend.draw(sheet, EDGE / 2.0)?;
    let gap = layout.x.gap();
    let mut chart = ChartBuilder::on(sheet)
        .margin_top((EDGE + legend.height()) * UNIT)
        .margin_right(layout.right * UNIT)
        .x_label_area_size(BELOW * UNIT)
        .y_label_area_size(layout.left * UNIT)
        .build_cartesian_2d(layout.x.clone(), layout.y.clone())?;
    paint_axes(&mut chart, figure, layout.height)?;
    if let Some(gap) = gap {
        paint_gap(sheet, &chart, gap)?;
    }
    let frame = Frame::new(&layout, chart.plotting_area().get_pixel_range());
    plot::paint(sheet, &frame, figure, gap)?;
    Ok(frame)
}

fn paint_axes(chart: &mut Chart<'_, '_>, figure: &Figure, height: f64) -> Result<(), Failure> {
    let (label, letters) = fitted(&figure.y.label, height + BELOW);
    let mut mesh = chart.configure_mesh();
    if figure.plane.landscape.is_some() {
        mesh.disable_y_mesh();
    }
    mesh.disable_x_mesh()
        .bold_line_style(ink(GRID.to_rgba(), 1.0))
        .axis_style(ink(INK.to_rgba(), 1.0))
        .set_all_tick_mark_size(5.0 * UNIT)
        .label_style(words(LETTERS))
        .axis_desc_style(words(letters))
        .x_desc(figure.x.label.as_str())
        .y_desc(label)
        .draw()
}

/// A label with the size of letters at which it fits a length in pixels: smaller ones if it must be,
/// and cut short if it still does not.
fn fitted(label: &str, length: f64) -> (String, f64) {
    let share = length / text::width(label, LETTERS);
    let letters = (LETTERS * share).clamp(SMALLEST, LETTERS);
    let limit = length / text::width("0", letters);
    (text::shortened(label, limit as usize), letters)
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
