//! Figures of every kind of value, however odd.
#![allow(clippy::unwrap_used)] // helpers of tests are tests

mod markup;

use thalweg_lab::spec::Scale;
use thalweg_report::figure::{Axis, Colours, Drawing, Figure, Kind, Plane, Point, Series};

const NASTY: [f64; 13] = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    1e-3,
    f64::MIN_POSITIVE,
    1e-300,
    1e300,
    f64::MAX,
    f64::MIN,
    f64::NAN,
    f64::INFINITY,
    f64::NEG_INFINITY,
];

const KINDS: [Kind; 11] = [
    Kind::Line,
    Kind::Course,
    Kind::Points,
    Kind::Path,
    Kind::Trail,
    Kind::Dashed,
    Kind::Guide,
    Kind::Companion,
    Kind::OtherLine,
    Kind::OtherCourse,
    Kind::OtherPoints,
];
const SCALES: [Scale; 2] = [Scale::Linear, Scale::Log];

fn point(x: f64, y: f64) -> Point {
    Point {
        x,
        y,
        low: y * 0.5,
        high: y * 2.0,
        singles: vec![y, y * 0.9],
        note: format!("x {x}\ny {y}"),
    }
}

fn series(name: &str, kind: Kind, points: Vec<Point>) -> Series {
    let name = name.into();
    Series { name, kind, points }
}

fn figure(x: Scale, y: Scale, series: Vec<Series>) -> Figure {
    Figure {
        name: "sample".into(),
        title: "A title".into(),
        caption: "A caption.".into(),
        x: Axis::new("across", x),
        y: Axis::new("up", y),
        legend: "series".into(),
        colours: Colours::Ordered,
        series,
        plane: Plane::default(),
    }
}

/// Draws, and checks what every figure must be.
fn draw(figure: &Figure) -> Drawing {
    let drawing = figure.draw().unwrap();
    let elements = markup::elements(&drawing.svg).unwrap_or_else(|fault| panic!("{fault}"));
    assert_eq!(elements[..3], ["svg", "title", "desc"]);
    for part in [
        "role=\"img\"",
        "viewBox=\"0 0 ",
        "xmlns=\"http://www.w3.org/2000/svg\"",
    ] {
        assert!(drawing.svg.contains(part), "{part}");
    }
    assert!(markup::outside_references(&drawing.svg).is_empty());
    assert!(!drawing.svg.contains("NaN") && !drawing.svg.contains("inf\""));
    drawing
}

fn hits(drawing: &Drawing) -> usize {
    drawing.svg.matches("class=\"hit\"").count()
}

#[test]
fn no_values_however_odd_are_without_a_picture() {
    for (x_scale, y_scale, kind) in SCALES
        .into_iter()
        .flat_map(|x| SCALES.map(|y| (x, y)))
        .flat_map(|(x, y)| KINDS.map(|kind| (x, y, kind)))
    {
        draw(&figure(x_scale, y_scale, Vec::new()));
        draw(&figure(
            x_scale,
            y_scale,
            vec![series("", kind, Vec::new())],
        ));
        for x in NASTY {
            for y in NASTY {
                let points = vec![point(x, y)];
                draw(&figure(x_scale, y_scale, vec![series("a", kind, points)]));
                let points = vec![point(x, y), point(x, y), point(y, x), point(2.0, 3.0)];
                draw(&figure(x_scale, y_scale, vec![series("a", kind, points)]));
            }
        }
    }
}

#[test]
fn what_an_axis_cannot_show_is_counted_in_the_caption() {
    let points = vec![
        point(1.0, 1.0),
        point(f64::NAN, 1.0),
        point(2.0, f64::INFINITY),
    ];
    let drawing = draw(&figure(
        Scale::Linear,
        Scale::Linear,
        vec![series("a", Kind::Line, points)],
    ));
    assert_eq!(hits(&drawing), 1);
    assert!(
        drawing
            .caption
            .contains("2 points not drawn: the values are not finite.")
    );

    let points = vec![point(1.0, 1.0), point(-1.0, 1.0), point(2.0, 0.0)];
    let drawing = draw(&figure(
        Scale::Log,
        Scale::Log,
        vec![series("a", Kind::Line, points)],
    ));
    assert_eq!(hits(&drawing), 1);
    assert!(
        drawing
            .caption
            .contains("2 points not drawn: a logarithmic axis")
    );
    assert!(drawing.svg.contains("2 points not drawn"));
}

