//! The tables: ends, sweeps and the points of the paths.

use super::descent::Path;
use super::{Evidence, Portrait, squares};
use crate::study::Table;

pub(super) fn all(evidence: &Evidence) -> Vec<Table> {
    let portraits = evidence.portraits.iter();
    let sweeps = portraits.zip(["sweep-one", "sweep-two"]);
    let sweeps = sweeps.map(|(portrait, name)| sweep(portrait, name));
    [ends(evidence), paths(evidence)]
        .into_iter()
        .chain(sweeps)
        .collect()
}

/// Every path with its start and name.
fn named(evidence: &Evidence) -> Vec<(&'static str, &'static str, &Path)> {
    let mut all = Vec::new();
    for one in &evidence.portraits {
        let start = one.start.name;
        all.push((start, "gradient flow", &one.flow));
        all.push((start, "gradient descent, h_S", &one.small));
        all.push((start, "modified flow, h_M", &one.modified));
        all.push((start, "gradient descent, h_M", &one.moderate));
        all.push((start, "flow with penalty", &one.penalised));
    }
    all.push(("II", "flow with penalty, coarse Euler", &evidence.coarse));
    all
}

fn ends(evidence: &Evidence) -> Table {
    let all = named(evidence);
    let texts = |text: fn(&(&'static str, &'static str, &Path)) -> &'static str| {
        all.iter()
            .map(|one| text(one).to_owned())
            .collect::<Vec<String>>()
    };
    let numbers = |number: fn([f64; 2]) -> f64| {
        all.iter()
            .map(|one| number(one.2.end()))
            .collect::<Vec<f64>>()
    };
    let steps = all.iter().map(|one| one.2.steps as i64);
    Table::new(
        "ends",
        "Where the paths end",
        "A row is one path, followed to its minimum.",
    )
    .with("start", "", texts(|one| one.0))
    .with("path", "", texts(|one| one.1))
    .with("a", "", numbers(|end| end[0]))
    .with("b", "", numbers(|end| end[1]))
    .with("a2_plus_b2", "a² + b² = R_IG/E", numbers(squares))
    .with("steps", "0 for flows", steps.collect::<Vec<i64>>())
}

fn paths(evidence: &Evidence) -> Table {
    let all = named(evidence);
    let rows = || {
        all.iter()
            .flat_map(|one| one.2.points.iter().map(move |point| (one, point)))
    };
    let start: Vec<String> = rows().map(|(one, _)| one.0.to_owned()).collect();
    let path: Vec<String> = rows().map(|(one, _)| one.1.to_owned()).collect();
    let a: Vec<f64> = rows().map(|(_, point)| point[0]).collect();
    let b: Vec<f64> = rows().map(|(_, point)| point[1]).collect();
    Table::new(
        "paths",
        "The paths",
        "A row is a point of a path in their order; points are a hundredth of their distance from \
         the origin apart.",
    )
    .with("start", "", start)
    .with("path", "", path)
    .with("a", "", a)
    .with("b", "", b)
}

fn sweep(portrait: &Portrait, name: &str) -> Table {
    let sweep = &portrait.sweep;
    let lambda: Vec<f64> = sweep.learning_rates.iter().map(|rate| rate / 2.0).collect();
    Table::new(
        name,
        format!("Flatness of the ends from start {}", portrait.start.name),
        "A row is a learning rate.",
    )
    .with("learning_rate", "h", sweep.learning_rates.clone())
    .with("lambda", "λ = hm/4, m = 2", lambda)
    .with(
        "gradient_descent",
        "a² + b² = R_IG/E",
        sweep.descents.clone(),
    )
    .with("modified_flow", "a² + b² = R_IG/E", sweep.flows.clone())
}
