//! What is claimed, and what was measured.

use super::descent::{Descent, Ended};
use super::{Evidence, LARGE, MODERATE, SMALL, SOURCE, STABLE};
use crate::study::{Check, Expectation, Expected, shown};

/// Every check, the most important first.
pub(super) fn all(evidence: &Evidence) -> Vec<Check> {
    vec![
        flatter(evidence),
        reversal(evidence),
        ricochet(evidence),
        positive(evidence),
        outside(evidence),
        inside(evidence),
        flow_limit(evidence),
        ratio(evidence),
        one_function(evidence),
    ]
}

/// The smallest or largest of some numbers; NaN of none, or if one is NaN, which decides nothing.
fn extreme(numbers: impl Iterator<Item = f64>, choose: fn(f64, f64) -> f64) -> f64 {
    let chosen = numbers.reduce(|one, other| match one.is_nan() || other.is_nan() {
        true => f64::NAN,
        false => choose(one, other),
    });
    chosen.unwrap_or(f64::NAN)
}

/// The end of the path with that learning rate, if it reached a minimum.
fn minimum(evidence: &Evidence, learning_rate: f64) -> Option<&Descent> {
    let descent = evidence.with(learning_rate);
    descent.filter(|one| one.ended == Ended::Converged)
}

/// a² + b² at that end; NaN if there is none.
fn squares(evidence: &Evidence, learning_rate: f64) -> f64 {
    minimum(evidence, learning_rate).map_or(f64::NAN, |one| one.end().squares())
}

fn flatter(evidence: &Evidence) -> Check {
    let is_moderate = |one: &&Descent| one.largest_stability() < STABLE;
    let moderate: Vec<&Descent> = evidence.converged().filter(is_moderate).collect();
    let change = |pair: &[&Descent]| pair[1].end().squares() - pair[0].end().squares();
    let steepest = extreme(moderate.windows(2).map(change), f64::max);
    let last = moderate.last().map_or(f64::NAN, |one| one.learning_rate);
    let expectation = Expectation {
        name: "flatter".into(),
        statement: "The larger a moderate learning rate, the flatter the minimum that gradient \
                    descent finds"
            .into(),
        source: "Barrett and Dherin 2021, prediction 2.2 and Figure 1b".into(),
        quantity: "the largest change of a² + b² at the end from one learning rate to the next"
            .into(),
        expected: Expected::Below { bound: 0.0 },
        because:
            "Moderate are the learning rates with h·λ_max < 2 on all of their path; a² + b² is \
                  the curvature of the minimum, so each change must be a fall."
                .into(),
    };
    expectation.measured(
        steepest,
        format!(
            "Over {} learning rates up to h = {}, a² + b² falls from {} to {}, with {} at h_M = {}; \
             the gradient flow ends at {}.",
            moderate.len(),
            shown(last),
            shown(moderate.first().map_or(f64::NAN, |one| one.end().squares())),
            shown(moderate.last().map_or(f64::NAN, |one| one.end().squares())),
            shown(squares(evidence, MODERATE)),
            shown(MODERATE),
            shown(evidence.flow),
        ),
    )
}

fn reversal(evidence: &Evidence) -> Check {
    let ends: Vec<&Descent> = evidence.converged().collect();
    let is_turn = |pair: &&[&Descent]| pair[1].end().squares() > pair[0].end().squares();
    let is_sharper = |one: &&&Descent| one.end().squares() > evidence.flow;
    let mut seen = String::new();
    if let Some([turn, _]) = ends.windows(2).find(is_turn) {
        seen += &format!(
            "The fall goes on to {} at h = {}, where the path begins at h·λ_max = {}; then the ends \
             grow sharper.",
            shown(turn.end().squares()),
            shown(turn.learning_rate),
            shown(turn.points[0].stability),
        );
    }
    if let Some(first) = ends.iter().find(is_sharper) {
        seen += &format!(
            " The first that is sharper than the gradient flow's is at h = {}.",
            shown(first.learning_rate)
        );
    }
    let expectation = Expectation {
        name: "reversal".into(),
        statement: format!(
            "With h_L = {} the effect has reversed: gradient descent ends sharper than the gradient \
             flow",
            shown(LARGE)
        ),
        source: SOURCE.into(),
        quantity: "a² + b² at the end with h_L".into(),
        expected: Expected::Above {
            bound: evidence.flow,
        },
        because:
            "The bound is a² + b² where the gradient flow ends, √((a₀² − b₀²)² + 4(y/x)²), as \
                  the flow keeps a² − b²."
                .into(),
    };
    expectation.measured(squares(evidence, LARGE), seen)
}

