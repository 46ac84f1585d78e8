//! The pictures.

use super::Evidence;
use super::ends::{EPSILON, RATE};
use super::following::Following;
use crate::spec::Scale;
use crate::study::{Axis, Picture, Role, Series, Shape, shown};

/// The largest β₁ shown.
const LARGEST: f64 = 0.92;
/// Points of a claimed line.
const POINTS: u32 = 100;
/// β₂ of coefficients and ends that are shown.
const SECOND: [f64; 3] = [0.0, 0.8, 0.9];
/// (β₁, β₂) whose distances are shown.
const PAIRS: [[f64; 2]; 2] = [[0.0, 0.9], [0.5, 0.8]];

pub(super) fn all(evidence: &Evidence) -> Vec<Picture> {
    vec![coefficients(evidence), ends(evidence), distances(evidence)]
}

/// Measured coefficients beside c₁ − c₂.
fn coefficients(evidence: &Evidence) -> Picture {
    let mut picture = Picture::new(
        "coefficient",
        "Adam penalises the one-norm of the gradient for β₁ > β₂ and seeks it for β₁ < β₂",
        Axis::new("β₁", Scale::Linear),
        Axis::new("coefficient of (h/2)∇‖∇E‖₁", Scale::Linear),
    );
    picture.caption =
        "A point is a coefficient estimated from updates, extrapolated to h = 0, where \
                       gradients are far above √ε; with β₂ = 0.8 three starts of a tanh network on \
                       digits lie on the two-parameter model. Dashed is the claim c₁ − c₂, cᵢ = \
                       (1+βᵢ)/(1−βᵢ). Above 0 the norm is penalised, below it is sought."
            .into();
    picture = picture.with(zero());
    for second in SECOND {
        let ratio = |beta: f64| (1.0 + beta) / (1.0 - beta);
        let betas = (0..=POINTS).map(|index| f64::from(index) / f64::from(POINTS) * LARGEST);
        let line = betas
            .map(|beta| [beta, ratio(beta) - ratio(second)])
            .collect();
        let label = format!("claimed, β₂ = {}", shown(second));
        let line = Series::new(label, Shape::Line, line).in_role(Role::Prediction);
        picture = picture.with(line);
    }
    for second in SECOND {
        let all = evidence.coefficients.iter();
        let measured = all.filter(|one| one.decays[1] == second);
        let points = measured.map(|one| [one.decays[0], one.norm]).collect();
        let label = format!("measured, β₂ = {}", shown(second));
        picture = picture.with(Series::new(label, Shape::Points, points));
    }
    picture
}

fn zero() -> Series {
    let points = vec![[0.0, 0.0], [LARGEST, 0.0]];
    Series::new("", Shape::Line, points).in_role(Role::Reference)
}

/// What becomes of the minimum that is found.
fn ends(evidence: &Evidence) -> Picture {
    let mut picture = Picture::new(
        "ends",
        "Which minimum Adam finds depends on β₁ and β₂ as its modified flow says",
        Axis::new("β₁", Scale::Linear),
        Axis::new("change of |a| + |b| at the end", Scale::Linear),
    );
    picture.caption = format!(
        "A point is one run on the two-parameter model with h = {}, ε = {}, against the flow of lowest \
         order; lines are the modified flows. Near a minimum ‖∇E‖₁ = (|a| + |b|)√(2E): above 0 Adam \
         ended at a larger one-norm.",
        shown(RATE),
        shown(EPSILON)
    );
    picture = picture.with(zero());
    let of = |second: f64| {
        evidence
            .ends
            .iter()
            .filter(move |one| one.decays[1] == second)
    };
    for second in SECOND {
        let points = of(second)
            .map(|one| [one.decays[0], one.claimed_change()])
            .collect();
        let label = format!("modified flow, β₂ = {}", shown(second));
        let line = Series::new(label, Shape::Line, points).in_role(Role::Prediction);
        picture = picture.with(line);
    }
    for second in SECOND {
        let points = of(second)
            .map(|one| [one.decays[0], one.change()])
            .collect();
        let label = format!("Adam, β₂ = {}", shown(second));
        picture = picture.with(Series::new(label, Shape::Points, points));
    }
    picture
}

/// Distances from flows.
fn distances(evidence: &Evidence) -> Picture {
    let mut picture = Picture::new(
        "distance",
        "Adam follows its corrected flow to second order, the uncorrected one to first",
        Axis::new("learning rate h", Scale::Log),
        Axis::new("distance from the flow", Scale::Log),
    );
    picture.caption = "A point is a distance on the two-parameter model after the time nh = 1; full \
                       lines are to the flow with the correction, dashed to that without. Falling by \
                       four at each halving is second order, by two first order."
        .into();
    let shown_pairs: Vec<&Following> = evidence
        .following
        .iter()
        .filter(|one| PAIRS.contains(&one.decays))
        .collect();
    let series = |one: &Following, what: &str, shape, distances: &[f64]| {
        let [first, second] = one.decays.map(shown);
        let pairs = one
            .rates
            .iter()
            .zip(distances)
            .map(|(rate, distance)| [*rate, *distance]);
        let label = format!("{what}, β₁ = {first}, β₂ = {second}");
        Series::new(label, shape, pairs.collect())
    };
    for one in &shown_pairs {
        let lowest = series(one, "uncorrected", Shape::Line, &one.lowest);
        picture = picture.with(lowest.in_role(Role::Prediction));
    }
    for one in &shown_pairs {
        picture = picture.with(series(one, "corrected", Shape::MarkedLine, &one.corrected));
    }
    picture
}
