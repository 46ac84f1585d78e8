//! Which claims a figure is about: those that compare what it shows, where it shows it.

use thalweg_lab::spec::{At, ClaimSpec, Comparison, FigureAxis, FigureSpec};

use crate::finding::Finding;
use crate::results::Results;

/// The most findings that stand in a title.
const MOST_TITLES: usize = 2;

/// What was found of the claims that a figure is about, as its title; `None` if there are none.
pub(super) fn title(spec: &FigureSpec, results: &Results) -> Option<String> {
    let findings = Finding::all(&results.experiment, &results.verdicts).into_iter();
    let about = |one: &Finding<'_>| {
        one.claim
            .is_some_and(|claim| is_about(spec, claim, results))
    };
    let titles: Vec<String> = findings.filter(about).map(|one| one.title()).collect();
    match titles.len() {
        0 => None,
        count if count <= MOST_TITLES => Some(titles.join("; ")),
        count => Some(format!("{}; and {} more claims", titles[0], count - 1)),
    }
}

fn is_about(spec: &FigureSpec, claim: &ClaimSpec, results: &Results) -> bool {
    (spec.y, spec.relative_to) == (claim.quantity, claim.relative_to)
        && is_of_sweep(spec, claim, results)
        && is_along(spec, claim)
}

/// Whether the figure shows all that the claim compares.
fn is_of_sweep(spec: &FigureSpec, claim: &ClaimSpec, results: &Results) -> bool {
    let sweep = results
        .experiment
        .sweeps
        .iter()
        .find(|one| one.name == spec.sweep);
    let union = sweep.map_or(&[][..], |one| one.union.as_slice());
    let shows = |name: &String| *name == spec.sweep || union.contains(name);
    match &claim.compare {
        Comparison::Sweep { base } => shows(&claim.sweep) && shows(base),
        _ => shows(&claim.sweep),
    }
}

/// Whether the figure runs along what the claim compares: its setting, at the same point of the
/// paths, or the paths themselves for a claim about a point on the way.
fn is_along(spec: &FigureSpec, claim: &ClaimSpec) -> bool {
    match &spec.x {
        FigureAxis::Setting(path) => {
            let axis = claim.axis.as_deref();
            spec.at == claim.at && axis.is_none_or(|axis| axis == path)
        }
        FigureAxis::Path(_) => !matches!(claim.at, At::Best | At::Final),
        FigureAxis::Quantity(_) => spec.at == claim.at,
    }
}
