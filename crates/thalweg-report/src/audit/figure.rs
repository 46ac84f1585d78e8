//! What noise in θ costs, as figures.

use thalweg::robustness::{RobustnessCurve, RobustnessPoint, Spread};
use thalweg_lab::spec::Scale;

use crate::figure::{Axis, Colours, Figure, Kind, Plane, Point, Series};
use crate::number::significant;

/// Test accuracy and slope against the strength of noise, where they were measured.
pub(super) fn figures(curve: &RobustnessCurve) -> Vec<Figure> {
    let accuracy = |point: &RobustnessPoint| point.test_accuracy;
    let slope = |point: &RobustnessPoint| point.slope_degrees;
    let of_accuracy = figure(
        curve,
        (
            "audit-test-accuracy",
            "What noise in the parameters leaves of test accuracy",
        ),
        "test accuracy",
        (curve.unperturbed.test_accuracy, accuracy),
    );
    let of_slope = figure(
        curve,
        (
            "audit-slope",
            "How steep the training loss is beside the parameters",
        ),
        "slope angle arctan ‖∇E‖ [degrees]",
        (curve.unperturbed.slope_degrees, slope),
    );
    of_accuracy.into_iter().chain(of_slope).collect()
}

fn figure(
    curve: &RobustnessCurve,
    (name, title): (&str, &str),
    label: &str,
    (unperturbed, of): (Option<f64>, impl Fn(&RobustnessPoint) -> Option<Spread>),
) -> Option<Figure> {
    let mut points = vec![exact(unperturbed?, label)];
    for one in &curve.points {
        points.push(point(one.strength, of(one)?, label));
    }
    Some(Figure {
        name: name.into(),
        title: title.into(),
        caption: format!(
            "Each parameter is multiplied by 1 + ση with η standard normal; {} draws at each strength σ, \
             none at σ = 0. Lines are means, bands one standard deviation of the draws to either side.",
            curve.draws
        ),
        x: Axis::new("strength σ of multiplicative noise", Scale::Linear),
        y: Axis::new(label, Scale::Linear),
        legend: String::new(),
        colours: Colours::Distinct,
        series: vec![Series {
            name: String::new(),
            kind: Kind::Line,
            points,
        }],
        plane: Plane::default(),
    })
}

fn exact(value: f64, label: &str) -> Point {
    Point {
        x: 0.0,
        y: value,
        low: value,
        high: value,
        singles: Vec::new(),
        note: format!("without noise\n{label} {}", significant(value, 4)),
    }
}

fn point(strength: f64, spread: Spread, label: &str) -> Point {
    let deviation = match spread.standard_deviation.is_finite() {
        true => spread.standard_deviation,
        false => 0.0,
    };
    Point {
        x: strength,
        y: spread.mean,
        low: spread.mean - deviation,
        high: spread.mean + deviation,
        singles: Vec::new(),
        note: format!(
            "σ {}\n{label} {} ± {}",
            significant(strength, 4),
            significant(spread.mean, 4),
            significant(deviation, 2)
        ),
    }
}
