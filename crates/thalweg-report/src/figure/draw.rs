//! Drawing: a clean figure onto a canvas.

use plotters::backend::SVGBackend;
use plotters::chart::{ChartBuilder, ChartContext};
use plotters::coord::Shift;
use plotters::coord::cartesian::Cartesian2d;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind, IntoDrawingArea};
use plotters::element::{Circle, PathElement, Polygon};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, IntoFont, RGBAColor, RGBColor, ShapeStyle, TextStyle, WHITE};

use super::legend::Legend;
use super::ruler::{Room, Ruler};
use super::{Figure, Kind, Point, Series, marker, palette, text};

/// Units of the canvas in a pixel: the library rounds to whole units, and curves need finer ones.
pub(super) const UNIT: f64 = 10.0;
/// The width of a figure in pixels: letters stay legible when a phone shows it at two thirds.
pub(super) const WIDTH: f64 = 560.0;
/// The height of the plot within the axes, in pixels.
const PLOT: f64 = 290.0;
/// The room below the plot for ticks and label of the horizontal axis, in pixels.
const BELOW: f64 = 54.0;
/// The free edge at top and right, in pixels.
const EDGE: f64 = 14.0;
/// The size of the letters at the axes, in pixels.
const LETTERS: f64 = 14.0;
/// The markers of a course: enough to tell it from others, few enough to see it.
const MARKERS_OF_A_COURSE: usize = 5;
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

/// Draws a figure whose points its axes can show.
pub(super) fn draw(figure: &Figure) -> Result<Canvas, String> {
    let (x, y) = rulers(figure);
    let left = 46.0 + y.labels().map(|label| text::width(label, LETTERS)).fold(0.0, f64::max);
    let legend = Legend::new(figure, left);
    let size = (WIDTH, EDGE + legend.height() + PLOT + BELOW);
    let size = ((size.0 * UNIT) as u32, (size.1 * UNIT) as u32);
    let mut svg = String::new();
    let sheet = SVGBackend::with_string(&mut svg, size).into_drawing_area();
    let hits = paint(&sheet, figure, &legend, left, (x, y)).map_err(|error| error.to_string())?;
    sheet.present().map_err(|error| error.to_string())?;
    drop(sheet);
    Ok(Canvas { size, svg, hits })
}

/// The axes fitted to the points.
fn rulers(figure: &Figure) -> (Ruler, Ruler) {
    let points = || figure.series.iter().flat_map(|series| &series.points);
    let across: Vec<f64> = points().map(|point| point.x).collect();
    let ends = |point: &Point| [point.low, point.y, point.high];
    let mut up: Vec<f64> = points().flat_map(ends).collect();
    up.extend(points().flat_map(|point| &point.singles));
    let across_room = Room {
        length: WIDTH - 90.0,
        extent: |label| text::width(label, LETTERS),
    };
    let up_room = Room {
        length: PLOT,
        extent: |_| 2.0 * LETTERS,
    };
    let x = Ruler::fit(&figure.x, &across, across_room);
    (x, Ruler::fit(&figure.y, &up, up_room))
}

fn paint(
    sheet: &Sheet<'_>,
    figure: &Figure,
    legend: &Legend<'_>,
    left: f64,
    (x, y): (Ruler, Ruler),
) -> Result<Vec<(Place, String)>, Failure> {
    sheet.fill(&WHITE)?;
    legend.draw(sheet, EDGE / 2.0)?;
    let gap = x.gap();
    let mut chart = ChartBuilder::on(sheet)
        .margin_top((EDGE + legend.height()) * UNIT)
        .margin_right(EDGE * UNIT)
        .x_label_area_size(BELOW * UNIT)
        .y_label_area_size(left * UNIT)
        .build_cartesian_2d(x, y)?;
    paint_axes(&mut chart, figure)?;
    if let Some(gap) = gap {
        paint_gap(sheet, &chart, gap)?;
    }
    paint_series(sheet, &chart, figure, gap)?;
    let points = figure.series.iter().flat_map(|series| &series.points);
    let hit = |point: &Point| (chart.backend_coord(&(point.x, point.y)), point.note.clone());
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
        .axis_desc_style(words(LETTERS + 1.0))
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

fn paint_series(
    sheet: &Sheet<'_>,
    chart: &Chart<'_, '_>,
    figure: &Figure,
    gap: Option<f64>,
) -> Result<(), Failure> {
    let place = |x: f64, y: f64| chart.backend_coord(&(x, y));
    let colour = |index| palette::colour(figure.colours, index, figure.series.len());
    for (index, series) in figure.series.iter().enumerate() {
        for run in runs(series, gap) {
            paint_spread(sheet, &place, run, colour(index))?;
        }
    }
    for (index, series) in figure.series.iter().enumerate() {
        for run in runs(series, gap).filter(|run| run.len() > 1) {
            let line: Vec<Place> = run.iter().map(|point| place(point.x, point.y)).collect();
            sheet.draw(&PathElement::new(line, ink(colour(index).to_rgba(), 2.0)))?;
        }
        paint_singles(sheet, &place, series, colour(index))?;
        for point in marked(series, index) {
            marker::draw(sheet, index, place(point.x, point.y), colour(index))?;
        }
    }
    Ok(())
}

/// The parts of a series that are joined: all of it, but for zero on a broken axis; none of markers
/// alone.
fn runs(series: &Series, gap: Option<f64>) -> impl Iterator<Item = &[Point]> {
    let is_left = move |point: &Point| gap.is_some_and(|gap| point.x < gap);
    let is_joined = series.kind != Kind::Points;
    series
        .points
        .chunk_by(move |one, next| is_joined && is_left(one) == is_left(next))
}

/// The band of a run, or the bar of a point alone.
fn paint_spread(
    sheet: &Sheet<'_>,
    place: &impl Fn(f64, f64) -> Place,
    run: &[Point],
    colour: RGBColor,
) -> Result<(), Failure> {
    if run.iter().all(|point| point.low == point.high) {
        return Ok(());
    }
    if let [point] = run {
        let ends = [place(point.x, point.low), place(point.x, point.high)];
        return sheet.draw(&PathElement::new(ends, ink(colour.mix(0.6), 1.5)));
    }
    let lower = run.iter().map(|point| place(point.x, point.low));
    let upper = run.iter().rev().map(|point| place(point.x, point.high));
    let outline: Vec<Place> = lower.chain(upper).collect();
    sheet.draw(&Polygon::new(outline, colour.mix(0.18).filled()))
}

fn paint_singles(
    sheet: &Sheet<'_>,
    place: &impl Fn(f64, f64) -> Place,
    series: &Series,
    colour: RGBColor,
) -> Result<(), Failure> {
    for point in &series.points {
        for single in &point.singles {
            let radius = (1.8 * UNIT) as i32;
            let dot = Circle::new(place(point.x, *single), radius, colour.mix(0.6).filled());
            sheet.draw(&dot)?;
        }
    }
    Ok(())
}

/// The points that have a marker; those of courses are staggered from series to series.
fn marked(series: &Series, index: usize) -> impl Iterator<Item = &Point> {
    let stride = match series.kind {
        Kind::Course => series.points.len().div_ceil(MARKERS_OF_A_COURSE).max(1),
        Kind::Line | Kind::Points => 1,
    };
    let first = (index * 2 + 1) % 5 * stride / 5;
    series.points.iter().skip(first).step_by(stride)
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
