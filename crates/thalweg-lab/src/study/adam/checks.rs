//! What is claimed, and what was measured.

use super::coefficient::Coefficient;
use super::ends::{EPSILON, End, RATE};
use super::following::Following;
use super::{Evidence, SOURCE};
use crate::study::halving::furthest;
use crate::study::{Check, Expectation, Expected, shown};

/// Every check, the most important first.
pub(super) fn all(evidence: &Evidence) -> Vec<Check> {
    let mut checks = Vec::from(orders(evidence));
    for on_network in [false, true] {
        checks.push(norm(evidence, on_network, |one| one.claimed()[0]));
        checks.push(share(evidence, on_network));
    }
    checks.extend([
        sign(evidence),
        seeks(evidence),
        penalises(evidence),
        ends(evidence),
    ]);
    checks.extend([no_loss(evidence), control(evidence)]);
    checks
}

fn near(value: f64, tolerance: f64) -> Expected {
    Expected::Near { value, tolerance }
}

fn orders(evidence: &Evidence) -> [Check; 3] {
    let quantity =
        "the order in h of the distance, where it is furthest from the claim over the grid";
    let check = |name: &str, statement: &str, order: f64, because: &str, index: usize| {
        let differ = |one: &&Following| index < 2 || one.decays[0] != one.decays[1];
        let following = evidence.following.iter().filter(differ);
        let orders: Vec<f64> = following.map(|one| one.orders()[index]).collect();
        let expectation = Expectation {
            name: name.into(),
            statement: statement.into(),
            source: SOURCE.into(),
            quantity: quantity.into(),
            expected: near(order, 0.1),
            because: because.into(),
        };
        expectation.measured(
            furthest(orders.iter().copied(), order),
            format!("Over {} pairs (β₁, β₂) between 0 and 0.9.", orders.len()),
        )
    };
    [
        check(
            "order",
            "Adam follows its modified field to second order, for every β₁ and β₂",
            2.0,
            "The last of three halvings; what higher orders add to it is below a tenth.",
            0,
        ),
        check(
            "uncorrected",
            "Without the correction b the order is one",
            1.0,
            "The correction is proportional to h.",
            1,
        ),
        check(
            "control",
            "With β₁ and β₂ exchanged in the correction the order is one",
            1.0,
            "A correction that is wrong by any factor leaves an error proportional to h.",
            2,
        ),
    ]
}

fn place(on_network: bool) -> (&'static str, &'static str) {
    match on_network {
        false => ("", "the two-parameter model"),
        true => (", network", "a tanh network on digits, from every start"),
    }
}

/// The tolerance of coefficients, and why.
fn tolerance(on_network: bool) -> (f64, &'static str) {
    match on_network {
        false => (
            1e-3,
            "Three halved learning rates leave errors of third order, for which this is ample.",
        ),
        true => (
            0.02,
            "As elements of the gradient pass through 0, the next order changes within a few steps, \
             and extrapolation is left with more of it.",
        ),
    }
}

/// Whether the coefficient where gⱼ² ≫ ε is the claim.
pub(super) fn norm(
    evidence: &Evidence,
    on_network: bool,
    claim: impl Fn(&Coefficient) -> f64,
) -> Check {
    let (short, place) = place(on_network);
    let (tolerance, because) = tolerance(on_network);
    let scale = |one: &Coefficient| one.claimed()[1].max(one.claimed()[0] + one.claimed()[1]);
    let misses = evidence
        .coefficients(on_network)
        .map(|one| (one.norm - claim(one)) / scale(one));
    let expectation = Expectation {
        name: format!("coefficient{short}"),
        statement: format!(
            "On {place}, ‖∇E‖₁ is penalised with (h/2)(c₁ − c₂) where gradients are large, cᵢ = \
             (1+βᵢ)/(1−βᵢ)"
        ),
        source: SOURCE.into(),
        quantity:
            "the difference of the coefficient that fits the updates, extrapolated to h = 0, \
                   from c₁ − c₂, relative to the larger c, where it is largest"
                .into(),
        expected: near(0.0, tolerance),
        because: because.into(),
    };
    let seen: Vec<String> = evidence
        .coefficients(on_network)
        .filter(|one| one.decays[1] == 0.8)
        .map(|one| format!("{} at β₁ = {}", shown(one.norm), shown(one.decays[0])))
        .collect();
    let seen = format!("With β₂ = 0.8: {}.", seen.join(", "));
    expectation.measured(furthest(misses, 0.0), seen)
}

fn share(evidence: &Evidence, on_network: bool) -> Check {
    let (short, place) = place(on_network);
    let (tolerance, because) = tolerance(on_network);
    let misses = evidence.coefficients(on_network).map(|one| one.misses()[1]);
    let expectation = Expectation {
        name: format!("ε term{short}"),
        statement: format!("On {place}, ε adds (h/2)c₂ε/(gⱼ²+ε) to it"),
        source: SOURCE.into(),
        quantity: "the difference of that coefficient from c₂, relative to the larger c, where it \
                   is largest"
            .into(),
        expected: near(0.0, tolerance),
        because: because.into(),
    };
    let unexplained = evidence.coefficients(on_network).map(|one| one.unexplained);
    let seen = format!(
        "Both terms together leave at most {} of the squared deviation of updates unexplained.",
        shown(furthest(unexplained, 0.0))
    );
    expectation.measured(furthest(misses, 0.0), seen)
}

