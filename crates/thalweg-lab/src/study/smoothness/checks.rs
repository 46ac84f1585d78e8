//! What is claimed, and what was measured.

use thalweg::Named;
use thalweg::network::Activation;

use super::path::{Path, Point};
use super::{ACTIVATIONS, Evidence, SOURCE, median};
use crate::study::{Check, Expectation, Expected, shown};

/// The slope that is put down to which steps of a ReLU network meet a switch.
const CHANCE: f64 = 0.35;

/// Every check, the most important first.
pub(super) fn all(evidence: &Evidence) -> Vec<Check> {
    let smooth = ACTIVATIONS.iter().filter(|one| one.is_smooth());
    let mut checks: Vec<Check> = smooth.map(|one| falls(evidence, *one)).collect();
    checks.extend([
        stays(evidence),
        level(evidence),
        third_order(evidence),
        floor(evidence),
    ]);
    checks
}

/// For each seed the slope of log(number) against log h over the last two halvings.
fn slopes(
    paths: &[Path],
    activation: Activation,
    seeds: &[u64],
    number: fn(&Point) -> f64,
) -> Vec<f64> {
    let of_seed = |seed: &u64| {
        let wanted =
            |one: &&Path| one.question.activation == activation && one.question.seed == *seed;
        let mut paths: Vec<&Path> = paths.iter().filter(wanted).collect();
        let by_rate = |one: &&Path, other: &&Path| {
            let rates = [one, other].map(|path| path.question.learning_rate);
            rates[0].total_cmp(&rates[1])
        };
        paths.sort_by(by_rate);
        let ends = paths.iter().map(|one| one.end().map_or(f64::NAN, number));
        let ends: Vec<f64> = ends.take(3).collect();
        match ends[..] {
            [least, _, most] => (most / least).log2() / 2.0,
            _ => f64::NAN,
        }
    };
    seeds.iter().map(of_seed).collect()
}

/// The number farthest from `value`; NaN if any is none.
fn farthest(numbers: &[f64], value: f64) -> f64 {
    let further = |one: f64, other: f64| match (one - value).abs() >= (other - value).abs() {
        true => one,
        _ if one.is_nan() => one,
        _ => other,
    };
    numbers.iter().copied().reduce(further).unwrap_or(f64::NAN)
}

/// The seeds' numbers in words.
fn listed(numbers: &[f64]) -> String {
    let words: Vec<String> = numbers.iter().copied().map(shown).collect();
    words.join(", ")
}

/// The ratios at the largest and smallest learning rate in words.
fn seen_ratios(evidence: &Evidence, activation: Activation) -> String {
    let rates = evidence.scope.learning_rates();
    let at = |h: f64| {
        let ratios = Evidence::of_seeds(&evidence.paths, activation, h, Point::ratio);
        format!("{} at h = {}", listed(&ratios), shown(h))
    };
    let ends = [rates.first(), rates.last()];
    let words: Vec<String> = ends.into_iter().flatten().map(|h| at(*h)).collect();
    format!("The ratio of the seeds is {}.", words.join(" and "))
}

fn falls(evidence: &Evidence, activation: Activation) -> Check {
    let Evidence { scope, paths, .. } = evidence;
    let slopes = slopes(paths, activation, &scope.seeds, Point::ratio);
    let name = activation.name();
    let expectation = Expectation {
        name: name.into(),
        statement: format!("With {name} the drift ratio falls in proportion to h"),
        source: SOURCE.into(),
        quantity: "the slope of log ratio against log h over the last two halvings, of the seed \
                   farthest from 1"
            .into(),
        expected: Expected::Near {
            value: 1.0,
            tolerance: 0.1,
        },
        because:
            "The ratio is ch(1 + O(h)); at these h the second term changes the slope by a few \
                  hundredths."
                .into(),
    };
    let seen = format!(
        "The slopes are {}. {}",
        listed(&slopes),
        seen_ratios(evidence, activation)
    );
    expectation.measured(farthest(&slopes, 1.0), seen)
}

fn stays(evidence: &Evidence) -> Check {
    let Evidence { scope, paths, .. } = evidence;
    let slopes = slopes(paths, Activation::Relu, &scope.seeds, Point::ratio);
    let mut ordered = slopes.clone();
    ordered.sort_by(f64::total_cmp);
    let is_complete = slopes.iter().all(|slope| !slope.is_nan());
    let measured = if is_complete {
        median(&ordered)
    } else {
        f64::NAN
    };
    let expectation = Expectation {
        name: "relu".into(),
        statement: "With ReLU the drift ratio of most networks does not fall with h".into(),
        source: "Theorem 3.1 assumes a smooth loss".into(),
        quantity:
            "the slope of log ratio against log h over the last two halvings, the middle one \
                   of the seeds"
                .into(),
        expected: Expected::Between {
            low: -CHANCE,
            high: CHANCE,
        },
        because: "Every unit that switches moves gradient descent by O(h) from both flows, so the \
                  ratio tends to a constant. Which steps meet a switch is chance: a third of the \
                  slope of smooth networks is left for it, and single seeds can be far from their \
                  limit at these h."
            .into(),
    };
    let seen = format!(
        "The slopes are {}. {}",
        listed(&slopes),
        seen_ratios(evidence, Activation::Relu)
    );
    expectation.measured(measured, seen)
}

