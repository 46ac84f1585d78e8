//! What is claimed, and what was measured.

use super::ends::EFFECTIVE_RATE;
use super::estimate::Estimate;
use super::following::{Comparison, MOMENTUM};
use super::method::Method;
use super::{Evidence, SOURCE};
use crate::study::halving::{furthest, last_order};
use crate::study::{Check, Expectation, Expected, shown};

/// Where Nesterov's factor comes from: no paper is known that states it.
const DERIVED: &str = "derived by backward error analysis, as for heavy ball";

/// Every check, the most important first.
pub(super) fn all(evidence: &Evidence) -> Vec<Check> {
    let claim = |method: Method| move |momentum| method.factor(momentum);
    let mut checks = Vec::new();
    for method in Method::ALL {
        for on_network in [false, true] {
            checks.push(factor(evidence, method, on_network, claim(method)));
        }
    }
    checks.push(strongest(evidence));
    checks.push(matching(evidence));
    checks.push(only_term(evidence));
    checks.extend(orders(evidence));
    checks.push(flatter(evidence));
    checks.push(ends(evidence));
    checks
}

/// Whether the factor by flow is `claim` for every β.
pub(super) fn factor(
    evidence: &Evidence,
    method: Method,
    on_network: bool,
    claim: impl Fn(f64) -> f64,
) -> Check {
    let (formula, source) = match method {
        Method::HeavyBall => ("(1+β)/(1−β)", SOURCE),
        Method::Nesterov => ("(1−β+2β²)/(1−β)", DERIVED),
    };
    let (short, place) = match on_network {
        false => ("", "the two-parameter model"),
        true => (", network", "a tanh network on digits, from every start"),
    };
    let miss = |one: &Estimate| one.by_flow / claim(one.momentum) - 1.0;
    let strongest = evidence
        .of(method, on_network)
        .filter(|one| one.momentum == 0.9);
    let seen: Vec<String> = strongest.map(|one| shown(one.by_flow)).collect();
    let expectation = Expectation {
        name: format!("{}{short}", method.name()),
        statement: format!(
            "On {place}, the penalty of {} on ‖∇E‖² is {formula} times that of gradient descent at \
             equal effective rate, for every β",
            method.name()
        ),
        source: source.into(),
        quantity: "the relative difference of the factor that fits the iterates, extrapolated to \
                   h = 0, where it is largest"
            .into(),
        expected: Expected::Near {
            value: 0.0,
            tolerance: 1e-3,
        },
        because:
            "Three halved learning rates leave errors of third order: with hλ_max/(1−β)² up to \
                  0.04, ten times less than this."
                .into(),
    };
    let largest = furthest(evidence.of(method, on_network).map(miss), 0.0);
    expectation.measured(
        largest,
        format!("At β = 0.9 the factor is {}.", seen.join(", ")),
    )
}

fn strongest(evidence: &Evidence) -> Check {
    let factors = |on_network| {
        let estimates = evidence.of(Method::HeavyBall, on_network);
        estimates
            .filter(|one| one.momentum == 0.9)
            .map(|one| one.by_flow)
    };
    let all: Vec<f64> = factors(false).chain(factors(true)).collect();
    let expectation = Expectation {
        name: "nineteen".into(),
        statement:
            "With β = 0.9 heavy ball regularises nineteen times as much as gradient descent \
                    that moves as fast"
                .into(),
        source: SOURCE.into(),
        quantity: "the factor on both problems, where it is furthest from 19".into(),
        expected: Expected::Near {
            value: 19.0,
            tolerance: 0.02,
        },
        because: "(1 + 0.9)/(1 − 0.9) = 19; gradient descent itself would have 1.".into(),
    };
    let words: Vec<String> = all.iter().map(|factor| shown(factor - 19.0)).collect();
    expectation.measured(
        furthest(all, 19.0),
        format!(
            "The model and three networks differ from it by {}.",
            words.join(", ")
        ),
    )
}

fn matching(evidence: &Evidence) -> Check {
    let misses = evidence.estimates.iter().map(Estimate::matching_miss);
    let expectation = Expectation {
        name: "matching".into(),
        statement: "Single updates of runs from rest show the same factors, once the start is \
                    forgotten"
            .into(),
        source: "gradient matching: Rudoler et al. 2026, arXiv 2605.05436".into(),
        quantity: "the relative difference of the factor from the claim, where it is largest over \
                   both methods, all problems and all β"
            .into(),
        expected: Expected::Near {
            value: 0.0,
            tolerance: 1e-2,
        },
        because:
            "Three halved learning rates leave errors of third order, larger for single updates \
                  than for a path that averages over many."
                .into(),
    };
    expectation.measured(
        furthest(misses, 0.0),
        "From an iterate, the gradient flow goes ahead of the update by a multiple of H∇E; the \
         multiple is fitted, with no flow of a modified loss involved.",
    )
}

