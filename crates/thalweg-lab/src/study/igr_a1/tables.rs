//! The tables: all ends, and the three paths of the figure.

use super::descent::{Descent, Point};
use super::{Evidence, LARGE, MODERATE, SMALL};
use crate::study::{Table, shown};

pub(super) fn all(evidence: &Evidence) -> Vec<Table> {
    let named = [(SMALL, "small"), (MODERATE, "moderate"), (LARGE, "large")];
    let paths = named.into_iter().filter_map(|(learning_rate, name)| {
        let descent = evidence.with(learning_rate)?;
        Some(path(descent, name))
    });
    std::iter::once(ends(evidence)).chain(paths).collect()
}

fn ends(evidence: &Evidence) -> Table {
    let all = || evidence.descents.iter();
    let of = |number: fn(&Descent) -> f64| all().map(number).collect::<Vec<f64>>();
    let count =
        |number: fn(&Descent) -> usize| all().map(|one| number(one) as i64).collect::<Vec<i64>>();
    let text = |words: fn(&Descent) -> &'static str| {
        all()
            .map(|one| words(one).to_owned())
            .collect::<Vec<String>>()
    };
    Table::new(
        "ends",
        "Where gradient descent ends",
        "A row is one path from (2.8, 3.5), followed until ‖∇E‖ ≤ 10⁻¹².",
    )
    .with("learning_rate", "h", of(|one| one.learning_rate))
    .with(
        "lambda",
        "λ = hm/4, m = 2",
        of(|one| one.learning_rate / 2.0),
    )
    .with("ended", "", text(|one| one.ended.name()))
    .with("branch", "of ab = 0.6", text(Descent::branch))
    .with("steps", "", count(Descent::steps))
    .with("a", "", of(|one| one.end().a))
    .with("b", "", of(|one| one.end().b))
    .with("a2_plus_b2", "a² + b²", of(|one| one.end().squares()))
    .with("r_ig_over_loss", "R_IG/E", of(|one| one.end().ratio()))
    .with("loss", "E", of(|one| one.end().loss))
    .with(
        "largest_h_lambda_max",
        "h·λ_max",
        of(Descent::largest_stability),
    )
    .with(
        "last_h_lambda_max",
        "h·λ_max",
        of(|one| one.end().stability),
    )
    .with(
        "unstable_points",
        "h·λ_max ≥ 2",
        count(Descent::unstable_points),
    )
}

fn path(descent: &Descent, name: &str) -> Table {
    let of = |number: fn(&Point) -> f64| descent.points.iter().map(number).collect::<Vec<f64>>();
    let steps: Vec<i64> = (0_i64..).take(descent.points.len()).collect();
    Table::new(
        format!("path-{name}"),
        format!("The path with h = {}", shown(descent.learning_rate)),
        "A row is an iterate; step 0 is the start.",
    )
    .with("step", "n", steps)
    .with("a", "", of(|point| point.a))
    .with("b", "", of(|point| point.b))
    .with("loss", "E", of(|point| point.loss))
    .with(
        "gradient_norm_squared",
        "‖∇E‖²",
        of(|point| point.gradient_norm_squared),
    )
    .with("h_lambda_max", "h·λ_max", of(|point| point.stability))
}
