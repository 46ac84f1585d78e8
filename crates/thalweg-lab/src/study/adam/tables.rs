//! The tables: coefficients, ends, distances.

use super::Evidence;
use super::coefficient::Coefficient;
use super::ends::End;
use super::following::Following;
use crate::study::Table;

pub(super) fn all(evidence: &Evidence) -> Vec<Table> {
    vec![coefficients(evidence), ends(evidence), distances(evidence)]
}

fn coefficients(evidence: &Evidence) -> Table {
    let of = |number: fn(&Coefficient) -> f64| {
        evidence
            .coefficients
            .iter()
            .map(number)
            .collect::<Vec<f64>>()
    };
    let problems = evidence.coefficients.iter().map(|one| one.problem.clone());
    Table::new(
        "coefficients",
        "The coefficients of the correction",
        "A row is one problem and pair (β₁, β₂), estimated from updates with three halved learning \
         rates: (h/2){norm + share·ε/(gⱼ²+ε)} is the coefficient of ∂ⱼ‖∇E‖_{1,ε}.",
    )
    .with("problem", "", problems.collect::<Vec<String>>())
    .with("beta_1", "β₁", of(|one| one.decays[0]))
    .with("beta_2", "β₂", of(|one| one.decays[1]))
    .with("norm_claimed", "c₁ − c₂", of(|one| one.claimed()[0]))
    .with("norm", "h → 0", of(|one| one.norm))
    .with("share_claimed", "c₂", of(|one| one.claimed()[1]))
    .with("share", "h → 0", of(|one| one.share))
    .with(
        "unexplained",
        "part of the square",
        of(|one| one.unexplained),
    )
    .with("largest_rate", "h", of(|one| one.rate))
}

fn ends(evidence: &Evidence) -> Table {
    let of = |number: fn(&End) -> f64| evidence.ends.iter().map(number).collect::<Vec<f64>>();
    Table::new(
        "ends",
        "|a| + |b| at the end on the two-parameter model",
        "A row is one pair (β₁, β₂), started at zero with bias corrections.",
    )
    .with("beta_1", "β₁", of(|one| one.decays[0]))
    .with("beta_2", "β₂", of(|one| one.decays[1]))
    .with("measured", "|a| + |b|", of(|one| one.measured))
    .with("modified_flow", "|a| + |b|", of(|one| one.corrected))
    .with("lowest_order_flow", "|a| + |b|", of(|one| one.lowest))
    .with("change", "", of(End::change))
    .with("claimed_change", "", of(End::claimed_change))
}

fn distances(evidence: &Evidence) -> Table {
    let of = |number: fn(&Following, usize) -> f64| {
        let all = evidence.following.iter();
        let rows = all.flat_map(move |one| (0..one.rates.len()).map(move |row| number(one, row)));
        rows.collect::<Vec<f64>>()
    };
    Table::new(
        "distances",
        "Distances of Adam from flows on the two-parameter model",
        "A row is one pair (β₁, β₂) and learning rate, after the time nh = 1.",
    )
    .with("beta_1", "β₁", of(|one, _| one.decays[0]))
    .with("beta_2", "β₂", of(|one, _| one.decays[1]))
    .with("learning_rate", "h", of(|one, row| one.rates[row]))
    .with("corrected", "", of(|one, row| one.corrected[row]))
    .with("lowest_order", "", of(|one, row| one.lowest[row]))
    .with("exchanged", "β₁ ↔ β₂", of(|one, row| one.exchanged[row]))
}
