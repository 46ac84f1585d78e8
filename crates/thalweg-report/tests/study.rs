//! Whole reports of studies.
#![allow(clippy::unwrap_used)] // helpers of tests are tests

mod markup;
mod spiral;

use crate::spiral::{course, study};
use thalweg_lab::store::StoredStudy;
use thalweg_lab::study::Findings;
use thalweg_report::{Report, render_study};

/// Renders, and checks what every report must be.
fn report(study: &StoredStudy) -> Report {
    study.findings.examine().unwrap();
    let report = render_study(study).unwrap();
    markup::elements(&report.html).unwrap_or_else(|fault| panic!("page: {fault}"));
    assert_eq!(markup::outside_references(&report.html), [""; 0]);
    let linked = report.html.matches("href=\"figures/").count();
    assert_eq!(linked, report.figures.len());
    for (name, svg) in &report.figures {
        markup::elements(svg).unwrap_or_else(|fault| panic!("{name}: {fault}"));
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{name}");
        let link = format!("href=\"figures/{name}\"");
        assert!(report.html.contains(&link) && report.html.contains(svg.as_str()));
    }
    for table in &study.findings.tables {
        for ending in ["csv", "parquet"] {
            let link = format!("href=\"tables/{}.{ending}\"", table.name);
            assert!(report.html.contains(&link), "{link}");
        }
    }
    report
}

fn figure<'a>(report: &'a Report, name: &str) -> &'a str {
    let found = report.figures.iter().find(|(one, _)| one == name);
    &found.unwrap().1
}

#[test]
fn a_report_answers_first_and_shows_everything_in_order() {
    let html = report(&study()).html;
    let parts = [
        "<h1>A sample</h1>",
        "Does it work?",
        "Of 3 claims 1 holds, 1 does not, 1 is undecided.",
        "<tr class=\"holds\">",
        "The statement of one",
        "above 1</td>",
        "<tr class=\"fails\">",
        "<tr class=\"undecided\">",
        ">–</td>",
        "Source: Nobody, 2021",
        "<h3>It spirals</h3>",
        "contours at 5 levels from 0.01 to 1, a constant factor apart.",
        "<h3>It falls</h3>",
        "h·λ_max reaches 2",
        "Shown: the first 10 of 100 rows.",
        "<span class=\"unit\">metres</span>",
        "Shown: 1 row.",
        "&lt;a&gt;",
        "Made by thalweg 0.1.0",
        "<pre><code>thalweg reproduce sample</code></pre>",
    ];
    let mut place = 0;
    for part in parts {
        let found = html[place..].find(part);
        place += found.unwrap_or_else(|| panic!("{part} is missing or out of order"));
    }
}

#[test]
fn the_same_study_makes_the_same_bytes() {
    assert_eq!(report(&study()), report(&study()));
}

#[test]
fn a_plane_has_one_scale_for_both_axes() {
    let report = report(&study());
    let svg = figure(&report, "portrait.svg");
    // Contours of x² + y² are circles only then: as wide as they are high.
    let (_, after) = svg.rsplit_once("<path d=\"M").unwrap();
    let path = after.split_once('"').unwrap().0;
    let ring = path.trim_end_matches('Z').rsplit('M').next().unwrap();
    let points: Vec<(f64, f64)> = ring
        .split('L')
        .map(|point| {
            let (x, y) = point.split_once(' ').unwrap();
            (x.parse().unwrap(), y.parse().unwrap())
        })
        .collect();
    let extent = |of: fn(&(f64, f64)) -> f64| {
        let values = points.iter().map(of);
        values.clone().fold(f64::MIN, f64::max) - values.fold(f64::MAX, f64::min)
    };
    let (width, height) = (extent(|point| point.0), extent(|point| point.1));
    assert!(
        width > 1000.0 && (width / height - 1.0).abs() < 0.01,
        "{width} {height}"
    );
}

#[test]
fn what_lies_outside_the_frame_is_not_drawn() {
    let report = report(&study());
    let svg = figure(&report, "portrait.svg");
    assert!(svg.contains(">\nstart\n<"));
    assert!(!svg.contains("far away") && !svg.contains("lost"));
    let (_, size) = svg.split_once("viewBox=\"0 0 ").unwrap();
    let width: f64 = size.split_once(' ').unwrap().0.parse().unwrap();
    for line in svg.split("points=\"").skip(1) {
        let points = line.split_once('"').unwrap().0;
        for point in points.split_whitespace() {
            let x: f64 = point.split_once(',').unwrap().0.parse().unwrap();
            assert!((0.0..=width).contains(&x), "{point}");
        }
    }
}

#[test]
fn a_path_of_a_million_points_makes_a_small_picture_with_values_at_the_pointer() {
    let mut study = study();
    study.findings.pictures = vec![course(1_000_000)];
    let report = report(&study);
    let svg = figure(&report, "course.svg");
    assert!(svg.len() < 100_000, "{} bytes", svg.len());
    let hits = svg.matches("class=\"hit\"").count();
    assert!((50..=101).contains(&hits), "{hits}");
    assert!(svg.contains("<title>error\nstep 1\nerror 1</title>"));
}

#[test]
fn words_of_a_study_stay_words() {
    let hostile = "<script>alert(1)</script>\"><img src=x onerror=y>{{ 7 * 7 }}&amp;";
    let mut study = study();
    let findings = &mut study.findings;
    findings.title = hostile.into();
    findings.question = hostile.into();
    findings.source = hostile.into();
    findings.warnings = vec![hostile.into()];
    for check in &mut findings.checks {
        check.explanation = hostile.into();
        check.expectation.name = hostile.into();
        check.expectation.statement = hostile.into();
        check.expectation.quantity = hostile.into();
        check.expectation.because = hostile.into();
        check.expectation.source = hostile.into();
    }
    for picture in &mut findings.pictures {
        picture.title = hostile.into();
        picture.caption = hostile.into();
        picture.series[0].label = hostile.into();
        picture.x.label = hostile.into();
    }
    findings.tables[0].title = hostile.into();
    findings.tables[0].columns[0].name = hostile.into();
    findings.tables[0].columns[0].unit = hostile.into();
    let html = render_study(&study).unwrap().html;
    markup::elements(&html).unwrap_or_else(|fault| panic!("{fault}"));
    assert_eq!(html.matches("<script").count(), 1, "the page's own alone");
    assert!(!html.contains("<img"));
    assert!(html.contains("{{ 7 * 7 }}"));
}

#[test]
fn a_study_without_anything_is_a_report() {
    let mut study = study();
    study.findings = Findings::default();
    assert!(report(&study).html.contains("There is no claim to check."));
}