fn ricochet(evidence: &Evidence) -> Check {
    let descent = minimum(evidence, LARGE);
    let end = descent.map(Descent::end);
    let seen = descent.map_or_else(String::new, |descent| {
        let place = |index: usize| {
            let point = descent.points.get(index)?;
            Some(format!("({}, {})", shown(point.a), shown(point.b)))
        };
        let path: Vec<String> = (0..4).filter_map(place).collect();
        format!("It goes {}.", path.join(" → ")) + &ending(descent)
    });
    let expectation = Expectation {
        name: "ricochet".into(),
        statement: format!(
            "With h_L = {} gradient descent ricochets and lands on the negative branch of minima",
            shown(LARGE)
        ),
        source: SOURCE.into(),
        quantity: "the larger of a and b at the end with h_L".into(),
        expected: Expected::Below { bound: 0.0 },
        because: "Both are positive at the start; on the negative branch both are negative.".into(),
    };
    expectation.measured(end.map_or(f64::NAN, |end| end.a.max(end.b)), seen)
}

fn ending(descent: &Descent) -> String {
    let end = descent.end();
    let steps = descent.steps();
    format!(
        " After {steps} steps it ends at ({}, {}).",
        shown(end.a),
        shown(end.b)
    )
}

fn positive(evidence: &Evidence) -> Check {
    let descents = [SMALL, MODERATE].map(|one| minimum(evidence, one));
    let ends = descents.map(|one| one.map_or(f64::NAN, |one| one.end().a.min(one.end().b)));
    let words = |one: &Descent| format!("With h = {}:{}", shown(one.learning_rate), ending(one));
    let seen: Vec<String> = descents.iter().flatten().map(|one| words(one)).collect();
    let expectation = Expectation {
        name: "follows".into(),
        statement: format!(
            "With h_S = {} and h_M = {} gradient descent ends on the positive branch, as the \
             gradient flow does",
            shown(SMALL),
            shown(MODERATE)
        ),
        source: SOURCE.into(),
        quantity: "the smallest of a and b at both ends".into(),
        expected: Expected::Above { bound: 0.0 },
        because: "The gradient flow cannot cross ab = y/x, and begins with a and b positive."
            .into(),
    };
    let is_known = ends.iter().all(|end| !end.is_nan());
    let least = if is_known {
        ends[0].min(ends[1])
    } else {
        f64::NAN
    };
    expectation.measured(least, seen.join(" "))
}

fn outside(evidence: &Evidence) -> Check {
    let descent = evidence.with(LARGE);
    let seen = descent.map_or_else(String::new, |one| {
        format!(
            "h·λ_max is {} at the start, at or above 2 on {} of {} points, and {} at the end.",
            shown(one.points[0].stability),
            one.unstable_points(),
            one.points.len(),
            shown(one.end().stability),
        )
    });
    let expectation = Expectation {
        name: "outside".into(),
        statement: format!(
            "h_L = {} is outside the regime of moderate learning rates",
            shown(LARGE)
        ),
        source: "Barrett and Dherin 2021, Remark 3.2".into(),
        quantity: "the largest h·λ_max on the path with h_L".into(),
        expected: Expected::Above { bound: STABLE },
        because: "Beyond 2 the steps of gradient descent grow along the direction of greatest \
                  curvature; the theory asks for less."
            .into(),
    };
    expectation.measured(descent.map_or(f64::NAN, Descent::largest_stability), seen)
}

