//! Findings as they are stored.

use std::sync::atomic::{AtomicBool, Ordering};

use super::*;
use crate::claim::Ruling;
use crate::spec::Scale;

/// What `task` gives when nobody interrupts it.
pub(crate) fn unwatched<A>(task: impl FnOnce(&mut Watch<'_>) -> Result<A, StudyError>) -> A {
    let never = AtomicBool::new(false);
    task(&mut Watch::new(&mut |_| {}, &never)).unwrap()
}

/// Every claim holds, and the findings can be stored.
pub(crate) fn assert_all_hold(findings: &Findings) {
    for check in &findings.checks {
        assert_eq!(check.ruling, Ruling::Holds, "{check:?}");
    }
    findings.examine().unwrap();
}

/// A study that is interrupted after its first part ends before its second.
pub(crate) fn assert_stops_when_asked(study: Study) {
    let stop = AtomicBool::new(false);
    let mut seen = Vec::new();
    let mut tell = |progress: Progress<'_>| {
        seen.push(progress.done);
        stop.store(progress.done == 1, Ordering::Relaxed);
    };
    let error = study(&mut Watch::new(&mut tell, &stop)).unwrap_err();
    assert!(matches!(error, StudyError::Interrupted));
    assert_eq!(seen, [0, 1]);
}

/// Findings with every kind of thing in them, and every kind of number.
pub(crate) fn sample() -> Findings {
    let odd = vec![1.0 / 3.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.0];
    let expectation = |expected| Expectation {
        name: "a".into(),
        statement: "A < B & \"C\"".into(),
        source: "somewhere, equation 3".into(),
        quantity: "a".into(),
        expected,
        because: "It must.".into(),
    };
    let mut picture = Picture::new(
        "portrait",
        "A path",
        Axis::new("a", Scale::Linear),
        Axis {
            unit: "s".into(),
            range: Some([0.5, 2.0]),
            ..Axis::new("b", Scale::Log)
        },
    )
    .with(Series::new(
        "path",
        Shape::MarkedLine,
        vec![[0.0, 1.0], [f64::NAN, 1.0], [2.0, f64::INFINITY]],
    ))
    .marked("end", [f64::NAN, f64::INFINITY]);
    picture.landscape = Some(Landscape {
        label: "loss E".into(),
        x: [0.0, 1.0],
        y: [0.0, 1.0],
        columns: 2,
        values: vec![1.0, f64::INFINITY, f64::NAN, 0.0],
        levels: vec![0.1, 1.0],
        scale: Scale::Log,
    });
    Findings {
        title: "Odd numbers".into(),
        question: "Do they survive?".into(),
        source: "nobody".into(),
        checks: vec![
            expectation(Expected::Near {
                value: f64::INFINITY,
                tolerance: 0.5,
            })
            .measured(f64::NEG_INFINITY, "Seen."),
            expectation(Expected::Above { bound: 2.0 }).undecided("Not measured."),
        ],
        pictures: vec![picture],
        tables: vec![
            Table::new("odd", "Odd", "A row is a number.")
                .with("step", "n", vec![0_i64, 1, 2, 3, i64::MIN])
                .with("value", "", odd)
                .with(
                    "word",
                    "",
                    ["a", "b,c", "\"", "é\n", ""].map(String::from).to_vec(),
                ),
            Table::new("empty", "Empty", "There is no row."),
        ],
        warnings: vec!["h·λ_max reaches 2".into()],
    }
}

fn bits(values: &Values) -> Vec<u64> {
    match values {
        Values::Numbers(values) => values.iter().map(|value| value.to_bits()).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn findings_are_read_back_with_every_number_that_is_not_finite() {
    let findings = sample();
    let text = serde_json::to_string(&findings).unwrap();
    let read: Findings = serde_json::from_str(&text).unwrap();
    assert_eq!(serde_json::to_string(&read).unwrap(), text);
    let (ours, theirs) = (&findings.tables[0].columns[1], &read.tables[0].columns[1]);
    assert_eq!(bits(&ours.values)[2..], bits(&theirs.values)[2..]);
    let Values::Numbers(values) = &theirs.values else {
        panic!("{theirs:?}");
    };
    assert!(values[0] == 1.0 / 3.0 && values[1].is_nan());
    assert!(text.contains("[0.3333333333333333,null,\"inf\",\"-inf\",-0.0]"));
    assert!(read.pictures[0].series[0].points[1][0].is_nan());
    assert_eq!(read.pictures[0].marks[0].at[1], f64::INFINITY);
    assert_eq!(read.checks[0].measured, f64::NEG_INFINITY);
    assert_eq!(read.checks[0].ruling, Ruling::DoesNotHold);
    assert_eq!(read.checks[1].ruling, Ruling::Undecided);
}

#[test]
fn numbers_that_are_none_of_ours_are_refused() {
    let text = serde_json::to_string(&sample()).unwrap();
    for wrong in ["\"Inf\"", "true", "[]"] {
        let damaged = text.replace("\"inf\"", wrong);
        assert!(
            serde_json::from_str::<Findings>(&damaged).is_err(),
            "{wrong}"
        );
    }
}

#[test]
fn what_cannot_be_stored_or_shown_is_named() {
    let complaint = |change: fn(&mut Findings)| {
        let mut findings = sample();
        findings.examine().unwrap();
        change(&mut findings);
        findings.examine().unwrap_err().to_string()
    };
    let message = complaint(|one| one.tables[0].name = "../../etc".into());
    assert!(message.contains("\"../../etc\" of a table"), "{message}");
    let message = complaint(|one| one.pictures[0].name = String::new());
    assert!(message.contains("of a picture"), "{message}");
    let message = complaint(|one| one.tables[1].name = "odd".into());
    assert_eq!(message, "two of the tables are called `odd`");
    let message = complaint(|one| one.tables[0].columns[2].values = vec![1_i64].into());
    assert!(
        message.contains("`word`") && message.contains("1 rows"),
        "{message}"
    );
    let message = complaint(|one| {
        one.pictures[0].landscape.as_mut().unwrap().values.pop();
    });
    assert!(message.contains("3 values in rows of 2"), "{message}");
    let message = complaint(|one| one.pictures[0].y.range = Some([0.0, 1.0]));
    assert!(message.contains("to show 0 to 1"), "{message}");
}