fn only_term(evidence: &Evidence) -> Check {
    let unexplained = evidence.estimates.iter().map(|one| one.unexplained);
    let expectation = Expectation {
        name: "one term".into(),
        statement:
            "The deviation of updates from the gradient flow is along H∇E and nothing else, \
                    to first order"
                .into(),
        source: SOURCE.into(),
        quantity:
            "the largest part of the squared deviation that is not, at the smallest learning \
                   rate"
                .into(),
        expected: Expected::Below { bound: 1e-3 },
        because: "Terms of second order are smaller by hλ_max/(1−β)² ≈ 0.01, and count squared."
            .into(),
    };
    expectation.measured(
        furthest(unexplained, 0.0),
        "A method whose first correction were another field would leave a part of the order of 1.",
    )
}

fn orders(evidence: &Evidence) -> Vec<Check> {
    let check = |name: &str, comparison: Comparison, statement: &str, order: f64, because: &str| {
        let of = |one: &&super::Following| one.comparison == comparison;
        let following = evidence.following.iter().find(of);
        let distances: Vec<f64> = following.map_or_else(Vec::new, |one| {
            one.distances
                .iter()
                .map(|[_, distance]| *distance)
                .collect()
        });
        let expectation = Expectation {
            name: name.into(),
            statement: statement.into(),
            source: SOURCE.into(),
            quantity: format!(
                "the order in h of the distance of heavy ball with β = {} from the flow",
                shown(MOMENTUM)
            ),
            expected: Expected::Near {
                value: order,
                tolerance: 0.1,
            },
            because: because.into(),
        };
        let ends = distances.first().zip(distances.last());
        let seen = ends.map_or_else(String::new, |(first, last)| {
            format!(
                "The distance falls from {} to {}.",
                shown(*first),
                shown(*last)
            )
        });
        expectation.measured(last_order(&distances), seen)
    };
    let halved = "The last of four halvings; what higher orders add to it is below a tenth.";
    vec![
        check(
            "order",
            Comparison::Claimed,
            "Heavy ball follows the flow of its modified loss to second order",
            2.0,
            halved,
        ),
        check(
            "control",
            Comparison::Plain,
            "With the penalty of gradient descent in its place the order is one",
            1.0,
            "A penalty that is wrong by any factor leaves an error proportional to h.",
        ),
        check(
            "from rest",
            Comparison::RestBehind,
            "Started at rest, heavy ball follows the flow from θ₀ + (hβ/(1−β)²)∇E to second order",
            2.0,
            halved,
        ),
        check(
            "same start",
            Comparison::RestSame,
            "Started at rest, it follows the flow from θ₀ itself to first order only",
            1.0,
            "It lags by the time hβ/(1−β)², which is proportional to h.",
        ),
    ]
}

fn flatter(evidence: &Evidence) -> Check {
    let ends: Vec<f64> = evidence
        .ends(Method::HeavyBall)
        .map(|one| one.measured)
        .collect();
    let changes = ends.windows(2).map(|pair| pair[1] - pair[0]);
    let expectation = Expectation {
        name: "flatter".into(),
        statement: "The larger β at equal effective rate, the flatter the minimum that heavy ball \
                    finds"
            .into(),
        source: SOURCE.into(),
        quantity: "the largest change of a² + b² at the end from one β to the next".into(),
        expected: Expected::Below { bound: 0.0 },
        because: "a² + b² is the curvature of the minimum, and R_IG/E at it; the penalty grows \
                  with β."
            .into(),
    };
    let seen = ends
        .first()
        .zip(ends.last())
        .map_or_else(String::new, |(first, last)| {
            format!(
                "With h/(1−β) = {} from rest, a² + b² falls from {} at β = 0 to {} at β = 0.9; the \
             gradient flow ends at {}.",
                shown(EFFECTIVE_RATE),
                shown(*first),
                shown(*last),
                shown(evidence.flow_end)
            )
        });
    expectation.measured(changes.reduce(f64::max).unwrap_or(f64::NAN), seen)
}

fn ends(evidence: &Evidence) -> Check {
    let start = evidence.flow_end;
    let miss = |one: &super::End| (start - one.measured) / (start - one.claimed) - 1.0;
    let expectation = Expectation {
        name: "ends".into(),
        statement: "By how much flatter is what the modified loss says, for both methods".into(),
        source: SOURCE.into(),
        quantity: "the relative difference between the fall of a² + b² below the gradient flow's \
                   end and that of the modified flow, where it is largest over β"
            .into(),
        expected: Expected::Near {
            value: 0.0,
            tolerance: 0.1,
        },
        because:
            "What first order leaves out is relatively about hλ_max/(1−β)², which is 0.05 at the \
                  start with β = 0.9 and less elsewhere; twice that is allowed."
                .into(),
    };
    let plain = evidence.ends.iter().find(|one| one.momentum == 0.9);
    let seen = plain.map_or_else(String::new, |one| {
        format!(
            "With β = 0.9 heavy ball's fall is {}; the modified flow's {}; that of the flow with \
             gradient descent's penalty {}.",
            shown(start - one.measured),
            shown(start - one.claimed),
            shown(start - one.plain)
        )
    });
    expectation.measured(furthest(evidence.ends.iter().map(miss), 0.0), seen)
}
