//! The tables: what was followed, how it went on, and where the paths led.

use thalweg::follow::{Followed, Travelled};

use super::name;
use super::record::{Course, Record};
use crate::study::Table;

pub(super) fn all(record: &Record, followed: &Followed) -> Vec<Table> {
    let mut tables = vec![paths(followed), course(record)];
    if record.courses.iter().all(|one| !one.positions.is_empty()) {
        tables.push(trajectories(record));
    }
    tables
}

fn paths(followed: &Followed) -> Table {
    let all = || followed.paths.iter();
    let texts = |text: fn(&Travelled) -> String| all().map(text).collect::<Vec<String>>();
    let counts =
        |count: fn(&Travelled) -> u64| all().map(|path| count(path) as i64).collect::<Vec<i64>>();
    let tolerance = |path: &Travelled| path.tolerance.map_or(f64::NAN, |one| one.relative);
    Table::new(
        "paths",
        "What was followed, and how",
        "A row is one path; its work is what moving it has cost.",
    )
    .with("path", "", texts(|path| name(path.dynamics).1))
    .with("end", "", texts(|path| path.end.to_string()))
    .with(
        "integrator",
        "",
        texts(|path| path.integrator.map_or("none".into(), |one| one.to_string())),
    )
    .with(
        "relative_tolerance",
        "of one step",
        all().map(tolerance).collect::<Vec<f64>>(),
    )
    .with(
        "stiff_since",
        "time",
        all()
            .map(|path| path.stiff_since.unwrap_or(f64::NAN))
            .collect::<Vec<f64>>(),
    )
    .with("gradients", "", counts(|path| path.work.gradients))
    .with(
        "hessian_vectors",
        "Hv",
        counts(|path| path.work.hessian_vectors),
    )
    .with(
        "higher_derivatives",
        "",
        counts(|path| path.work.higher_derivatives),
    )
}

/// A table with a row a step.
fn by_step(record: &Record, name: &str, title: &str, description: &str) -> Table {
    let steps: Vec<i64> = (0_i64..).take(record.times.len()).collect();
    Table::new(name, title, description)
        .with("step", "n", steps)
        .with("time", "nh", record.times.clone())
}

fn course(record: &Record) -> Table {
    let mut table = by_step(
        record,
        "course",
        "Losses, gradients and distances",
        "A row is a time nh; distances are those from gradient descent.",
    )
    .with(
        "ratio",
        "modified flow/gradient flow",
        record.ratios().to_vec(),
    );
    for (index, one) in record.courses.iter().enumerate() {
        let column = name(one.dynamics).0;
        table = table
            .with(format!("loss_{column}"), "E", one.losses.clone())
            .with(
                format!("gradient_norm_squared_{column}"),
                "‖∇E‖²",
                one.gradient_norms_squared.clone(),
            );
        if index > 0 {
            table = table.with(format!("distance_{column}"), "", one.distances.clone());
        }
    }
    table
}

fn trajectories(record: &Record) -> Table {
    let mut table = by_step(record, "trajectories", "The paths", "A row is a time nh.");
    let count = record
        .courses
        .first()
        .map_or(0, |one| one.positions[0].len());
    for one in &record.courses {
        for element in 0..count {
            let column = format!("{}_{element}", name(one.dynamics).0);
            table = table.with(column, format!("θ_{element}"), component(one, element));
        }
    }
    table
}

/// θᵢ along a path.
pub(super) fn component(course: &Course, element: usize) -> Vec<f64> {
    let at = |theta: &Vec<f64>| theta.get(element).copied().unwrap_or(f64::NAN);
    course.positions.iter().map(at).collect()
}