fn sign(evidence: &Evidence) -> Check {
    let unequal = |one: &&Coefficient| one.decays[0] != one.decays[1];
    let signed = |one: &Coefficient| one.norm * (one.decays[0] - one.decays[1]).signum();
    let all = evidence.coefficients.iter().filter(unequal);
    let expectation = Expectation {
        name: "sign".into(),
        statement: "‖∇E‖₁ is penalised for β₁ > β₂ and sought for β₁ < β₂, the usual choice".into(),
        source: SOURCE.into(),
        quantity: "the least coefficient over both problems, its sign changed where β₁ < β₂".into(),
        expected: Expected::Above { bound: 0.0 },
        because: "(1+β)/(1−β) grows with β, so that c₁ − c₂ has the sign of β₁ − β₂.".into(),
    };
    let count = evidence.coefficients.iter().filter(unequal).count();
    expectation.measured(
        all.map(signed).reduce(f64::min).unwrap_or(f64::NAN),
        format!("Over {count} runs with β₁ ≠ β₂; at β₁ = β₂ it vanishes."),
    )
}

fn find(evidence: &Evidence, decays: [f64; 2]) -> Option<&End> {
    evidence.ends.iter().find(|one| one.decays == decays)
}

fn change_at(evidence: &Evidence, decays: [f64; 2], name: &str, expected: Expected) -> Check {
    let end = find(evidence, decays);
    let [first, second] = decays.map(shown);
    let effect = match name {
        "seeks" => "a larger",
        _ => "a smaller",
    };
    let expectation = Expectation {
        name: name.into(),
        statement: format!(
            "With β₁ = {first} and β₂ = {second} Adam ends where ‖∇E‖₁ grows with {effect} slope \
             than where its flow of lowest order ends"
        ),
        source: SOURCE.into(),
        quantity: "the change of |a| + |b| at the end on the two-parameter model".into(),
        expected,
        because:
            "Near a minimum ‖∇E‖₁ = (|a| + |b|)√(2E); the flow of lowest order knows neither h \
                  nor β."
                .into(),
    };
    let seen = end.map_or_else(String::new, |end| {
        format!(
            "With h = {}, ε = {}: {} in place of {}; the modified flow says {}.",
            shown(RATE),
            shown(EPSILON),
            shown(end.measured),
            shown(end.lowest),
            shown(end.corrected)
        )
    });
    expectation.measured(end.map_or(f64::NAN, End::change), seen)
}

fn seeks(evidence: &Evidence) -> Check {
    change_at(
        evidence,
        [0.0, 0.9],
        "seeks",
        Expected::Above { bound: 0.0 },
    )
}

fn penalises(evidence: &Evidence) -> Check {
    change_at(
        evidence,
        [0.9, 0.0],
        "penalises",
        Expected::Below { bound: 0.0 },
    )
}

fn ends(evidence: &Evidence) -> Check {
    let claimed = evidence.ends.iter().map(End::claimed_change);
    let largest = furthest(claimed, 0.0).abs();
    let miss = |one: &End| (one.change() - one.claimed_change()) / largest;
    let expectation = Expectation {
        name: "ends".into(),
        statement: "By how much is what the modified flow says, for every β₁ and β₂".into(),
        source: SOURCE.into(),
        quantity: "the difference of both changes where it is largest, relative to the largest \
                   change"
            .into(),
        expected: near(0.0, 0.1),
        because: "What first order leaves out is relatively about h/(1−β) times the rate at which \
                  gradients change in units of √ε near the end, some hundredths."
            .into(),
    };
    expectation.measured(
        furthest(evidence.ends.iter().map(miss), 0.0),
        format!(
            "Over {} pairs, started at zero with bias corrections, as in practice.",
            evidence.ends.len()
        ),
    )
}

fn no_loss(evidence: &Evidence) -> Check {
    let [lowest, corrected, _] = evidence.rotations;
    let expectation = Expectation {
        name: "no loss".into(),
        statement: "There is no modified loss: Adam's field is no gradient, even to lowest order"
            .into(),
        source: "a field is a gradient only if its Jacobian is symmetric".into(),
        quantity: "|J₁₂ − J₂₁|/‖J‖ of its Jacobian, the largest along a path, the lesser of both \
                   orders"
            .into(),
        expected: Expected::Above { bound: 0.1 },
        because: "0 is a gradient, √2 a pure rotation; differences in double precision leave 10⁻⁹."
            .into(),
    };
    expectation.measured(
        lowest.min(corrected),
        format!(
            "It is {} to lowest order and {} with the correction.",
            shown(lowest),
            shown(corrected)
        ),
    )
}

fn control(evidence: &Evidence) -> Check {
    let expectation = Expectation {
        name: "gradient flow".into(),
        statement: "The same measurement finds the gradient flow to be one".into(),
        source: "the Hessian is symmetric".into(),
        quantity: "the same of −∇E at the same places".into(),
        expected: Expected::Below { bound: 1e-7 },
        because: "Central differences in double precision leave about 10⁻⁹.".into(),
    };
    expectation.measured(evidence.rotations[2], "A control of the check before.")
}
