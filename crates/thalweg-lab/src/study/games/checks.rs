//! What is claimed, and what was measured.

use thalweg::modified::Updates;

use super::closed_path;
use super::players::{Described, Match, REGULARISATION};
use super::{Evidence, SOURCE, UPDATES, name};
use crate::study::halving::{extrapolated, furthest};
use crate::study::{Check, Expectation, Expected, shown};

/// Every check, the most important first.
pub(super) fn all(evidence: &Evidence) -> Vec<Check> {
    let mut checks = vec![spiral(evidence, 0.5), bounded(evidence), closed(evidence)];
    checks.extend(orders(evidence));
    checks.push(threshold(evidence, predicted_threshold()));
    checks.push(alternating_comes_in(evidence));
    checks
}

/// The learning rate at which the real part of μ − (h/2)μ² vanishes for the eigenvalues
/// μ = −γ/2 ± iω, ω² = ¼ − γ²/4, of the Dirac GAN at its equilibrium.
fn predicted_threshold() -> f64 {
    let damping = REGULARISATION / 2.0;
    let turning_squared = 0.25 - damping * damping;
    2.0 * damping / (turning_squared - damping * damping)
}

/// Whether simultaneous players of xy leave it at the rate `factor`·h.
pub(super) fn spiral(evidence: &Evidence, factor: f64) -> Check {
    let growth = evidence.growth(Match::Bilinear, Updates::Simultaneous);
    let mut by_rate: Vec<_> = growth
        .map(|one| (one.rate, one.measured / one.rate))
        .collect();
    by_rate.retain(|(rate, _)| [0.2, 0.1, 0.05].contains(rate));
    by_rate.reverse();
    let ratios: Vec<f64> = by_rate.iter().map(|(_, ratio)| *ratio).collect();
    let expectation = Expectation {
        name: "spiral".into(),
        statement: "Simultaneous players of xy leave the equilibrium in a spiral that grows as \
                    exp(ht/2)"
            .into(),
        source: SOURCE.into(),
        quantity:
            "the rate at which ln √(x² + y²) grows in time nh, divided by h, extrapolated to \
                   h = 0 from h = 0.2, 0.1 and 0.05"
                .into(),
        expected: Expected::Near {
            value: factor,
            tolerance: 1e-3,
        },
        because:
            "The modified field is V − (h/2)(DV)V = V + (h/2)θ; V alone keeps the radius. One \
                  update multiplies it by √(1 + h²), so that h²/4 is left at h and 10⁻⁵ after \
                  extrapolation."
                .into(),
    };
    let words: Vec<String> = by_rate
        .iter()
        .map(|(rate, ratio)| format!("{} at h = {}", shown(*ratio), shown(*rate)))
        .collect();
    expectation.measured(
        extrapolated(&ratios),
        format!("The rate over h is {}.", words.join(", ")),
    )
}

fn bounded(evidence: &Evidence) -> Check {
    let bound = (2.0 / (2.0 - closed_path::RATE)).sqrt();
    let expectation = Expectation {
        name: "bounded".into(),
        statement: "Alternating players of xy stay at a bounded distance for ever".into(),
        source: SOURCE.into(),
        quantity: format!(
            "the largest distance in {} updates with h = {}, relative to the start's",
            closed_path::UPDATES,
            shown(closed_path::RATE)
        ),
        expected: Expected::Between {
            low: 1.0,
            high: bound + 1e-9,
        },
        because: "They stay on the ellipse x² + y² − hxy = const, whose largest radius is \
                  √(2/(2 − h)) times that of its point on an axis."
            .into(),
    };
    let simultaneous = (1.0 + closed_path::RATE.powi(2)).ln() / 2.0 / 10.0_f64.ln();
    expectation.measured(
        evidence.closed.radius,
        format!(
            "The bound is {}. As many simultaneous updates would lead to a distance of 10 to the \
             power {}.",
            shown(bound),
            shown((simultaneous * closed_path::UPDATES as f64).round())
        ),
    )
}

fn closed(evidence: &Evidence) -> Check {
    let expectation = Expectation {
        name: "kept".into(),
        statement: "They keep x² + y² − hxy, as their modified flow does".into(),
        source: "the modified field of alternating updates, which on xy is Hamiltonian".into(),
        quantity: "the largest relative change over all updates".into(),
        expected: Expected::Below { bound: 1e-10 },
        because: "It is an identity; roundings of double precision add up over the updates.".into(),
    };
    expectation.measured(
        evidence.closed.drift,
        "The game itself keeps x² + y², which one turn of the players changes by a tenth.",
    )
}

