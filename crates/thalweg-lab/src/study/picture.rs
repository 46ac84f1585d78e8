//! Pictures: the data of a figure, apart from how it is drawn.

use serde::{Deserialize, Serialize};

use super::{Landscape, number};
use crate::spec::Scale;

/// A figure before it is drawn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Picture {
    /// The stem of its file name: lower-case letters, digits and hyphens.
    pub name: String,
    /// What it shows, as a claim: "Gradient descent with h = 0.18 leaves the valley".
    pub title: String,
    /// What a point is, and what else is needed to read it.
    pub caption: String,
    /// The horizontal axis.
    pub x: Axis,
    /// The vertical axis.
    pub y: Axis,
    /// Whether a unit is as long upwards as across, as a phase portrait needs; linear axes only.
    pub is_equal_aspect: bool,
    /// A function of the plane behind everything else. The picture is as large as its grid.
    pub landscape: Option<Landscape>,
    /// What is drawn, the first at the bottom.
    pub series: Vec<Series>,
    /// Single points with a name.
    pub marks: Vec<Mark>,
}

/// An axis.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Axis {
    /// The quantity with its symbol: "learning rate h".
    pub label: String,
    /// Its unit; empty if it has none.
    pub unit: String,
    /// Whether distances are differences or ratios. A logarithmic axis shows positive values only.
    pub scale: Scale,
    /// What it shows, the lesser first; all of the data if not given. A landscape comes before it.
    pub range: Option<[f64; 2]>,
}

/// Points that belong together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// Its name in the legend; empty for none.
    pub label: String,
    /// How its points are drawn.
    pub shape: Shape,
    /// What it is in the picture.
    pub role: Role,
    /// Its points (x, y) in the order in which a line joins them. One that is not finite breaks it.
    #[serde(with = "number::pairs")]
    pub points: Vec<[f64; 2]>,
}

/// How the points of a series are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Shape {
    /// A line.
    Line,
    /// A marker each.
    Points,
    /// A line with a marker at every point.
    MarkedLine,
}

/// What a series is in its picture: a hint for its looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Role {
    /// What the picture is about, in a colour of its own.
    #[default]
    Data,
    /// The same, dashed: a prediction beside what was measured.
    Prediction,
    /// What to compare with: a bound, a set of minima. Thin, dashed and grey.
    Reference,
}

/// A single point with a name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mark {
    /// What stands beside it: "start".
    pub label: String,
    /// Where it is, (x, y).
    #[serde(with = "number::pair")]
    pub at: [f64; 2],
}

impl Picture {
    /// A picture without anything in it.
    #[must_use]
    pub fn new(name: impl Into<String>, title: impl Into<String>, x: Axis, y: Axis) -> Self {
        Self {
            name: name.into(),
            title: title.into(),
            caption: String::new(),
            x,
            y,
            is_equal_aspect: false,
            landscape: None,
            series: Vec::new(),
            marks: Vec::new(),
        }
    }

    /// The picture with one more series.
    #[must_use]
    pub fn with(mut self, series: Series) -> Self {
        self.series.push(series);
        self
    }

    /// The picture with one more mark.
    #[must_use]
    pub fn marked(mut self, label: impl Into<String>, at: [f64; 2]) -> Self {
        let label = label.into();
        self.marks.push(Mark { label, at });
        self
    }
}

impl Axis {
    /// An axis without unit that shows all of the data.
    #[must_use]
    pub fn new(label: impl Into<String>, scale: Scale) -> Self {
        Self {
            label: label.into(),
            scale,
            ..Self::default()
        }
    }
}

impl Series {
    /// Data.
    #[must_use]
    pub fn new(label: impl Into<String>, shape: Shape, points: Vec<[f64; 2]>) -> Self {
        Self {
            label: label.into(),
            shape,
            role: Role::Data,
            points,
        }
    }

    /// The series in another role.
    #[must_use]
    pub fn in_role(mut self, role: Role) -> Self {
        self.role = role;
        self
    }
}
