//! The study in small, and what must not pass.

use std::sync::atomic::AtomicBool;

use thalweg::follow::Dynamics;
use thalweg::regularizer::GradientPenalty;

use super::*;
use crate::claim::Ruling;

fn small() -> Scope {
    Scope {
        examples: 20,
        hidden_widths: vec![8],
        seeds: vec![1, 2],
        time: 0.5,
        ..Scope::full()
    }
}

fn gather() -> Evidence {
    let mut tell = |_: super::super::Progress<'_>| {};
    let never = AtomicBool::new(false);
    Evidence::gather(small(), &mut Watch::new(&mut tell, &never)).unwrap()
}

fn ruling(findings: &Findings, name: &str) -> Ruling {
    let mut checks = findings.checks.iter();
    let check = checks.find(|one| one.expectation.name == name).unwrap();
    check.ruling
}

#[test]
fn smooth_networks_follow_the_modified_flow_and_single_precision_cannot_tell() {
    let findings = gather().findings();
    findings.examine().unwrap();
    for name in ["tanh", "gelu", "softplus", "step", "single precision"] {
        assert_eq!(
            ruling(&findings, name),
            Ruling::Holds,
            "{:?}",
            findings.checks
        );
    }
    assert_eq!(findings.checks.len(), 7);
}

#[test]
fn with_another_coefficient_than_a_quarter_of_the_learning_rate_the_claim_fails() {
    let mut evidence = gather();
    let mut tell = |_: super::super::Progress<'_>| {};
    let never = AtomicBool::new(false);
    let watch = Watch::new(&mut tell, &never);
    let mut model = Model::new(&evidence.scope, Activation::Tanh).unwrap();
    let tanh = |one: &&mut Path| one.question.activation == Activation::Tanh;
    for path in evidence.paths.iter_mut().filter(tanh) {
        let wrong = GradientPenalty::squared_norm(path.question.learning_rate / 5.0).unwrap();
        let wrong = Dynamics::PenalisedFlow(wrong);
        *path = path::follow(&mut model, path.question, wrong, &watch).unwrap();
    }
    let findings = evidence.findings();
    assert_eq!(ruling(&findings, "tanh"), Ruling::DoesNotHold);
    assert_eq!(ruling(&findings, "gelu"), Ruling::Holds);
}

#[test]
fn a_path_that_was_lost_decides_nothing_and_is_warned_of() {
    let mut evidence = gather();
    let warnings = evidence.warnings().len();
    let lost = |one: &&mut Path| one.question.activation == Activation::Relu;
    for path in evidence.paths.iter_mut().filter(lost) {
        path.is_complete = false;
    }
    let findings = evidence.findings();
    assert_eq!(ruling(&findings, "relu"), Ruling::Undecided);
    assert_eq!(ruling(&findings, "apart"), Ruling::Undecided);
    assert_eq!(findings.warnings.len(), warnings + 1);
}

#[test]
fn it_stops_when_asked() {
    let stop = AtomicBool::new(false);
    let mut tell = |progress: super::super::Progress<'_>| {
        let asked = progress.done == 2;
        stop.store(asked, std::sync::atomic::Ordering::Relaxed);
    };
    let error = Evidence::gather(small(), &mut Watch::new(&mut tell, &stop)).err();
    assert!(matches!(error, Some(StudyError::Interrupted)));
}
