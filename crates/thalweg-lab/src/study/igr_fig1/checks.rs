//! What is claimed, and what was measured.

use thalweg::objective::problem::TwoParameterModel;

use super::{COARSE, Evidence, Portrait, SOURCE, squares};
use crate::study::{Check, Expectation, Expected, shown};

/// Read off Figure 1b: R_IG/E at the end for h = 10⁻⁴ and h = 2.5·10⁻².
const READ: [f64; 2] = [4.585, 4.200];

pub(super) fn all(evidence: &Evidence) -> Vec<Check> {
    vec![
        small(evidence),
        modified(evidence),
        penalised(evidence),
        read("left", 0, evidence),
        read("right", 1, evidence),
        fall(evidence),
        linear(evidence),
        limit(evidence),
        coarse(evidence),
        across(evidence),
        order(evidence),
        integrators(evidence),
    ]
}

/// The largest; NaN if one is.
fn worst(numbers: impl Iterator<Item = f64>) -> f64 {
    numbers.fold(f64::NEG_INFINITY, |one, other| {
        if one.is_nan() || other.is_nan() {
            f64::NAN
        } else {
            one.max(other)
        }
    })
}

/// a² + b² at the ends of all paths, in words.
fn ends(portrait: &Portrait) -> String {
    format!(
        "From start {} a² + b² ends at {} (gradient flow), {} (h_S), {} (modified flow), {} (h_M), {} \
         (explicit penalty).",
        portrait.start.name,
        shown(squares(portrait.flow.end())),
        shown(squares(portrait.small.end())),
        shown(squares(portrait.modified.end())),
        shown(squares(portrait.moderate.end())),
        shown(squares(portrait.penalised.end())),
    )
}

fn both(evidence: &Evidence) -> String {
    let texts: Vec<String> = evidence.portraits.iter().map(ends).collect();
    texts.join(" ")
}

fn expectation(
    name: &str,
    statement: &str,
    quantity: &str,
    expected: Expected,
    because: &str,
) -> Expectation {
    Expectation {
        name: name.into(),
        statement: statement.into(),
        source: SOURCE.into(),
        quantity: quantity.into(),
        expected,
        because: because.into(),
    }
}

fn small(evidence: &Evidence) -> Check {
    let change = |one: &Portrait| {
        let flow = squares(one.flow.end());
        (squares(one.small.end()) - flow).abs() / flow
    };
    expectation(
        "small",
        "With h_S gradient descent follows the gradient flow, from both starts",
        "the larger relative difference of a² + b² at the ends",
        Expected::Below { bound: 0.01 },
        "A hundredth cannot be seen in the figure.",
    )
    .measured(worst(evidence.portraits.iter().map(change)), both(evidence))
}

fn modified(evidence: &Evidence) -> Check {
    let ratios = evidence.portraits.iter().map(|one| one.ratio);
    let share = |one: &Portrait| {
        let flow = squares(one.flow.end());
        let explained = flow - squares(one.modified.end());
        shown(100.0 * explained / (flow - squares(one.moderate.end())))
    };
    expectation(
        "modified",
        "With h_M gradient descent follows the modified flow rather than the gradient flow, from both \
         starts",
        "the larger of both ratios max ‖GD − modified flow‖/max ‖GD − gradient flow‖",
        Expected::Below { bound: 0.5 },
        "Below ½ it is nearer to the modified flow than both flows are to each other.",
    )
    .measured(
        worst(ratios),
        format!(
            "The ratios are {} and {}. Of the change of a² + b² from gradient flow to gradient descent \
             the modified flow has {} % and {} %; the rest is of higher order in h.",
            shown(evidence.one().ratio),
            shown(evidence.two().ratio),
            share(evidence.one()),
            share(evidence.two()),
        ),
    )
}

fn penalised(evidence: &Evidence) -> Check {
    let ratio = |one: &Portrait| {
        let others = squares(one.moderate.end()).min(squares(one.modified.end()));
        squares(one.penalised.end()) / others
    };
    expectation(
        "penalised",
        "The flow with explicit penalty ends flatter than gradient descent and every other flow",
        "the larger ratio of a² + b² at its end to the least of the others",
        Expected::Below { bound: 1.0 },
        "a² + b² is the curvature of the minimum and R_IG/E near it.",
    )
    .measured(worst(evidence.portraits.iter().map(ratio)), both(evidence))
}

fn sweep_ends(evidence: &Evidence) -> [f64; 2] {
    let ends = &evidence.one().sweep.descents;
    [ends[0], ends[ends.len() - 1]]
}

fn read(name: &str, index: usize, evidence: &Evidence) -> Check {
    let sweep = &evidence.one().sweep;
    let rate = match index {
        0 => sweep.learning_rates[0],
        _ => evidence.one().start.moderate,
    };
    expectation(
        name,
        &format!("R_IG/E at the end is about {} for h = {}", READ[index], shown(rate)),
        "a² + b² at the end of gradient descent from start I",
        Expected::Near {
            value: READ[index],
            tolerance: 0.025,
        },
        "The value is read off a plot whose axis spans 0.4, to about 5 % of that, and the paper does \
         not say when its paths were stopped: at a residual of 0.03 a² + b² is still 0.017 above its \
         limit.",
    )
    .measured(
        sweep_ends(evidence)[index],
        format!(
            "Followed to the minimum it is {}; the gradient flow's limit, which no learning rate can \
             exceed, is {}, below the reading at h = 10⁻⁴: both readings are too high by about 0.017.",
            shown(sweep_ends(evidence)[index]),
            shown(squares(evidence.one().flow.end())),
        ),
    )
}

