//! Which figures a report has, and how each is made of results.
//!
//! Those that the experiment states, or else the usual ones (`usual`). A figure is one of four
//! kinds: a quantity against a setting (`setting`), the course of a quantity (`course`), one against
//! the strength of noise in the parameters (`robustness`), or one quantity against another
//! (`relation`). All speak of `combination`s: trials that differ in
//! nothing but the seed.

mod caption;
mod combination;
mod course;
mod means;
mod relation;
mod robustness;
mod setting;
mod usual;
pub(crate) mod wording;

pub(crate) use self::means::Means;
use thalweg::probe::Quantity;
use thalweg_lab::spec::{At, FigureAxis, FigureSpec};

use crate::figure::Figure;
use crate::results::Results;

/// The most series of a figure: colours beyond are not told apart.
const MOST_SERIES: usize = 10;

/// A figure to be made.
#[derive(Clone, Debug, PartialEq)]
enum Wanted {
    /// One that an experiment can state.
    Stated(FigureSpec),
    /// One quantity against another, a marker a trial.
    Relation {
        sweep: String,
        x: Quantity,
        y: Quantity,
        at: At,
    },
}

/// The figures of a report in order, with names of their own.
pub(crate) fn figures(results: &Results) -> Vec<Figure> {
    let stated = results.experiment.figures.iter().cloned();
    let mut wanted: Vec<Wanted> = stated.map(Wanted::Stated).collect();
    if wanted.is_empty() {
        wanted = usual::wanted(results);
    }
    let mut figures: Vec<Figure> = Vec::new();
    for one in &wanted {
        if let Some(mut figure) = make(one, results) {
            figure.name = free_name(&figure.name, &figures);
            figures.push(figure);
        }
    }
    figures
}

/// Makes a figure; `None` if the experiment has no such sweep.
fn make(wanted: &Wanted, results: &Results) -> Option<Figure> {
    let sweep = |name: &str| {
        results
            .experiment
            .sweeps
            .iter()
            .find(|one| one.name == name)
    };
    Some(match wanted {
        Wanted::Stated(spec) => match &spec.x {
            FigureAxis::Setting(path) => setting::figure(spec, path, sweep(&spec.sweep)?, results),
            FigureAxis::Path(axis) => course::figure(spec, *axis, sweep(&spec.sweep)?, results),
            FigureAxis::Perturbation => robustness::figure(spec, sweep(&spec.sweep)?, results),
        },
        Wanted::Relation {
            sweep: name,
            x,
            y,
            at,
        } => relation::figure((*x, *y), *at, sweep(name)?, results),
    })
}

/// The name, with a number if an earlier figure has it.
fn free_name(name: &str, earlier: &[Figure]) -> String {
    let is_free = |candidate: &String| earlier.iter().all(|figure| figure.name != *candidate);
    let numbered = (2..=earlier.len() + 1).map(|number| format!("{name}-{number}"));
    std::iter::once(name.to_owned())
        .chain(numbered)
        .find(is_free)
        .unwrap_or_else(|| name.to_owned())
}
