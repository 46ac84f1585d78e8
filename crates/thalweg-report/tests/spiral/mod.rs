//! A study with one of everything.
#![allow(dead_code)] // not every test needs all of it

use std::convert::Infallible;

use thalweg_lab::spec::Scale;
use thalweg_lab::store::StoredStudy;
use thalweg_lab::study::{
    Axis, Expectation, Expected, Findings, Landscape, Picture, Role, Series, Shape, Table,
};

pub fn expectation(name: &str, expected: Expected) -> Expectation {
    Expectation {
        name: name.into(),
        statement: format!("The statement of {name}"),
        source: "Somebody, equation 3".into(),
        quantity: "the slope".into(),
        expected,
        because: "It must lie there.".into(),
    }
}

/// A spiral over a bowl, with every shape and role.
pub fn portrait() -> Picture {
    let axis = |label| Axis::new(label, Scale::Linear);
    let spiral = (0..400).map(|step| {
        let time = f64::from(step) * 0.02;
        let radius = 0.9 * (-0.3 * time).exp();
        [radius * (3.0 * time).cos(), radius * (3.0 * time).sin()]
    });
    let spiral: Vec<[f64; 2]> = spiral.collect();
    let square = vec![
        [-0.5, -0.5],
        [0.5, -0.5],
        [f64::NAN; 2],
        [0.5, 0.5],
        [3.0, 0.5],
    ];
    let mut picture = Picture::new("portrait", "It spirals", axis("x"), axis("y"))
        .with(Series::new("edge", Shape::Line, square.clone()).in_role(Role::Reference))
        .with(Series::new("flow", Shape::Line, spiral.clone()))
        .with(Series::new("predicted", Shape::Line, square).in_role(Role::Prediction))
        .with(Series::new(
            "steps",
            Shape::MarkedLine,
            spiral[..20].to_vec(),
        ))
        .marked("start", spiral[0])
        .marked("lost", [f64::NAN, 0.0])
        .marked("far away", [30.0, 0.0]);
    picture.is_equal_aspect = true;
    let Ok(bowl) = Landscape::logarithmic(
        "E",
        ([-1.0, 1.0], [-1.0, 1.0]),
        (41, 41),
        (0.01, 1.0, 5),
        |x, y| Ok::<_, Infallible>(x * x + y * y),
    );
    picture.landscape = Some(bowl);
    picture
}

pub fn course(points: usize) -> Picture {
    let values = (1..=points).map(|step| [step as f64, 1.0 / step as f64]);
    let (x, y) = (
        Axis::new("step", Scale::Log),
        Axis::new("error", Scale::Log),
    );
    let path = Series::new("error", Shape::Line, values.collect());
    Picture::new("course", "It falls", x, y).with(path)
}

pub fn study() -> StoredStudy {
    let numbers: Vec<f64> = (0..100).map(f64::from).collect();
    StoredStudy {
        name: "sample".into(),
        command: "thalweg reproduce sample".into(),
        version: "0.1.0".into(),
        findings: Findings {
            title: "A sample".into(),
            question: "Does it work?".into(),
            source: "Nobody, 2021".into(),
            checks: vec![
                expectation("one", Expected::Above { bound: 1.0 }).measured(2.0, "Seen."),
                expectation("two", Expected::Below { bound: 1.0 }).measured(2.0, "Seen."),
                expectation("three", Expected::Below { bound: 1.0 }).undecided("Unseen."),
            ],
            pictures: vec![portrait(), course(1000)],
            tables: vec![
                Table::new("long", "Long", "A row is a number.").with("number", "metres", numbers),
                Table::new("short", "Short", "A row is a word.")
                    .with("word", "", vec![String::from("<a>")])
                    .with("number", "", vec![f64::NAN]),
            ],
            warnings: vec!["h·λ_max reaches 2".into()],
        },
    }
}