fn fall(evidence: &Evidence) -> Check {
    let [left, right] = sweep_ends(evidence);
    expectation(
        "fall",
        "R_IG/E falls by about 0.385 from the smallest to the largest λ",
        "the fall of a² + b² at the end from h = 10⁻⁴ to h_M",
        Expected::Near {
            value: READ[0] - READ[1],
            tolerance: 0.01,
        },
        "A shift of the axis cancels in a difference, so that it can be held to less.",
    )
    .measured(
        left - right,
        format!("It falls from {} to {}.", shown(left), shown(right)),
    )
}

/// The slope of the line of least squares, and the largest distance from it in units of the fall.
fn line(portrait: &Portrait) -> (f64, f64) {
    let sweep = &portrait.sweep;
    let (x, y) = (&sweep.learning_rates, &sweep.descents);
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let (x_mean, y_mean) = (mean(x), mean(y));
    let pairs = || x.iter().zip(y).map(|(x, y)| (x - x_mean, y - y_mean));
    let slope = pairs().map(|(x, y)| x * y).sum::<f64>() / pairs().map(|(x, _)| x * x).sum::<f64>();
    let furthest = worst(pairs().map(|(x, y)| (y - slope * x).abs()));
    (slope, furthest / (y[0] - y[y.len() - 1]).abs())
}

fn linear(evidence: &Evidence) -> Check {
    let (slope, furthest) = line(evidence.one());
    let (_, other) = line(evidence.two());
    expectation(
        "linear",
        "R_IG/E at the end falls almost linearly with λ",
        "the largest distance from the best line, over the whole fall, from start I",
        Expected::Below { bound: 0.05 },
        "A twentieth of the fall is what an eye would still take for a line.",
    )
    .measured(
        furthest,
        format!(
            "The best line falls by {} for each unit of λ = h/2. From start II the largest distance is \
             {} of the fall.",
            shown(-2.0 * slope),
            shown(other)
        ),
    )
}

fn limit(evidence: &Evidence) -> Check {
    let off = |one: &Portrait| {
        let [a, b] = one.flow.end();
        let exact = TwoParameterModel::PUBLISHED.gradient_flow_limit(one.start.theta);
        (a - exact[0]).hypot(b - exact[1])
    };
    expectation(
        "limit",
        "The gradient flow keeps a² − b²",
        "the larger distance of the integrated ends from (a, b) with the a² − b² of the start",
        Expected::Below { bound: 1e-6 },
        "This tests the integrator: tolerance 10⁻¹¹ a step.",
    )
    .measured(
        worst(evidence.portraits.iter().map(off)),
        "Both ends are known exactly.",
    )
}

fn coarse(evidence: &Evidence) -> Check {
    let flow = squares(evidence.two().penalised.end());
    let euler = squares(evidence.coarse.end());
    expectation(
        "coarse",
        "From start II the paper's coarse Euler run is not the flow with explicit penalty",
        "the relative difference of a² + b² at its end from the flow's",
        Expected::Above { bound: 0.1 },
        "The integrators with error control agree to far less.",
    )
    .measured(
        (euler - flow).abs() / flow,
        format!(
            "With steps of {} it ends at {} after {} steps, the flow at {}.",
            shown(COARSE),
            shown(euler),
            evidence.coarse.steps,
            shown(flow),
        ),
    )
}

fn across(evidence: &Evidence) -> Check {
    let points = &evidence.coarse.points;
    let second = points.get(1).copied().unwrap_or([f64::NAN; 2]);
    expectation(
        "across",
        "The reason is its first step, which leaps over the saddle at the origin",
        "a after one of Euler's steps from start II",
        Expected::Below { bound: 0.0 },
        "The flow cannot go there: it begins in ab > 0.6 with a, b > 0, and on the boundary of that \
         region, where ∇E = 0, it stands still.",
    )
    .measured(
        second[0],
        format!("It leads to ({}, {}).", shown(second[0]), shown(second[1])),
    )
}

fn order(evidence: &Evidence) -> Check {
    let errors = &evidence.euler.errors;
    let last = errors.len() - 1;
    expectation(
        "order",
        "With shorter steps Euler's method tends to the flow that the integrator finds",
        "the factor by which its error at time 0.01 falls when steps are halved",
        Expected::Between {
            low: 1.7,
            high: 2.3,
        },
        "Euler's method is of order 1: the factor tends to 2.",
    )
    .measured(
        errors[last - 1] / errors[last],
        format!(
            "Its error is {} with steps of {} and {} with half of them.",
            shown(errors[last - 1]),
            shown(evidence.euler.steps[last - 1]),
            shown(errors[last]),
        ),
    )
}

fn integrators(evidence: &Evidence) -> Check {
    let ([a, b], [c, d]) = (evidence.two().penalised.end(), evidence.stabilised);
    expectation(
        "stabilised",
        "The stabilised method and the pair of order 8 agree on the flow with penalty from start II",
        "the distance of their ends",
        Expected::Below { bound: 1e-3 },
        "The stabilised method is of order 2, with tolerance 10⁻⁷ a step.",
    )
    .measured(
        (a - c).hypot(b - d),
        format!("They end at ({}, {}) and ({}, {}).", shown(a), shown(b), shown(c), shown(d)),
    )
}
