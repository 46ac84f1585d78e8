//! The tables: factors, distances, ends.

use super::estimate::Estimate;
use super::{End, Evidence};
use crate::study::Table;

pub(super) fn all(evidence: &Evidence) -> Vec<Table> {
    vec![factors(evidence), distances(evidence), ends(evidence)]
}

fn factors(evidence: &Evidence) -> Table {
    let of =
        |number: fn(&Estimate) -> f64| evidence.estimates.iter().map(number).collect::<Vec<f64>>();
    let text = |words: fn(&Estimate) -> String| {
        evidence
            .estimates
            .iter()
            .map(words)
            .collect::<Vec<String>>()
    };
    Table::new(
        "factors",
        "How many times as strong as gradient descent's the penalty is",
        "A row is one problem, method and β, estimated from runs with three halved learning rates.",
    )
    .with("problem", "", text(|one| one.problem.clone()))
    .with("method", "", text(|one| one.method.name().into()))
    .with("momentum", "β", of(|one| one.momentum))
    .with("claimed", "", of(Estimate::claimed))
    .with("by_flow", "h → 0", of(|one| one.by_flow))
    .with("relative_difference", "", of(Estimate::miss))
    .with("by_flow_smallest_rate", "", of(|one| one.by_flow_last))
    .with("by_matching", "h → 0", of(|one| one.by_matching))
    .with(
        "unexplained",
        "part of the square",
        of(|one| one.unexplained),
    )
    .with(
        "largest_effective_rate",
        "h/(1−β)",
        of(|one| one.effective_rate),
    )
}

fn distances(evidence: &Evidence) -> Table {
    let first = evidence.following.first();
    let rates = first.map_or_else(Vec::new, |one| {
        one.distances.iter().map(|[rate, _]| *rate).collect()
    });
    let table = Table::new(
        "distances",
        "Distances of heavy ball from flows on the two-parameter model",
        "A row is one learning rate; a column a start and a flow.",
    )
    .with("effective_rate", "h/(1−β)", rates);
    evidence.following.iter().fold(table, |table, one| {
        let distances: Vec<f64> = one
            .distances
            .iter()
            .map(|[_, distance]| *distance)
            .collect();
        table.with(one.comparison.column(), one.comparison.label(), distances)
    })
}

fn ends(evidence: &Evidence) -> Table {
    let of = |number: fn(&End) -> f64| evidence.ends.iter().map(number).collect::<Vec<f64>>();
    let methods: Vec<String> = evidence
        .ends
        .iter()
        .map(|one| one.method.name().into())
        .collect();
    Table::new(
        "ends",
        "a² + b² at the end on the two-parameter model",
        "A row is one method and β, from rest, at equal effective rate.",
    )
    .with("method", "", methods)
    .with("momentum", "β", of(|one| one.momentum))
    .with("measured", "a² + b²", of(|one| one.measured))
    .with("modified_flow", "a² + b²", of(|one| one.claimed))
    .with("plain_penalty", "a² + b²", of(|one| one.plain))
}
