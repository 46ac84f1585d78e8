//! The figures.

use thalweg::Named;
use thalweg::network::Activation;

use super::path::{Path, Point};
use super::{ACTIVATIONS, Evidence, halves, median};
use crate::spec::Scale;
use crate::study::{Axis, Picture, Role, Series, Shape, shown};

pub(super) fn all(evidence: &Evidence) -> Vec<Picture> {
    vec![ratios(evidence), distances(evidence), precision(evidence)]
}

/// The middle of the seeds at each of the learning rates.
fn middle(
    paths: &[Path],
    activation: Activation,
    rates: &[f64],
    number: fn(&Point) -> f64,
) -> Vec<[f64; 2]> {
    let at = |h: &f64| {
        let numbers = Evidence::of_seeds(paths, activation, *h, number);
        [*h, median(&numbers)]
    };
    rates.iter().map(at).collect()
}

/// The largest factor between the seeds of one activation and learning rate.
fn widest(evidence: &Evidence, rates: &[f64]) -> f64 {
    let band = |(activation, h): (Activation, f64)| {
        let ratios = Evidence::of_seeds(&evidence.paths, activation, h, Point::ratio);
        Some(ratios.last()? / ratios.first()?)
    };
    let all = ACTIVATIONS
        .iter()
        .flat_map(|one| rates.iter().map(|h| (*one, *h)));
    all.filter_map(band).fold(1.0, f64::max)
}

fn ratios(evidence: &Evidence) -> Picture {
    let rates = evidence.scope.learning_rates();
    let mut picture = Picture::new(
        "drift-ratio",
        "The drift ratio falls with the learning rate, except with ReLU",
        Axis::new("learning rate h", Scale::Log),
        Axis::new("drift ratio, modified flow / gradient flow", Scale::Log),
    );
    picture.caption = format!(
        "A point is the middle of {} seeds, after the same time nh = {}. Between the least and the \
         greatest seed there is a factor of at most {}. Networks of {} parameters, {} digits.",
        evidence.scope.seeds.len(),
        shown(evidence.scope.time),
        shown(widest(evidence, &rates)),
        evidence.parameter_count,
        evidence.scope.examples,
    );
    for activation in ACTIVATIONS {
        let points = middle(&evidence.paths, activation, &rates, Point::ratio);
        picture = picture.with(Series::new(activation.name(), Shape::MarkedLine, points));
    }
    let proportional = rates.iter().map(|h| [*h, 2.0 * h]).collect();
    let proportional = Series::new("in proportion to h", Shape::Line, proportional);
    picture.with(proportional.in_role(Role::Reference))
}

fn distances(evidence: &Evidence) -> Picture {
    let rates = evidence.scope.learning_rates();
    let h = rates[rates.len() / 2];
    let mut picture = Picture::new(
        "distance",
        format!("Gradient descent with h = {} beside both flows", shown(h)),
        Axis::new("time nh", Scale::Linear),
        Axis::new("distance from gradient descent", Scale::Log),
    );
    picture.caption =
        "A line is the path of the first seed; dashed to the modified flow, solid to \
                       the gradient flow."
            .into();
    for activation in [Activation::Tanh, Activation::Relu] {
        let found = |one: &&Path| {
            let asked = &one.question;
            asked.activation == activation && asked.learning_rate == h
        };
        let Some(path) = evidence.paths.iter().find(found) else {
            continue;
        };
        let line = |label: &str, number: fn(&Point) -> f64, role| {
            let points = path.points.iter().map(|one| [one.time, number(one)]);
            let label = format!("{}, {label}", activation.name());
            Series::new(label, Shape::Line, points.collect()).in_role(role)
        };
        picture = picture
            .with(line("gradient flow", |one| one.flow, Role::Data))
            .with(line("modified flow", |one| one.modified, Role::Prediction));
    }
    picture
}

fn precision(evidence: &Evidence) -> Picture {
    let scope = &evidence.scope;
    let rates = halves(scope.largest, scope.step_halvings);
    let mut picture = Picture::new(
        "single-step",
        "In single precision the O(h³) of one step drowns in rounding",
        Axis::new("learning rate h", Scale::Log),
        Axis::new("distance after one step", Scale::Log),
    );
    picture.caption = format!(
        "A point is one step of gradient descent from the modified flow in double precision, the \
         middle of {} seeds with tanh.",
        scope.seeds.len()
    );
    let line = |label: &str, number: fn(&Point) -> f64| {
        let points = middle(&evidence.steps, Activation::Tanh, &rates, number);
        Series::new(label, Shape::MarkedLine, points)
    };
    picture = picture
        .with(line("gradient descent in f64", |one| one.modified))
        .with(line("gradient descent in f32", |one| one.single));
    let first = middle(&evidence.steps, Activation::Tanh, &rates, |one| {
        one.modified
    });
    if let Some(&[h0, distance]) = first.first() {
        let cube = |h: &f64| [*h, 2.0 * distance * (h / h0).powi(3)];
        let cubes = rates.iter().map(cube).collect();
        let cubes = Series::new("in proportion to h³", Shape::Line, cubes);
        picture = picture.with(cubes.in_role(Role::Reference));
    }
    picture
}
