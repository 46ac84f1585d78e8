//! Figures: what is to be seen, apart from how it is drawn.
//!
//! A [`Figure`] is data: axes, series, words. [`Figure::draw`] makes one self-contained SVG of it
//! that scales, prints, is read by screen readers and shows the values behind a point on hover.

mod clean;
mod contour;
mod draw;
mod frame;
mod landscape;
mod layout;
mod legend;
mod marker;
mod palette;
mod path;
mod pin;
mod plot;
mod ruler;
mod svg;
mod table;
mod text;
pub(crate) mod theme;
mod ticks;

use plotters::style::RGBColor;
use thalweg_lab::spec::Scale;
use thalweg_lab::study;

pub use self::table::Numbers;
use crate::ReportError;

/// A figure before it is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// The stem of its file name.
    pub name: String,
    /// What it shows, as a heading.
    pub title: String,
    /// What a point is, how many seeds stand behind it and how the band is made.
    pub caption: String,
    /// The horizontal axis.
    pub x: Axis,
    /// The vertical axis.
    pub y: Axis,
    /// What distinguishes the series, as the heading of their legend.
    pub legend: String,
    /// How series are coloured.
    pub colours: Colours,
    /// What is drawn. A series without a name has no entry in the legend.
    pub series: Vec<Series>,
    /// What else is seen of the plane.
    pub plane: Plane,
}

/// What a figure shows of its plane besides series.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plane {
    /// Whether a unit is as long upwards as across; linear axes only.
    pub is_equal_aspect: bool,
    /// A function behind everything else; the axes are as long as its grid.
    pub landscape: Option<study::Landscape>,
    /// What the horizontal axis shows; all of the points if not given.
    pub x_range: Option<[f64; 2]>,
    /// What the vertical axis shows; all of the points if not given.
    pub y_range: Option<[f64; 2]>,
    /// Single points with a name.
    pub marks: Vec<study::Mark>,
}

/// An axis of a figure.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Axis {
    /// The quantity with its symbol and unit.
    pub label: String,
    /// Whether distances are differences or ratios.
    ///
    /// On a logarithmic horizontal axis zeros stand apart at the left; on a vertical one they, and
    /// negative values on either, are left out and counted in the caption.
    pub scale: Scale,
    /// Where ticks are wanted; round values if none are, or if these would overlap.
    pub marks: Vec<Mark>,
}

impl Axis {
    /// An axis with ticks at round values.
    #[must_use]
    pub fn new(label: impl Into<String>, scale: Scale) -> Self {
        Self {
            label: label.into(),
            scale,
            marks: Vec::new(),
        }
    }
}

/// A tick with its label.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// Where it is.
    pub value: f64,
    /// What stands beside it.
    pub label: String,
}

/// How the series of a figure are coloured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Colours {
    /// Unlike things in unlike colours.
    #[default]
    Distinct,
    /// Values of an ordered setting, from dark to light.
    Ordered,
}

/// Points that belong together.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Its name in the legend.
    pub name: String,
    /// How it is drawn.
    pub kind: Kind,
    /// Its points in the order in which a line joins them.
    pub points: Vec<Point>,
}

/// How a series is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A line with a marker at every point and a band from the low to the high values.
    Line,
    /// A line with a band and only a few markers: a course with many points.
    Course,
    /// Markers alone.
    Points,
    /// A line without markers, cut off where the axes end. Points that are not finite break it.
    Path,
    /// The same with a small marker at every point.
    Trail,
    /// A dashed path: what is predicted beside what is measured.
    Dashed,
    /// A thin grey dashed path: something to compare with.
    Guide,
    /// A dashed line with small markers, in the colour of the series before it: another mean of the
    /// same.
    Companion,
    /// A [`Kind::Line`] of another run, dashed with hollow markers; like the other two, it has colour
    /// and marker of the series of the same name, or its own if there is none.
    OtherLine,
    /// A [`Kind::Course`] of another run.
    OtherCourse,
    /// [`Kind::Points`] of another run.
    OtherPoints,
}

