//! The study of everything, and requests by name.

use std::sync::atomic::AtomicBool;

use super::*;
use crate::claim::Ruling;

#[test]
fn every_method_is_confirmed_on_every_problem_and_every_control_refuted() {
    let mut tell = |_: crate::study::Progress<'_>| {};
    let findings = run(&mut Watch::new(&mut tell, &AtomicBool::new(false))).unwrap();
    for check in &findings.checks {
        assert_eq!(check.ruling, Ruling::Holds, "{check:?}");
    }
    let controls = findings.checks.iter();
    let controls = controls.filter(|check| check.expectation.name.starts_with("control"));
    // Every method but SGD in a fixed order, which has no modified loss to damage.
    assert_eq!(controls.count(), 15);
    assert_eq!(findings.warnings, [""; 0]);
    findings.examine().unwrap();
}

#[test]
fn wrong_names_are_answered_with_the_nearest_and_what_does_not_fit_with_what_does() {
    let message = |method: &str, problem: &str, start: Option<&str>| {
        let request = Request {
            method: method.into(),
            problem: problem.into(),
            start: start.map(str::to_owned),
            ..Request::default()
        };
        request.resolve().unwrap_err().to_string()
    };
    assert_eq!(
        message("gradient-decent", "quadratic", None),
        "no method is called `gradient-decent`; did you mean `gradient-descent`?"
    );
    assert!(message("heun", "ackley", None).contains("there are: two-parameter, quadratic"));
    assert_eq!(
        message("heun", "two-parameter", Some("III")),
        "no start of this problem is called `III`; there are: I, II"
    );
    assert_eq!(
        message("principal-flow", "rosenbrock", None),
        "principal-flow cannot be verified on `rosenbrock`: it is for quadratics (quadratic, \
         linear-regression)"
    );
    assert!(message("adam", "bilinear", None).contains("not games"));
    assert_eq!(
        message("sgd", "rosenbrock", None),
        "sgd cannot be verified on `rosenbrock`: it is for means over examples \
         (linear-regression, logistic-regression, digits-network)"
    );
    assert_eq!(
        message("sgd-heavy-ball", "digits-network", None),
        "sgd-heavy-ball cannot be verified on `digits-network`: it is for quadratics \
         (linear-regression)"
    );
    assert_eq!(
        message("n-step-sgd", "digits-netwrok", None),
        "no mean over examples is called `digits-netwrok`; did you mean `digits-network`?"
    );
    let batches = |method: &str, batches: usize| {
        let request = Request {
            method: method.into(),
            problem: "linear-regression".into(),
            batches: Some(batches),
            ..Request::default()
        };
        request
            .resolve()
            .map(|_| ())
            .map_err(|error| error.to_string())
    };
    assert_eq!(batches("sgd", 32), Ok(()));
    assert_eq!(
        batches("n-step-sgd", 7),
        Err("n-step-sgd cannot be verified on 7 minibatches: it is for 2 to 6 of them, whose every \
             order is gone through"
            .into())
    );
    assert!(batches("heun", 2).is_err_and(|error| error.ends_with("a loss as a whole")));
    assert!(message("heun", "digits-network", None).contains("problems of the catalogue"));
    assert!(message("alternating-game", "quadratic", None).contains("games (bilinear, general)"));
}
