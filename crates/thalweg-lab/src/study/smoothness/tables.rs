//! The tables: whole paths, single steps, and one path in time.

use thalweg::Named;

use super::Evidence;
use super::path::{Path, Point};
use crate::study::Table;

pub(super) fn all(evidence: &Evidence) -> Vec<Table> {
    vec![
        ends(
            &evidence.paths,
            "paths",
            "Gradient descent beside both flows after the same time",
            "A row is one network, followed to the time nh.",
        ),
        ends(
            &evidence.steps,
            "steps",
            "One step of gradient descent beside both flows",
            "A row is one step from the start.",
        ),
        points(&evidence.paths),
    ]
}

fn ends(paths: &[Path], name: &str, title: &str, description: &str) -> Table {
    let of = |number: fn(&Point) -> f64| {
        let ends = paths.iter().map(|one| one.end().map_or(f64::NAN, number));
        ends.collect::<Vec<f64>>()
    };
    let asked = |number: fn(&Path) -> f64| paths.iter().map(number).collect::<Vec<f64>>();
    let whole = |number: fn(&Path) -> u64| {
        let numbers = paths.iter().map(|one| number(one) as i64);
        numbers.collect::<Vec<i64>>()
    };
    let table = Table::new(name, title, description).with("activation", "", names(paths));
    table
        .with("seed", "", whole(|one| one.question.seed))
        .with(
            "learning_rate",
            "h",
            asked(|one| one.question.learning_rate),
        )
        .with("steps", "n", whole(|one| one.question.steps))
        .with("ratio", "modified / flow", of(Point::ratio))
        .with("distance_flow", "‖θ_GD − θ_flow‖", of(|one| one.flow))
        .with(
            "distance_modified",
            "‖θ_GD − θ_modified‖",
            of(|one| one.modified),
        )
        .with("distance_modified_f32", "θ_GD in f32", of(|one| one.single))
        .with("rounding_f32", "‖θ_f32 − θ_f64‖", of(|one| one.rounding))
}

fn names(paths: &[Path]) -> Vec<String> {
    let names = paths.iter().map(|one| one.question.activation.name());
    names.map(str::to_owned).collect()
}

fn points(paths: &[Path]) -> Table {
    let rows = || {
        let all = paths.iter();
        all.flat_map(|path| path.points.iter().map(move |point| (path, point)))
    };
    let of = |number: fn(&Path, &Point) -> f64| {
        let numbers = rows().map(|(path, point)| number(path, point));
        numbers.collect::<Vec<f64>>()
    };
    let names: Vec<String> = rows()
        .map(|(path, _)| path.question.activation.name().to_owned())
        .collect();
    let seeds: Vec<i64> = rows().map(|(path, _)| path.question.seed as i64).collect();
    Table::new(
        "distances",
        "Distances along every path",
        "A row is one path after one of its steps.",
    )
    .with("activation", "", names)
    .with("seed", "", seeds)
    .with(
        "learning_rate",
        "h",
        of(|path, _| path.question.learning_rate),
    )
    .with("time", "nh", of(|_, point| point.time))
    .with("distance_flow", "", of(|_, point| point.flow))
    .with("distance_modified", "", of(|_, point| point.modified))
    .with("distance_modified_f32", "", of(|_, point| point.single))
}