fn inside(evidence: &Evidence) -> Check {
    let descents = [SMALL, MODERATE].map(|one| evidence.with(one));
    let largest = |one: &Descent| one.largest_stability();
    let words = |one: &Descent| {
        let (h, largest) = (shown(one.learning_rate), shown(one.largest_stability()));
        format!("With h = {h} it is at most {largest}.")
    };
    let seen: Vec<String> = descents.into_iter().flatten().map(words).collect();
    let expectation = Expectation {
        name: "inside".into(),
        statement: format!(
            "h_S = {} and h_M = {} are within the regime of moderate learning rates",
            shown(SMALL),
            shown(MODERATE)
        ),
        source: "Barrett and Dherin 2021, Remark 3.2".into(),
        quantity: "the largest h·λ_max on both paths".into(),
        expected: Expected::Below { bound: STABLE },
        because: "Below 2 every linearised step contracts.".into(),
    };
    expectation.measured(
        extreme(descents.into_iter().flatten().map(largest), f64::max),
        seen.join(" "),
    )
}

fn flow_limit(evidence: &Evidence) -> Check {
    let (half, whole) = (squares(evidence, SMALL / 2.0), squares(evidence, SMALL));
    let expectation = Expectation {
        name: "limit".into(),
        statement: "As h → 0 gradient descent ends where the gradient flow does".into(),
        source: "the flow keeps a² − b², so that the end follows from the start".into(),
        quantity: "a² + b² at the end, extrapolated to h = 0 from h_S and h_S/2".into(),
        expected: Expected::Near {
            value: evidence.flow,
            tolerance: 1e-4,
        },
        because:
            "What extrapolation leaves is of order h²: about 3·10⁻⁵ by the curvature of a² + b² \
                  in h up to h_M."
                .into(),
    };
    let seen = format!(
        "a² + b² is {} with h_S/2 and {} with h_S.",
        shown(half),
        shown(whole)
    );
    expectation.measured(2.0 * half - whole, seen)
}

fn ratio(evidence: &Evidence) -> Check {
    let points = evidence.descents.iter().flat_map(|one| &one.points);
    let with_loss = points.filter(|point| point.loss > 0.0);
    let error = with_loss.map(|point| (point.ratio() / point.squares() - 1.0).abs());
    let expectation = Expectation {
        name: "ratio".into(),
        statement: "R_IG/E = (a² + b²)x² everywhere".into(),
        source: "by the definition R_IG = ‖∇E‖²/m".into(),
        quantity: "the largest relative difference on all paths".into(),
        expected: Expected::Below { bound: 1e-13 },
        because: "It is an identity; some hundred roundings of double precision are left for it."
            .into(),
    };
    expectation.measured(
        extreme(error, f64::max),
        "R_IG and E are measured; so what is said of a² + b² is said of R_IG/E.",
    )
}

fn one_function(evidence: &Evidence) -> Check {
    let misses = evidence.converged().map(|one| one.end().miss().abs());
    let count = evidence.converged().count();
    let expectation = Expectation {
        name: "one function".into(),
        statement:
            "All minima are the same function f(x) = abx, so none predicts better than another"
                .into(),
        source:
            "compare Barrett and Dherin 2021, Figure A.2, whose caption needs minima that differ"
                .into(),
        quantity: "the largest |abx − y| at an end".into(),
        expected: Expected::Below { bound: 1e-11 },
        because:
            "A path ends at ‖∇E‖ ≤ 10⁻¹², and |abx − y| = ‖∇E‖/√(a² + b²) is less, as a² + b² \
                  is at least 2y/x > 1."
                .into(),
    };
    let seen = format!("It is taken over {count} ends on both branches.");
    expectation.measured(extreme(misses, f64::max), seen)
}
