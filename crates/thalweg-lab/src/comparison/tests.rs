//! Comparisons of problems whose course is known.

use std::sync::atomic::AtomicBool;

use super::*;
use crate::claim::Ruling;

fn findings(problem: &str, comparison: &Comparison) -> Findings {
    let mut subject = Subject::of_catalogue(problem, None, 1).unwrap();
    let mut tell = |_: crate::study::Progress<'_>| {};
    let never = AtomicBool::new(false);
    let mut watch = Watch::new(&mut tell, &never);
    comparison.run(&mut subject, &mut watch).unwrap()
}

fn comparison(learning_rate: f64, steps: u64) -> Comparison {
    Comparison {
        learning_rate,
        steps,
        terms: 2,
        penalty: None,
    }
}

#[test]
fn two_parameters_have_a_phase_portrait_and_the_modified_flow_is_nearer() {
    let found = findings("two-parameter", &comparison(0.01, 50));
    found.examine().unwrap();
    let names: Vec<&str> = found.pictures.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["phase-portrait", "distances", "losses"]);
    assert!(found.pictures[0].landscape.is_some());
    assert_eq!(found.checks[0].ruling, Ruling::Holds);
    assert!(found.checks[0].measured < 0.2, "{:?}", found.checks[0]);
    assert!(found.warnings.is_empty(), "{:?}", found.warnings);
}

#[test]
fn steps_beyond_stability_are_warned_of_with_cause_and_advice() {
    // The largest eigenvalue is 10.
    let found = findings("quadratic", &comparison(0.21, 5));
    let warning = &found.warnings[0];
    assert!(warning.contains("h·λ_max is 2.1 at the start"), "{warning}");
    assert!(warning.contains("Lower the learning rate"), "{warning}");
    assert!(
        found
            .pictures
            .iter()
            .all(|one| one.name != "phase-portrait")
    );
}

#[test]
fn unknown_problems_and_starts_are_answered_with_the_nearest() {
    let error = |problem, start| {
        let subject = Subject::of_catalogue(problem, start, 1);
        subject.unwrap_err().to_string()
    };
    assert!(error("two-paramter", None).ends_with("did you mean `two-parameter`?"));
    assert!(error("mnist", None).contains("there are: two-parameter"));
    assert!(error("two-parameter", Some("III")).contains("`two-parameter` has no start `III`"));
}
