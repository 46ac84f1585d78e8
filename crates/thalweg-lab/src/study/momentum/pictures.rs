//! The pictures.

use super::Evidence;
use super::ends::EFFECTIVE_RATE;
use super::following::{Comparison, MOMENTUM};
use super::method::Method;
use crate::spec::Scale;
use crate::study::{Axis, Picture, Role, Series, Shape, shown};

/// The largest β shown.
const LARGEST: f64 = 0.92;
/// Points of a claimed line.
const POINTS: u32 = 100;

pub(super) fn all(evidence: &Evidence) -> Vec<Picture> {
    vec![factors(evidence), distances(evidence), ends(evidence)]
}

/// Measured factors beside the claims.
fn factors(evidence: &Evidence) -> Picture {
    let mut picture = Picture::new(
        "factor",
        "Heavy ball's penalty on ‖∇E‖² grows as (1+β)/(1−β), nineteenfold at β = 0.9",
        Axis::new("momentum β", Scale::Linear),
        Axis::new("penalty relative to gradient descent's", Scale::Log),
    );
    picture.caption = "A point is a factor estimated from runs, extrapolated to h = 0, at equal \
                       effective rate h/(1−β). At each β four lie on one another: the two-parameter \
                       model and three starts of a tanh network on digits. Lines are the claims, not \
                       fits."
        .into();
    let plain = vec![[0.0, 1.0], [LARGEST, 1.0]];
    let plain = Series::new("gradient descent", Shape::Line, plain);
    picture = picture.with(plain.in_role(Role::Reference));
    for (method, claim) in [
        (Method::HeavyBall, "(1+β)/(1−β)"),
        (Method::Nesterov, "(1−β+2β²)/(1−β)"),
    ] {
        let betas = (0..=POINTS).map(|index| f64::from(index) / f64::from(POINTS) * LARGEST);
        let line = betas.map(|beta| [beta, method.factor(beta)]).collect();
        let line = Series::new(claim, Shape::Line, line).in_role(Role::Prediction);
        picture = picture.with(line);
    }
    for method in Method::ALL {
        let estimates = evidence.of(method, false).chain(evidence.of(method, true));
        let points = estimates.map(|one| [one.momentum, one.by_flow]).collect();
        let label = format!("{}, measured", method.name());
        picture = picture.with(Series::new(label, Shape::Points, points));
    }
    picture
}

/// Distances from flows.
fn distances(evidence: &Evidence) -> Picture {
    let mut picture = Picture::new(
        "distance",
        "Only with its own penalty and the right start is heavy ball followed to second order",
        Axis::new("effective learning rate h/(1−β)", Scale::Log),
        Axis::new("distance from the flow", Scale::Log),
    );
    picture.caption = format!(
        "A point is ‖θ_n − θ(nh/(1−β))‖ on the two-parameter model with β = {}; the flow has the \
         penalty named, its own from rest. Falling by four at each halving is second order, by two \
         first order.",
        shown(MOMENTUM)
    );
    for one in &evidence.following {
        let label = one.comparison.label();
        let series = Series::new(label, Shape::MarkedLine, one.distances.clone());
        let role = match one.comparison {
            Comparison::Unpenalised => Role::Reference,
            _ => Role::Data,
        };
        picture = picture.with(series.in_role(role));
    }
    picture
}

/// How flat the minima are.
fn ends(evidence: &Evidence) -> Picture {
    let mut picture = Picture::new(
        "flatness",
        "More momentum at equal effective rate ends in flatter minima, as its penalty says",
        Axis::new("momentum β", Scale::Linear),
        Axis::new("a² + b² at the end (= R_IG/E)", Scale::Linear),
    );
    picture.caption = format!(
        "A point is the end of one run from rest on the two-parameter model with h/(1−β) = {}; \
         dashed, the ends of the modified flows.",
        shown(EFFECTIVE_RATE)
    );
    let line = |label: &str, y: f64| {
        let points = vec![[0.0, y], [LARGEST, y]];
        Series::new(label, Shape::Line, points)
    };
    let flow = line("gradient flow", evidence.flow_end);
    picture = picture.with(flow.in_role(Role::Reference));
    if let Some(first) = evidence.ends.first() {
        let plain = line("gradient descent's penalty", first.plain);
        picture = picture.with(plain.in_role(Role::Prediction));
    }
    for method in Method::ALL {
        let claimed = evidence.ends(method).map(|one| [one.momentum, one.claimed]);
        let label = format!("{}, modified flow", method.name());
        let series = Series::new(label, Shape::Line, claimed.collect());
        picture = picture.with(series.in_role(Role::Prediction));
    }
    for method in Method::ALL {
        let measured = evidence
            .ends(method)
            .map(|one| [one.momentum, one.measured]);
        picture = picture.with(Series::new(
            method.name(),
            Shape::Points,
            measured.collect(),
        ));
    }
    picture
}
