//! `[[figure]]`: what the report draws.

use thalweg::Named;
use thalweg::probe::Quantity;

use super::diagnostic::Problems;
use super::reader::{Reader, one_of};
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
        let y = match x {
            Some(FigureAxis::Perturbation) => read_perturbed(&mut reader, sweep),
            _ => references.require_quantity(&mut reader, "y"),
        };
        let relative_to = references.read_quantity(&mut reader, "relative_to");
        if let Some(FigureAxis::Perturbation) = x {
            reader.inapplicable("relative_to", "figure.x", FigureAxis::PERTURBATION);
        }
        let at = match &x {
            Some(axis @ (FigureAxis::Path(_) | FigureAxis::Perturbation)) => {
                read_no_point(&mut reader, axis)
            }
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

/// Reads what noise in the parameters does, for which every trial must be exposed to some.
fn read_perturbed(reader: &mut Reader<'_, '_>, sweep: Option<&Sweep>) -> Option<Quantity> {
    let of_noise = [
        Quantity::TestAccuracy,
        Quantity::TestLoss,
        Quantity::SlopeDegrees,
    ]
    .map(|one| (one.name(), one));
    let y = reader.choice_of("y", &of_noise);
    reader.must_have("y", &one_of(&of_noise));
    let is_exposed = |sweep: &Sweep| sweep.trials.iter().all(|trial| trial.robustness.is_some());
    if sweep.is_some_and(|sweep| !is_exposed(sweep)) {
        reader.incomplete_without("x", "[robustness]");
    }
    y
}

/// A figure of whole paths takes no point on them, and that of noise is measured at one.
fn read_no_point(reader: &mut Reader<'_, '_>, x: &FigureAxis) -> Option<At> {
    if reader.node("at").is_some() {
        reader.inapplicable("at", "figure.x", x.without_point());
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
    if let Some(axis @ (FigureAxis::Path(_) | FigureAxis::Perturbation)) = x {
        reader.inapplicable("seeds", "figure.x", axis.without_point());
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
    if path.as_deref() == Some(FigureAxis::PERTURBATION) {
        return Some(FigureAxis::Perturbation);
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
    /// The strength of noise in the parameters: one line a combination of settings.
    Perturbation,
}

impl FigureAxis {
    /// What a file calls the strength of noise.
    pub(super) const PERTURBATION: &str = "perturbation";

    /// The values of `x` without a point of the path, in words.
    fn without_point(&self) -> &'static str {
        match self {
            Self::Perturbation => Self::PERTURBATION,
            _ => "step, epoch or time",
        }
    }
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