fn level(evidence: &Evidence) -> Check {
    let smallest = evidence.scope.learning_rates().pop().unwrap_or(f64::NAN);
    let ratios = |one| Evidence::of_seeds(&evidence.paths, one, smallest, Point::ratio);
    let relu = ratios(Activation::Relu);
    let smooth = ACTIVATIONS.iter().filter(|one| one.is_smooth());
    let smooth: Vec<f64> = smooth.flat_map(|one| ratios(*one)).collect();
    let largest = smooth.iter().copied().fold(f64::NAN, f64::max);
    let expectation = Expectation {
        name: "apart".into(),
        statement: "At the smallest h the ratio of most ReLU networks is far above those of all \
                    smooth ones"
            .into(),
        source: "Theorem 3.1 assumes a smooth loss".into(),
        quantity:
            "the ratio with ReLU, the middle one of the seeds, over the largest with another \
                   function"
                .into(),
        expected: Expected::Above { bound: 10.0 },
        because:
            "The smooth ratios are of the size of h, the others of no small quantity, but for \
                  networks whose path meets few switches."
                .into(),
    };
    let is_complete = relu.len() == evidence.scope.seeds.len();
    let measured = if is_complete {
        median(&relu) / largest
    } else {
        f64::NAN
    };
    let seen = format!(
        "At h = {} the ratio with ReLU is {}, with the others at most {}.",
        shown(smallest),
        listed(&relu),
        shown(largest)
    );
    expectation.measured(measured, seen)
}

fn third_order(evidence: &Evidence) -> Check {
    let Evidence { scope, steps, .. } = evidence;
    let of = |one: &Activation| slopes(steps, *one, &scope.seeds, |point| point.modified);
    let smooth = ACTIVATIONS.iter().filter(|one| one.is_smooth());
    let slopes: Vec<f64> = smooth.flat_map(of).collect();
    let expectation = Expectation {
        name: "step".into(),
        statement: "One step on a smooth network leaves the modified flow by O(h³)".into(),
        source: SOURCE.into(),
        quantity: "the slope of log distance against log h over the last two halvings, of the \
                   network farthest from 3"
            .into(),
        expected: Expected::Near {
            value: 3.0,
            tolerance: 0.05,
        },
        because:
            "The distance is ch³(1 + O(h)) with h of a thousandth, and rounding is four orders \
                  of magnitude smaller."
                .into(),
    };
    let seen = format!("The slopes are {}.", listed(&slopes));
    expectation.measured(farthest(&slopes, 3.0), seen)
}

fn floor(evidence: &Evidence) -> Check {
    let (scope, tanh) = (&evidence.scope, Activation::Tanh);
    let smallest = super::halves(scope.largest, scope.step_halvings).pop();
    let smallest = smallest.unwrap_or(f64::NAN);
    let of =
        |number: fn(&Point) -> f64| Evidence::of_seeds(&evidence.steps, tanh, smallest, number);
    let excess = of(|point| point.single / point.modified);
    let expectation = Expectation {
        name: "single precision".into(),
        statement: "In single precision the O(h³) of one step drowns in rounding".into(),
        source: SOURCE.into(),
        quantity: "the distance of one step in single precision over that in double precision, \
                   both from the modified flow in double precision, least of the seeds, tanh"
            .into(),
        expected: Expected::Above { bound: 10.0 },
        because: "Rounding of θ to 24 bits does not fall with h; far below the h where both are \
                  equal nothing of the difference is left."
            .into(),
    };
    let seen = format!(
        "At h = {} one step leaves {} in double precision, and {} is seen in single precision.",
        shown(smallest),
        shown(median(&of(|point| point.modified))),
        shown(median(&of(|point| point.single))),
    );
    expectation.measured(excess.first().copied().unwrap_or(f64::NAN), seen)
}

/// How many ReLU networks have a ratio that still falls at the smallest learning rates, and how fast
/// the fastest does.
pub(super) fn falling(evidence: &Evidence) -> (usize, f64) {
    let Evidence { scope, paths, .. } = evidence;
    let slopes = slopes(paths, Activation::Relu, &scope.seeds, Point::ratio);
    let falling = slopes.iter().copied().filter(|slope| *slope > CHANCE);
    (falling.clone().count(), falling.fold(0.0, f64::max))
}

/// The largest learning rate at which rounding to single precision moves one step of the tanh
/// networks farther than that step leaves the modified flow.
pub(super) fn drowned(evidence: &Evidence) -> Option<f64> {
    let scope = &evidence.scope;
    let rates = super::halves(scope.largest, scope.step_halvings);
    rates.into_iter().find(|h| {
        let of = |number: fn(&Point) -> f64| {
            median(&Evidence::of_seeds(
                &evidence.steps,
                Activation::Tanh,
                *h,
                number,
            ))
        };
        of(|point| point.rounding) > of(|point| point.modified)
    })
}
