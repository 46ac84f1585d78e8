//! Rulings on claims: what the trials of a sweep say about a statement, and how surely.
//!
#![doc = include_str!("rule.md")]

mod effect;
mod evidence;
mod explanation;
mod interval;
mod table;
mod verdict;

#[cfg(test)]
mod tests;

pub use evidence::Evidence;
pub use interval::{CONFIDENCE, Interval};
pub use table::table;
pub use verdict::{Effect, LeftOut, Reason, Ruling, SeedEffect, Verdict};

use self::evidence::observe;
pub(crate) use self::explanation::number;
use crate::spec::{ClaimSpec, Comparison, Direction, Experiment};

/// The fewest seeds that a ruling is made on.
pub const FEWEST_SEEDS: usize = 3;

/// The fewest different values of a setting that make a trend.
pub const FEWEST_POINTS: usize = 3;

/// Rules on a claim of `experiment`; `evidence` has an entry for every planned trial.
#[must_use]
pub fn rule(claim: &ClaimSpec, experiment: &Experiment, evidence: &[Evidence<'_>]) -> Verdict {
    let mut left_out = Vec::new();
    let others = evidence::matched_paths(claim, experiment);
    let mut observe = |sweep: &str| observe(claim, sweep, &others, evidence, &mut left_out);
    let observations = observe(&claim.sweep);
    let base = match &claim.compare {
        Comparison::Sweep { base } => observe(base),
        _ => Vec::new(),
    };
    let seeds = effect::by_seed(claim, observations, &base, &mut left_out);
    let trials_used = seeds.iter().map(|seed| seed.trials).sum();
    let effects: Vec<f64> = seeds.iter().map(|seed| seed.effect).collect();
    let interval = Interval::of(&effects);
    let ruling = decide(claim, seeds.len(), interval);
    let mut verdict = Verdict {
        name: claim.name.clone(),
        statement: claim.statement.clone(),
        source: claim.source.clone(),
        ruling,
        effect: interval.map(|interval| Effect::new(interval, claim)),
        minimum_effect: claim.minimum_effect,
        seeds,
        trials_used,
        left_out,
        seeds_needed: None,
        explanation: String::new(),
    };
    if ruling == Ruling::Undecided {
        verdict.seeds_needed = seeds_needed(claim, interval);
    }
    verdict.explanation = explanation::of(claim, &verdict);
    verdict
}

/// The ruling on an interval over that many seeds.
fn decide(claim: &ClaimSpec, seeds: usize, interval: Option<Interval>) -> Ruling {
    let Some(interval) = interval.filter(|_| seeds >= FEWEST_SEEDS) else {
        return Ruling::Undecided;
    };
    let towards = oriented(claim.expect, interval);
    let least = claim.minimum_effect;
    let is_small = towards.low >= -least && towards.high <= least;
    let is_there = towards.low > 0.0 && towards.mean >= least;
    let is_opposite = match claim.expect {
        Direction::Coincides => towards.high < 0.0 && towards.mean <= -least,
        Direction::Increases | Direction::Decreases => towards.high < 0.0,
    };
    let (holds, fails) = match claim.expect {
        Direction::Coincides => (is_small, is_there || is_opposite),
        Direction::Increases | Direction::Decreases => (is_there, is_small || is_opposite),
    };
    if holds {
        Ruling::Holds
    } else if fails {
        Ruling::DoesNotHold
    } else {
        Ruling::Undecided
    }
}

/// The seeds at which the observed mean and spread would decide: n with t·s/√n within the distance
/// of the mean from what it must be told apart from. `None` if that distance is nil, or if there
/// are too few seeds to know the spread.
fn seeds_needed(claim: &ClaimSpec, interval: Option<Interval>) -> Option<u64> {
    let interval = interval?;
    let mean = oriented(claim.expect, interval).mean;
    let least = claim.minimum_effect;
    let is_coincidence = claim.expect == Direction::Coincides;
    let is_opposite = mean < 0.0 && !is_coincidence;
    let from_zero = if is_opposite || mean >= least || (is_coincidence && mean <= -least) {
        mean.abs()
    } else {
        0.0
    };
    let distance = from_zero.max(least - mean.abs());
    let needed = (interval.quantile() * interval.deviation / distance)
        .powi(2)
        .ceil();
    let more = (interval.count + 1).max(FEWEST_SEEDS) as f64;
    needed.is_finite().then_some(needed.max(more) as u64)
}

/// The interval with what is expected made positive.
fn oriented(expect: Direction, interval: Interval) -> Interval {
    match expect {
        Direction::Increases | Direction::Coincides => interval,
        Direction::Decreases => interval.negated(),
    }
}