#[test]
fn zero_on_a_logarithmic_horizontal_axis_stands_apart_and_is_not_joined() {
    let with = |x: f64| {
        let points = vec![point(x, 1.0), point(0.01, 2.0), point(0.1, 3.0)];
        draw(&figure(
            Scale::Log,
            Scale::Linear,
            vec![series("a", Kind::Line, points)],
        ))
    };
    let (zero, positive) = (with(0.0), with(0.001));
    assert_eq!((hits(&zero), hits(&positive)), (3, 3));
    assert!(zero.caption.contains("Zero stands apart"));
    assert!(!positive.caption.contains("Zero stands apart"));
}

#[test]
fn every_point_says_its_values_within_the_picture() {
    let points = (1..=60).map(|x| point(f64::from(x), 1.0 / f64::from(x)));
    let drawing = draw(&figure(
        Scale::Linear,
        Scale::Log,
        vec![series("a", Kind::Course, points.collect())],
    ));
    assert_eq!(hits(&drawing), 60);
    assert!(drawing.svg.contains("<title>x 4\ny 0.25</title>"));
    let size = attribute(&drawing.svg, "viewBox");
    let size: Vec<f64> = size.split(' ').map(|part| part.parse().unwrap()).collect();
    for hit in drawing.svg.split("class=\"hit\"").skip(1) {
        let (x, y): (f64, f64) = (
            attribute(hit, "cx").parse().unwrap(),
            attribute(hit, "cy").parse().unwrap(),
        );
        assert!(
            (0.0..size[2]).contains(&x) && (0.0..size[3]).contains(&y),
            "{x} {y}"
        );
    }
}

fn attribute<'a>(markup: &'a str, name: &str) -> &'a str {
    let (_, after) = markup.split_once(&format!("{name}=\"")).unwrap();
    after.split_once('"').unwrap().0
}

#[test]
fn hostile_words_stay_words() {
    let hostile = "</title><script>alert('x')</script> & \"quotes\" \u{1}";
    let mut one = figure(
        Scale::Linear,
        Scale::Linear,
        vec![series(hostile, Kind::Line, vec![point(1.0, 2.0)])],
    );
    (one.name, one.title, one.caption) = (hostile.into(), hostile.into(), hostile.into());
    (one.x.label, one.y.label, one.legend) = (hostile.into(), hostile.into(), hostile.into());
    one.series[0].points[0].note = hostile.into();
    let drawing = draw(&one);
    assert!(!drawing.svg.contains("<script"));
    assert!(!drawing.svg.contains('\u{1}'));
}

#[test]
fn many_series_with_long_names_have_a_legend_of_many_rows() {
    let all = (0..30).map(|index| {
        let name = format!("a rather long name of a combination, number {index}");
        series(&name, Kind::Line, vec![point(1.0, f64::from(index))])
    });
    let drawing = draw(&figure(Scale::Linear, Scale::Linear, all.collect()));
    let height: f64 = attribute(&drawing.svg, "height").parse().unwrap();
    assert!(height > 30.0 * 15.0);
}

#[test]
fn a_series_of_another_run_has_the_colour_of_its_namesake_and_hollow_markers() {
    let points = || vec![point(1.0, 1.0), point(2.0, 2.0)];
    let with = |other: &str| {
        let series = vec![
            series("a", Kind::Line, points()),
            series("b", Kind::Line, points()),
            series(other, Kind::OtherLine, points()),
        ];
        let mut figure = figure(Scale::Linear, Scale::Linear, series);
        figure.colours = Colours::Distinct;
        draw(&figure).svg
    };
    let colours = |svg: &str| ["#0072B2", "#C50278", "#7B7915"].map(|colour| svg.contains(colour));
    assert_eq!(colours(&with("a")), [true, true, false]);
    assert_eq!(colours(&with("c")), [true, true, true]);
    // Hollow markers have an outline of their own; the namesake has no entry in the legend.
    assert!(
        with("a").matches("stroke=\"#0072B2\"").count()
            > with("b").matches("stroke=\"#0072B2\"").count()
    );
    assert_eq!(with("a").matches(">\na\n<").count(), 1);
    assert_eq!(with("c").matches(">\nc\n<").count(), 1);
}
