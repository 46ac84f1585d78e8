//! `[[figure]]`: what the report draws.

use thalweg::Named;
use thalweg::probe::Quantity;

use super::{At, Scale};

/// A figure of a quantity over the trials of a sweep.
#[derive(Clone, Debug, PartialEq)]
pub struct FigureSpec {
    /// What stands above it.
    pub title: String,
    /// The name of the sweep it shows.
    pub sweep: String,
    /// What runs along the horizontal axis.
    pub x: FigureAxis,
    /// What runs along the vertical axis.
    pub y: Quantity,
    /// Where on the path of a trial it is taken; without meaning for a figure of whole paths.
    pub at: At,
    /// The scale of the horizontal axis.
    pub x_scale: Scale,
    /// The scale of the vertical axis.
    pub y_scale: Scale,
}

/// What runs along the horizontal axis of a figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FigureAxis {
    /// The setting at a dotted path: one point a trial.
    Setting(String),
    /// The course of training: one line a trial.
    Path(PathAxis),
}

/// How far training has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PathAxis {
    /// In steps n.
    Step,
    /// In epochs.
    Epoch,
    /// In physical time n·h.
    Time,
}

impl Named for PathAxis {
    const NAMES: &'static [(&'static str, Self)] = &[
        ("step", Self::Step),
        ("epoch", Self::Epoch),
        ("time", Self::Time),
    ];
}
