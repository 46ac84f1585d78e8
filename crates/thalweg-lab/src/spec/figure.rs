//! `[[figure]]`: what the report draws.

use thalweg::Named;
use thalweg::probe::Quantity;

use super::diagnostic::Problems;
use super::reader::Reader;
use super::references::References;
use super::tree::Node;
use super::want::{TEXT, WORDS};
use super::{At, Scale, Sweep};

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
    /// What the quantity is divided by, if anything.
    pub relative_to: Option<Quantity>,
    /// Where on the path of a trial it is taken; without meaning for a figure of whole paths.
    pub at: At,
    /// The scale of the horizontal axis.
    pub x_scale: Scale,
    /// The scale of the vertical axis.
    pub y_scale: Scale,
    /// The seeds whose mean is shown; without meaning for a figure of whole paths.
    pub seeds: SeedsShown,
}

impl FigureSpec {
    pub(super) fn read(
        node: &Node,
        references: &References<'_>,
        problems: &mut Problems,
    ) -> Option<Self> {
        let mut reader = Reader::new("figure", Some(node), problems);
        let title = reader.require("title", &WORDS);
        let sweep = references.read_sweep(&mut reader);
        let x = read_x(&mut reader, references, sweep);
        let y = references.require_quantity(&mut reader, "y");
        let relative_to = references.read_quantity(&mut reader, "relative_to");
        let at = match x {
            Some(FigureAxis::Path(_)) => read_no_point(&mut reader),
            _ => At::read(&mut reader, references),
        };
        let seeds = read_seeds(&mut reader, references, x.as_ref());
        let x_scale = reader.choice("x_scale").unwrap_or_default();
        let y_scale = reader.choice("y_scale").unwrap_or_default();
        reader.finish();
        Some(Self {
            title: title?,
            sweep: sweep?.name.clone(),
            x: x?,
            y: y?,
            relative_to,
            at: at?,
            x_scale,
            y_scale,
            seeds,
        })
    }
}

/// A figure of whole paths takes no point on them.
fn read_no_point(reader: &mut Reader<'_, '_>) -> Option<At> {
    if reader.node("at").is_some() {
        reader.inapplicable("at", "figure.x", "step, epoch or time");
    }
    Some(At::Final)
}

/// Reads `seeds`, all unless it says otherwise. The best are known by their test accuracy.
fn read_seeds(
    reader: &mut Reader<'_, '_>,
    references: &References<'_>,
    x: Option<&FigureAxis>,
) -> SeedsShown {
    let seeds = reader.choice("seeds").unwrap_or_default();
    if let Some(FigureAxis::Path(_)) = x {
        reader.inapplicable("seeds", "figure.x", "step, epoch or time");
    } else if let Some(FigureAxis::Quantity(_)) = x {
        reader.inapplicable("seeds", "figure.x", "a quantity");
    } else if seeds == SeedsShown::BestFiveOfSeven {
        references.need(reader, "seeds", Quantity::TestAccuracy);
    }
    seeds
}

fn read_x(
    reader: &mut Reader<'_, '_>,
    references: &References<'_>,
    sweep: Option<&Sweep>,
) -> Option<FigureAxis> {
    let path = reader.node("x").and_then(|node| (TEXT.read)(node).ok());
    if let Some(axis) = path.as_deref().and_then(PathAxis::from_name) {
        return Some(FigureAxis::Path(axis));
    }
    if let Some(quantity) = path.as_deref().and_then(Quantity::from_name) {
        references.need(reader, "x", quantity);
        return Some(FigureAxis::Quantity(quantity));
    }
    let setting = references.read_axis(reader, "x", sweep)?;
    Some(FigureAxis::Setting(setting))
}

/// What runs along the horizontal axis of a figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FigureAxis {
    /// The setting, or derived setting, at a dotted path: one point a trial.
    Setting(String),
    /// The course of training: one line a trial.
    Path(PathAxis),
    /// Another quantity at the same point: one marker a trial.
    Quantity(Quantity),
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

/// The seeds whose mean a figure shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SeedsShown {
    /// All of them.
    #[default]
    All,
    /// All of them, and beside that the mean of the ⌈5n/7⌉ of n whose test accuracy was highest at
    /// any time of training: the protocol of Smith et al. 2021.
    BestFiveOfSeven,
}

impl SeedsShown {
    /// How many of `seeds` have a mean of their own; `None` if all are shown alike.
    #[must_use]
    pub fn best_of(self, seeds: usize) -> Option<usize> {
        match self {
            Self::All => None,
            Self::BestFiveOfSeven => Some((5 * seeds).div_ceil(7)),
        }
    }
}

impl Named for SeedsShown {
    const NAMES: &'static [(&'static str, Self)] =
        &[("all", Self::All), ("best-5-of-7", Self::BestFiveOfSeven)];
}