fn orders(evidence: &Evidence) -> Vec<Check> {
    let mut checks = Vec::new();
    for updates in UPDATES {
        let other = match updates {
            Updates::Simultaneous => Updates::Alternating,
            Updates::Alternating => Updates::Simultaneous,
        };
        let kind = name(updates);
        checks.push(order(
            evidence,
            updates,
            Described::Steps(updates),
            (
                kind.into(),
                format!(
                    "{} updates of the Dirac GAN follow their modified flow to second order",
                    upper(kind)
                ),
                2.0,
            ),
        ));
        checks.push(order(
            evidence,
            updates,
            Described::Game,
            (
                format!("{kind}, game"),
                format!(
                    "{} updates follow the game itself to first order only",
                    upper(kind)
                ),
                1.0,
            ),
        ));
        checks.push(order(
            evidence,
            updates,
            Described::Steps(other),
            (
                format!("{kind}, crossed"),
                format!(
                    "{} updates follow the modified flow of {} ones to first order only",
                    upper(kind),
                    name(other)
                ),
                1.0,
            ),
        ));
    }
    checks
}

fn order(
    evidence: &Evidence,
    updates: Updates,
    described: Described,
    (name, statement, order): (String, String, f64),
) -> Check {
    let mut following = evidence.following.iter();
    let following = following.find(|one| one.updates == updates && one.described == described);
    let expectation = Expectation {
        name,
        statement,
        source: SOURCE.into(),
        quantity: "the order in h of the distance after a fixed time".into(),
        expected: Expected::Near {
            value: order,
            tolerance: 0.1,
        },
        because: match order {
            2.0 => {
                "The last of four halvings; what higher orders add to it is below a tenth.".into()
            }
            _ => "A field that is wrong by a term in h leaves an error proportional to h.".into(),
        },
    };
    let Some(following) = following else {
        return expectation.undecided("It was not measured.");
    };
    let ends = following.distances.first().zip(following.distances.last());
    let seen = ends.map_or_else(String::new, |([_, first], [_, last])| {
        format!(
            "The distance falls from {} to {}.",
            shown(*first),
            shown(*last)
        )
    });
    expectation.measured(following.order(), seen)
}

fn upper(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// Whether simultaneous players leave the Dirac GAN from the learning rate `predicted`.
pub(super) fn threshold(evidence: &Evidence, predicted: f64) -> Check {
    let expectation = Expectation {
        name: "threshold".into(),
        statement: format!(
            "The modified flow says up to which learning rate simultaneous players of a Dirac GAN \
             with γ = {} come to their equilibrium",
            shown(REGULARISATION)
        ),
        source: SOURCE.into(),
        quantity: "the learning rate from which they leave it, by bisection".into(),
        expected: Expected::Near {
            value: predicted,
            tolerance: 0.02,
        },
        because:
            "For eigenvalues −γ/2 ± iω of DV the modified field's are μ − (h/2)μ², whose real \
                  part vanishes at h = γ/(ω² − γ²/4); terms of second order in h, left out, are \
                  relatively (hω)² ≈ 0.04."
                .into(),
    };
    expectation.measured(
        evidence.threshold,
        format!(
            "The exact condition |1 + hμ| = 1 gives {}. The game itself would come to its \
             equilibrium whatever the learning rate.",
            shown(4.0 * REGULARISATION)
        ),
    )
}

fn alternating_comes_in(evidence: &Evidence) -> Check {
    let growth = evidence.growth(Match::DiracGan, Updates::Alternating);
    let rates: Vec<f64> = growth.map(|one| one.measured).collect();
    let expectation = Expectation {
        name: "alternating comes in".into(),
        statement: "Alternating players come to it with every learning rate measured".into(),
        source: SOURCE.into(),
        quantity: "the largest rate at which ln √(x² + y²) grows".into(),
        expected: Expected::Below { bound: 0.0 },
        because: "A distance that falls has a negative rate; the game's own is −γ/2.".into(),
    };
    expectation.measured(
        furthest(rates.iter().copied(), -10.0),
        format!(
            "Over {} learning rates up to 0.8; simultaneous players leave it from {} on.",
            rates.len(),
            shown(evidence.threshold)
        ),
    )
}
