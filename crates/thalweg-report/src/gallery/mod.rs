//! Which figures a report has, and how each is made of results.
//!
//! Those that the experiment states, or else the usual ones (`usual`). A figure is one of four
//! kinds: a quantity against a setting (`setting`), the course of a quantity (`course`), one against
//! the strength of noise in the parameters (`robustness`), or one quantity against another
//! (`relation`). All speak of `combination`s: trials that differ in
//! nothing but the seed.

pub(crate) mod caption;
mod claimed;
mod combination;
mod course;
mod means;
mod relation;
mod robustness;
mod setting;
mod usual;
pub(crate) mod wording;

pub(crate) use self::means::Means;
use thalweg_lab::spec::{FigureAxis, FigureSpec, SeedsShown};

use crate::ReportError;
use crate::figure::{Drawing, Figure};
use crate::results::Results;

/// The most series of a figure: colours beyond are not told apart.
const MOST_SERIES: usize = 10;

/// A figure of a report.
pub(crate) struct Exhibit {
    pub figure: Figure,
    /// What the claims found that it is about.
    pub finding: Option<String>,
}

impl Exhibit {
    /// The drawn figure.
    pub(crate) fn draw(&self) -> Result<Drawing, ReportError> {
        let mut drawing = self.figure.draw()?;
        drawing.finding.clone_from(&self.finding);
        Ok(drawing)
    }
}

/// The figures of a report in order, with names of their own.
pub(crate) fn figures(results: &Results) -> Vec<Exhibit> {
    let mut wanted = results.experiment.figures.clone();
    if wanted.is_empty() {
        wanted = usual::wanted(results);
    }
    exhibited(&wanted, results)
}

/// The figures that the experiment states, without what claims found and without other means.
pub(crate) fn stated(results: &Results) -> Vec<Figure> {
    let plain = |spec: &FigureSpec| FigureSpec {
        seeds: SeedsShown::All,
        ..spec.clone()
    };
    let wanted: Vec<FigureSpec> = results.experiment.figures.iter().map(plain).collect();
    let exhibits = exhibited(&wanted, results).into_iter();
    exhibits.map(|one| one.figure).collect()
}

/// The figures of an experiment that states none.
pub(crate) fn usual(results: &Results) -> Vec<Figure> {
    let exhibits = exhibited(&usual::wanted(results), results).into_iter();
    exhibits.map(|one| one.figure).collect()
}

fn exhibited(wanted: &[FigureSpec], results: &Results) -> Vec<Exhibit> {
    let mut figures: Vec<Exhibit> = Vec::new();
    for one in wanted {
        if let Some(mut figure) = make(one, results) {
            figure.name = free_name(&figure.name, &figures);
            let finding = claimed::title(one, wanted, results);
            figures.push(Exhibit { figure, finding });
        }
    }
    figures
}

/// Makes a figure; `None` if the experiment has no such sweep.
fn make(spec: &FigureSpec, results: &Results) -> Option<Figure> {
    let mut sweeps = results.experiment.sweeps.iter();
    let sweep = sweeps.find(|one| one.name == spec.sweep)?;
    Some(match &spec.x {
        FigureAxis::Setting(path) => setting::figure(spec, path, sweep, results),
        FigureAxis::Path(axis) => course::figure(spec, *axis, sweep, results),
        FigureAxis::Quantity(x) => relation::figure(spec, *x, sweep, results),
        FigureAxis::Perturbation => robustness::figure(spec, sweep, results),
    })
}

/// The name, with a number if an earlier figure has it.
fn free_name(name: &str, earlier: &[Exhibit]) -> String {
    let is_free = |candidate: &String| earlier.iter().all(|one| one.figure.name != *candidate);
    let numbered = (2..=earlier.len() + 1).map(|number| format!("{name}-{number}"));
    std::iter::once(name.to_owned())
        .chain(numbered)
        .find(is_free)
        .unwrap_or_else(|| name.to_owned())
}
