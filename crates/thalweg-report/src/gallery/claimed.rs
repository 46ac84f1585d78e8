//! Which claims a figure is about: those that compare what it shows, where it shows it.

use thalweg::probe::Quantity;
use thalweg_lab::spec::{At, ClaimSpec, Comparison, FigureAxis, FigureSpec, Sweep};

use crate::finding::Finding;
use crate::results::Results;

/// The most findings that stand in a title.
const MOST_TITLES: usize = 2;

/// What was found of the claims that a figure is about, as its title; `None` if there are none.
///
/// A figure along the setting that a claim compares is about it. One in which that setting tells the
/// series apart is too, if no figure runs along it.
pub(super) fn title(spec: &FigureSpec, wanted: &[FigureSpec], results: &Results) -> Option<String> {
    let findings = Finding::all(&results.experiment, &results.verdicts).into_iter();
    let is_about = |one: &Finding<'_>| {
        let Some(claim) = one.claim.filter(|claim| shows(spec, claim, results)) else {
            return false;
        };
        let is_shown = |other: &FigureSpec| shows(other, claim, results) && is_along(other, claim);
        is_along(spec, claim) || !wanted.iter().any(is_shown) && is_split_by(spec, claim, results)
    };
    let titles: Vec<String> = findings.filter(is_about).map(|one| one.title()).collect();
    match titles.len() {
        0 => None,
        count if count <= MOST_TITLES => Some(titles.join("; ")),
        count => Some(format!("{}; and {} more claims", titles[0], count - 1)),
    }
}

/// Whether the figure shows all that the claim compares, where it compares it: at that point of the
/// paths, or along them for a claim about a point on the way.
fn shows(spec: &FigureSpec, claim: &ClaimSpec, results: &Results) -> bool {
    let sweep = sweep(spec, results);
    let union = sweep.map_or(&[][..], |one| one.union.as_slice());
    let has = |name: &String| *name == spec.sweep || union.contains(name);
    let has_all = match &claim.compare {
        Comparison::Sweep { base } => has(&claim.sweep) && has(base),
        _ => has(&claim.sweep),
    };
    let is_there = match &spec.x {
        FigureAxis::Path(_) => !matches!(claim.at, At::Best | At::Final),
        FigureAxis::Perturbation => true,
        _ => spec.at == claim.at,
    };
    let is_same = match spec.x {
        FigureAxis::Perturbation => {
            spec.y == Quantity::TestAccuracy && claim.quantity == Quantity::HalfAccuracyStrength
        }
        _ => (spec.y, spec.relative_to) == (claim.quantity, claim.relative_to),
    };
    is_same && has_all && is_there
}

/// Whether the figure runs along what the claim compares.
fn is_along(spec: &FigureSpec, claim: &ClaimSpec) -> bool {
    match (&spec.x, claim.axis.as_deref()) {
        (FigureAxis::Setting(path), Some(axis)) => axis == path,
        (FigureAxis::Quantity(_), axis) => axis.is_none(),
        _ => true,
    }
}

/// Whether the series of the figure differ in what the claim compares.
fn is_split_by(spec: &FigureSpec, claim: &ClaimSpec, results: &Results) -> bool {
    let axis = claim.axis.as_deref().zip(sweep(spec, results));
    axis.is_some_and(|(axis, sweep)| sweep.varies(axis))
}

fn sweep<'a>(spec: &FigureSpec, results: &'a Results) -> Option<&'a Sweep> {
    results
        .experiment
        .sweeps
        .iter()
        .find(|one| one.name == spec.sweep)
}
