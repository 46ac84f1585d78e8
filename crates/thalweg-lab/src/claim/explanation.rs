//! Verdicts in sentences.

use std::collections::BTreeMap;

use thalweg::Named;

use super::verdict::{Effect, Reason, Ruling, Verdict};
use super::{FEWEST_POINTS, FEWEST_SEEDS};
use crate::spec::{At, ClaimSpec, Comparison, Direction, Scale};

/// What the numbers of an effect count.
pub(super) fn unit(claim: &ClaimSpec) -> String {
    let mut quantity = claim.quantity.name().to_owned();
    if let Some(divisor) = claim.relative_to {
        quantity = format!("{quantity}/{}", divisor.name());
    }
    if claim.scale == Scale::Log {
        quantity = format!("log10 {quantity}");
    }
    let axis = claim.axis.as_deref().unwrap_or_default();
    let quantity = match claim.matched_by {
        Some(derived) => format!("{quantity} at equal {}", derived.name()),
        None => quantity,
    };
    match &claim.compare {
        Comparison::Optimum { of, .. } => format!(
            "log2 {axis} from where {} is best to where {quantity} is best",
            of.name()
        ),
        Comparison::Sweep { base } => {
            format!("{quantity} from sweep {base} to sweep {}", claim.sweep)
        }
        Comparison::Trend => format!("{quantity} per tenfold {axis}"),
        Comparison::Pair { from, to } => format!("{quantity} from {axis} = {from} to {to}"),
    }
}

/// The explanation of a verdict that is complete but for it.
pub(super) fn of(claim: &ClaimSpec, verdict: &Verdict) -> String {
    let mut sentences = vec![match &verdict.effect {
        Some(effect) => effect_sentence(claim, verdict, effect),
        None => seeds_sentence(verdict),
    }];
    if verdict.ruling == Ruling::Undecided {
        sentences.extend(advice(claim, verdict));
    }
    sentences.extend(exclusions(verdict));
    sentences.join(" ")
}

fn effect_sentence(claim: &ClaimSpec, verdict: &Verdict, effect: &Effect) -> String {
    let place = match claim.at {
        At::Best => "at maximum test accuracy".to_owned(),
        At::Final => "at the end".to_owned(),
        At::Loss(loss) => format!("at loss {loss}"),
        At::Along(axis, place) => format!("at {} {place}", axis.name()),
    };
    format!(
        "Over {} seeds the change in {}, {place}, is {} ({:.0} % interval {} to {}): {}.",
        verdict.seeds.len(),
        effect.unit,
        number(effect.estimate),
        effect.confidence * 100.0,
        number(effect.low),
        number(effect.high),
        grounds(claim, verdict, effect),
    )
}

/// Why the ruling is what it is.
fn grounds(claim: &ClaimSpec, verdict: &Verdict, effect: &Effect) -> String {
    let least = number(claim.minimum_effect);
    let (expected, is_one_sided) = match claim.expect {
        Direction::Increases => ("an increase", effect.low > 0.0),
        Direction::Decreases => ("a decrease", effect.high < 0.0),
        Direction::Coincides => return grounds_of_coincidence(claim, verdict, effect),
    };
    let is_small = effect.low.abs().max(effect.high.abs()) <= claim.minimum_effect;
    match verdict.ruling {
        Ruling::Holds if claim.minimum_effect > 0.0 => {
            format!("{expected}, and of at least {least}")
        }
        Ruling::Holds => expected.into(),
        Ruling::DoesNotHold if is_small => format!("less than the {least} that matter"),
        Ruling::DoesNotHold => format!("not {expected} but the opposite"),
        Ruling::Undecided if verdict.seeds.len() < FEWEST_SEEDS => too_few(verdict),
        Ruling::Undecided if is_one_sided => {
            format!("{expected}, but perhaps of less than the {least} that matter")
        }
        Ruling::Undecided => "the interval leaves both signs open".into(),
    }
}

/// Why the ruling on a coincidence is what it is.
fn grounds_of_coincidence(claim: &ClaimSpec, verdict: &Verdict, effect: &Effect) -> String {
    let least = number(claim.minimum_effect);
    let excludes_zero = effect.low > 0.0 || effect.high < 0.0;
    match verdict.ruling {
        Ruling::Holds => format!("less than the {least} that matter"),
        Ruling::DoesNotHold => format!("a difference, and of at least {least}"),
        Ruling::Undecided if verdict.seeds.len() < FEWEST_SEEDS => too_few(verdict),
        Ruling::Undecided if excludes_zero => {
            format!("a difference, but perhaps of less than the {least} that matter")
        }
        Ruling::Undecided => {
            format!("the interval leaves open both no difference and one of {least}")
        }
    }
}

/// That there are too few seeds, as the end of a sentence.
fn too_few(verdict: &Verdict) -> String {
    seeds_sentence(verdict).trim_end_matches('.').to_lowercase()
}

fn seeds_sentence(verdict: &Verdict) -> String {
    let count = verdict.seeds.len();
    format!("A ruling needs {FEWEST_SEEDS} usable seeds and has {count}.")
}

/// What would decide an undecided claim.
fn advice(claim: &ClaimSpec, verdict: &Verdict) -> Option<String> {
    let has = |reason| verdict.left_out.iter().any(|one| one.reason == reason);
    let axis = claim.axis.as_deref().unwrap_or_default();
    let is_without_points = verdict.seeds.is_empty() && has(Reason::NothingToCompare);
    match claim.compare {
        Comparison::Trend if is_without_points => {
            return Some(format!(
                "A trend needs at least {FEWEST_POINTS} values of {axis} a seed."
            ));
        }
        Comparison::Optimum { .. } if is_without_points => {
            return Some(format!(
                "An optimum needs at least {FEWEST_POINTS} values of {axis} a seed."
            ));
        }
        Comparison::Optimum { .. }
            if verdict.seeds.len() < FEWEST_SEEDS && has(Reason::OptimumAtEdge) =>
        {
            return Some(format!(
                "More values of {axis} beyond the ends would show the optima."
            ));
        }
        _ => {}
    }
    let needed = verdict.seeds_needed?;
    Some(format!(
        "At this effect and spread about {needed} seeds would decide."
    ))
}

/// How many trials are left out, by reason.
fn exclusions(verdict: &Verdict) -> Option<String> {
    if verdict.left_out.is_empty() {
        return None;
    }
    let mut counts: BTreeMap<Reason, usize> = BTreeMap::new();
    for one in &verdict.left_out {
        *counts.entry(one.reason).or_default() += 1;
    }
    let counts: Vec<String> = counts
        .into_iter()
        .map(|(reason, count)| format!("{count} {}", reason.words()))
        .collect();
    let all = verdict.trials_used + verdict.left_out.len();
    let count = verdict.left_out.len();
    Some(format!(
        "Left out of {all} trials: {count} ({}).",
        counts.join(", ")
    ))
}

/// A number to three significant digits.
pub(crate) fn number(value: f64) -> String {
    let magnitude = value.abs();
    if magnitude != 0.0 && !(1e-3..1e4).contains(&magnitude) {
        return format!("{value:.2e}");
    }
    let rounded: f64 = format!("{value:.2e}").parse().unwrap_or(value);
    format!("{rounded}")
}