impl Kind {
    /// Whether it is a line that is cut off where the axes end.
    fn is_path(self) -> bool {
        matches!(self, Self::Path | Self::Trail | Self::Dashed | Self::Guide)
    }

    /// Whether its points have markers.
    fn is_marked(self) -> bool {
        !matches!(self, Self::Path | Self::Dashed | Self::Guide)
    }

    /// Whether it has a colour and a marker of its own.
    fn is_of_its_own(self) -> bool {
        !matches!(self, Self::Guide | Self::Companion)
    }

    /// Whether it is of another run.
    fn is_other(self) -> bool {
        matches!(
            self,
            Self::OtherLine | Self::OtherCourse | Self::OtherPoints
        )
    }

    /// Whether its points are not joined.
    fn is_loose(self) -> bool {
        matches!(self, Self::Points | Self::OtherPoints)
    }
}

impl Series {
    /// Whether its numbers are worth a row of a table each.
    fn is_listed(&self) -> bool {
        self.kind != Kind::Guide
    }
}

/// A point of a series.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// Its horizontal place.
    pub x: f64,
    /// Its vertical place.
    pub y: f64,
    /// Where the band begins.
    pub low: f64,
    /// Where the band ends.
    pub high: f64,
    /// Values of single seeds, drawn as small dots.
    pub singles: Vec<f64>,
    /// What hovering over it shows.
    pub note: String,
}

/// A figure as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Drawing {
    /// The stem of its file name.
    pub name: String,
    /// What it shows.
    pub title: String,
    /// What a claim about it found, in a line; `None` if no claim is about it.
    pub finding: Option<String>,
    /// The caption, with what could not be drawn.
    pub caption: String,
    /// The numbers drawn, for those who would rather read them.
    pub table: Option<Numbers>,
    /// The picture: one self-contained SVG element.
    pub svg: String,
}

impl Figure {
    /// Draws the figure. Whatever the values are, there is a picture: values that the axes cannot
    /// show are left out and counted in the caption.
    ///
    /// # Errors
    /// If the drawing library fails.
    pub fn draw(&self) -> Result<Drawing, ReportError> {
        let (clean, notes) = clean::clean(self);
        let mut caption = self.caption.clone();
        for note in notes {
            caption.push(' ');
            caption.push_str(&note);
        }
        let canvas = draw::draw(&clean).map_err(|reason| ReportError::Drawing {
            figure: self.name.clone(),
            reason,
        })?;
        if let Some(landscape) = &self.plane.landscape {
            caption.push(' ');
            caption.push_str(&landscape::words(landscape));
        }
        Ok(Drawing {
            name: self.name.clone(),
            title: self.title.clone(),
            finding: None,
            table: Numbers::of(&clean),
            svg: svg::document(&self.name, &self.title, &caption, &canvas),
            caption,
        })
    }

    /// The place of a series among those that have a colour and a marker of their own.
    fn rank(&self, index: usize) -> usize {
        let series = self.series.get(index);
        if let Some(place) = series.and_then(|series| self.namesake(series)) {
            return self.rank(place);
        }
        let earlier = self.series.iter().take(index);
        let is_own =
            |series: &&Series| series.kind.is_of_its_own() && self.namesake(series).is_none();
        let earlier = earlier.filter(is_own).count();
        let is_companion = |series: &Series| series.kind == Kind::Companion;
        earlier - usize::from(series.is_some_and(is_companion) && earlier > 0)
    }

    /// Where the series is that one of another run goes with.
    fn namesake(&self, series: &Series) -> Option<usize> {
        let is_it = |one: &Series| {
            !one.kind.is_other() && one.kind.is_of_its_own() && one.name == series.name
        };
        series
            .kind
            .is_other()
            .then(|| self.series.iter().position(is_it))?
    }

    /// The colour of a series.
    fn colour(&self, index: usize) -> RGBColor {
        if self.series[index].kind == Kind::Guide {
            return palette::GUIDE;
        }
        let count = self.rank(self.series.len());
        palette::colour(self.colours, self.rank(index), count)
    }
}
