//! What is claimed, and what was measured.

use thalweg::verification::{Claim, Convergence, Verdict};

use super::{Kind, Measurement, SOURCE};
use crate::study::convergence::slopes;
use crate::study::{Check, Expectation, Expected, shown};

/// Every check, the theorem first.
pub(super) fn all(measurements: &[Measurement]) -> Vec<Check> {
    let tolerance = 0.2;
    let near = |order: usize| Expected::Near {
        value: order as f64,
        tolerance,
    };
    let theorem = "Barrett and Dherin 2021, arXiv 2009.11162, equation 1 and Theorem 3.1";
    let third = "Hairer, Lubich and Wanner, Geometric Numerical Integration, IX.1";
    vec![
        order(
            measurements,
            Kind::Tanh(2),
            3,
            "theorem",
            "One step differs from the flow of E + (h/4)‖∇E‖² by O(h³)",
            SOURCE,
            near(3),
        ),
        order(
            measurements,
            Kind::Tanh(1),
            2,
            "gradient flow",
            "One step differs from the gradient flow by O(h²)",
            theorem,
            near(2),
        ),
        order(
            measurements,
            Kind::Tanh(3),
            4,
            "next term",
            "With f₂ = −(⅓H²g + (1/12)∇³E[g, g]) it differs by O(h⁴)",
            third,
            near(4),
        ),
        order(
            measurements,
            Kind::Damaged,
            3,
            "control",
            "With f₁ 1.1 times too large it is O(h²) again",
            "a negative control",
            near(2),
        ),
        single(measurements),
        relu(measurements),
    ]
}

fn of(measurements: &[Measurement], kind: Kind) -> impl Iterator<Item = &Measurement> {
    measurements.iter().filter(move |one| one.kind == kind)
}

/// The order, or NaN if the last two slopes are no order.
fn settled(convergence: &Convergence, claimed: usize) -> f64 {
    match convergence.verdict(Claim::Order(claimed)) {
        Verdict::Undecided(_) => f64::NAN,
        _ => convergence.order(),
    }
}

fn seen(measurements: &[Measurement], kind: Kind) -> String {
    let all = of(measurements, kind);
    let words: Vec<String> = all
        .map(|one| format!("seed {}: {}", one.seed, slopes(&one.convergence)))
        .collect();
    format!("Slopes as h is halved, {}.", words.join("; "))
}

fn order(
    measurements: &[Measurement],
    kind: Kind,
    claimed: usize,
    name: &str,
    statement: &str,
    source: &str,
    expected: Expected,
) -> Check {
    let centre = match expected {
        Expected::Near { value, .. } => value,
        _ => claimed as f64,
    };
    let orders = of(measurements, kind).map(|one| settled(&one.convergence, claimed));
    let furthest = orders.reduce(|worst, one| {
        let is_kept = worst.is_nan() || (one - centre).abs() <= (worst - centre).abs();
        if is_kept { worst } else { one }
    });
    let expectation = Expectation {
        name: name.into(),
        statement: statement.into(),
        source: source.into(),
        quantity:
            "the slope of the last halving above rounding, of the start where it is furthest \
                   off"
            .into(),
        expected,
        because: "Whole orders are told apart by 0.2; errors up to 10⁻¹³‖θ‖ are not used.".into(),
    };
    expectation.measured(furthest.unwrap_or(f64::NAN), seen(measurements, kind))
}

/// Single precision against double: how much of the range of learning rates is left.
fn single(measurements: &[Measurement]) -> Check {
    let last = of(measurements, Kind::Single).filter_map(|one| {
        let slopes = one.convergence.slopes();
        slopes.last().copied()
    });
    let steepest = last.fold(f64::NEG_INFINITY, f64::max);
    let smallest = of(measurements, Kind::Single).filter_map(|one| {
        let point = one.convergence.points.last()?;
        Some(point.error)
    });
    let expectation = Expectation {
        name: "single precision".into(),
        statement: "In single precision the order cannot be seen: errors are rounding".into(),
        source: "rounding of 2⁻²⁴ in each element of θ".into(),
        quantity: "the largest slope of the last halving, with f₁ and f₂".into(),
        expected: Expected::Below { bound: 1.0 },
        because: "Rounding does not fall with h; the order of the field is 4.".into(),
    };
    expectation.measured(
        steepest,
        format!(
            "The last error is at most {}.",
            shown(smallest.fold(0.0, f64::max))
        ),
    )
}

/// What becomes of the order with ReLU.
fn relu(measurements: &[Measurement]) -> Check {
    let count = |terms: usize| {
        let all = of(measurements, Kind::Relu(terms));
        let confirmed = all
            .filter(|one| one.convergence.verdict(Claim::Order(terms + 1)) == Verdict::Confirmed);
        confirmed.count()
    };
    let expectation = Expectation {
        name: "relu".into(),
        statement: "With ReLU the order of the flow with f₁ and f₂ is lost from some start".into(),
        source: "the theorem asks for a smooth loss".into(),
        quantity: "the share of starts at which the order 4 is confirmed".into(),
        expected: Expected::Below { bound: 1.0 },
        because:
            "Where a step crosses a kink the gradient jumps, and no order is left; where it is so \
                  short that it crosses none, the loss is smooth and the order is there."
                .into(),
    };
    let starts = of(measurements, Kind::Relu(3)).count();
    expectation.measured(
        count(3) as f64 / starts as f64,
        format!(
            "Of {starts} starts, {} confirm order 2 of the gradient flow, {} order 3 with f₁, and {} \
             order 4 with f₁ and f₂. {}",
            count(1),
            count(2),
            count(3),
            seen(measurements, Kind::Relu(3)),
        ),
    )
}
