//! Orders that are claimed, measured, and damaged fields that must be refuted.

#![allow(clippy::unwrap_used)] // a failed unwrap is a failed test

use thalweg::Named;
use thalweg::objective::Traced;
use thalweg::objective::problem::{ProblemName, Quadratic};
use thalweg::verification::{
    Certificate, Claim, Convergence, Descent, Family, GameName, GameUpdates, MethodName, Point,
    PrincipalDescent, Protocol, Reason, Span, Verdict, certify, measure, quadratic_of,
};

fn protocol(learning_rate: f64) -> Protocol {
    Protocol {
        learning_rate,
        halvings: 7,
        steps: 4,
    }
}

/// A method on a problem of the catalogue from its first start, or where errors there are too small,
/// from its last.
fn descent(problem: ProblemName, method: MethodName, terms: usize, damage: f64) -> Certificate {
    let mut problem = problem.problem(1).unwrap();
    let start = match problem.name {
        "diagonal-linear" => &problem.starts[1],
        _ => &problem.starts[0],
    };
    let start = start.theta.clone();
    let pair = Descent::new(&mut *problem.objective, &start, method, terms).unwrap();
    let mut pair = pair.damaged(damage);
    let learning_rate = pair.usual_learning_rate().unwrap();
    let claims = method.claims(terms).unwrap();
    let steps = if method.family() == Family::Memory {
        16
    } else {
        4
    };
    let protocol = Protocol {
        steps,
        ..protocol(learning_rate)
    };
    certify(&mut pair, claims, &protocol).unwrap()
}

fn names(certificate: &Certificate) -> Vec<&'static str> {
    let all = certificate.all();
    all.map(|measured| measured.verdict.name()).collect()
}

fn optimizers() -> impl Iterator<Item = MethodName> {
    let methods = MethodName::NAMES.iter().map(|(_, method)| *method);
    methods.filter(|method| matches!(method.family(), Family::RungeKutta(_) | Family::Memory))
}

#[test]
fn every_optimizer_follows_each_truncation_on_every_problem_to_the_order_claimed() {
    let mut wrong = Vec::new();
    for (name, problem) in ProblemName::NAMES {
        for method in optimizers() {
            for terms in 1..=method.usual_terms() {
                let certificate = descent(*problem, method, terms, 1.0);
                for measured in certificate.all() {
                    if measured.verdict != Verdict::Confirmed {
                        let slopes = measured.convergence.slopes();
                        let errors: Vec<f64> = measured
                            .convergence
                            .points
                            .iter()
                            .map(|p| p.error)
                            .collect();
                        wrong.push(format!(
                            "{} {terms} on {name}: {} claimed {} {slopes:.2?} {errors:?}",
                            method.name(),
                            measured.verdict,
                            measured.claim
                        ));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_damaged_coefficient_is_refuted_for_every_optimizer() {
    for method in optimizers() {
        // The first correction that the method has: of order h, h² and h⁴.
        let terms = match method.family() {
            Family::RungeKutta(tableau) => tableau.order + 1,
            _ => 2,
        };
        let certificate = descent(ProblemName::TwoParameter, method, terms, 1.1);
        assert!(
            names(&certificate).iter().all(|name| *name == "refuted"),
            "{certificate:?}"
        );
    }
}

#[test]
fn both_games_follow_their_modified_field_and_a_damaged_one_is_refuted() {
    for (_, game) in GameName::NAMES {
        for method in [MethodName::SimultaneousGame, MethodName::AlternatingGame] {
            for (terms, damage, expected) in [
                (1, 1.0, "confirmed"),
                (2, 1.0, "confirmed"),
                (2, 1.1, "refuted"),
            ] {
                let mut pair = GameUpdates::new(*game, method, terms)
                    .unwrap()
                    .damaged(damage);
                let protocol = protocol(pair.usual_learning_rate());
                let claims = method.claims(terms).unwrap();
                let certificate = certify(&mut pair, claims, &protocol).unwrap();
                assert_eq!(
                    names(&certificate),
                    [expected; 2],
                    "{pair:?} {certificate:?}"
                );
            }
        }
    }
}

#[test]
fn the_principal_flow_is_exact_on_quadratics_and_a_damaged_one_is_not() {
    let mut problem = ProblemName::LinearRegression.problem(1).unwrap();
    let start = problem.starts[0].theta.clone();
    let quadratic = quadratic_of(&mut problem).unwrap().unwrap();
    let claims = MethodName::PrincipalFlow.claims(1).unwrap();
    for (damage, expected) in [(1.0, "confirmed"), (1.01, "refuted")] {
        let mut pair = PrincipalDescent::new(quadratic.clone(), &start).damaged(damage);
        let protocol = protocol(pair.usual_learning_rate());
        let certificate = certify(&mut pair, claims, &protocol).unwrap();
        assert_eq!(names(&certificate), [expected; 2], "{certificate:?}");
    }
    let mut other = ProblemName::Rosenbrock.problem(1).unwrap();
    assert_eq!(quadratic_of(&mut other).unwrap(), None);
}

/// Errors that fall as given powers of 2.
fn falling(errors: &[f64]) -> Convergence {
    let point = |(index, error): (usize, &f64)| Point {
        learning_rate: 0.5_f64.powi(index as i32),
        error: *error,
        floor: 1e-13,
        trouble: None,
    };
    let points = errors.iter().enumerate().map(point).collect();
    Convergence { points }
}

#[test]
fn what_cannot_be_told_is_undecided_with_the_reason() {
    let verdict = |errors: &[f64], order| falling(errors).verdict(Claim::Order(order));
    assert_eq!(verdict(&[0.8, 0.1, 0.0125], 3), Verdict::Confirmed);
    assert_eq!(verdict(&[0.8, 0.1, 0.0125], 4), Verdict::Refuted);
    assert_eq!(
        verdict(&[0.8, 0.1, 0.0125], 2),
        Verdict::Undecided(Reason::Faster { order: 3.0 })
    );
    assert_eq!(
        verdict(&[8e-12, 1e-12, 1e-14, 1e-15], 3),
        Verdict::Undecided(Reason::NoiseFloor { usable: 2 })
    );
    assert!(matches!(
        verdict(&[0.8, 0.1, 0.05], 3),
        Verdict::Undecided(Reason::Unsettled { .. })
    ));
    // Only the smallest learning rates count, and those below rounding do not.
    assert_eq!(
        verdict(&[9.0, 0.8, 0.1, 0.0125, 9e-14], 3),
        Verdict::Confirmed
    );
    assert_eq!(
        falling(&[1e-14, 2e-14]).verdict(Claim::Exact),
        Verdict::Confirmed
    );
    assert_eq!(
        falling(&[1e-14, 2e-12]).verdict(Claim::Exact),
        Verdict::Refuted
    );
}

#[test]
fn learning_rates_that_diverge_are_passed_over_if_smaller_ones_do_not() {
    let mut quartic = Traced::<f64>::new(1, |theta| theta.power(4.0).sum_all()).unwrap();
    let mut pair = Descent::new(&mut quartic, &[1.0], MethodName::GradientDescent, 1).unwrap();
    let span = Span::FixedTime;
    let far = Protocol {
        learning_rate: 4.0,
        halvings: 2,
        steps: 16,
    };
    let lost = measure(&mut pair, span, &far).unwrap();
    let verdict = lost.verdict(Claim::Order(1));
    assert!(
        matches!(verdict, Verdict::Undecided(Reason::Lost(_))),
        "{verdict}"
    );
    assert!(
        verdict.to_string().contains("diverged with h = 1"),
        "{verdict}"
    );
    let reaching = Protocol {
        halvings: 13,
        ..far
    };
    let found = measure(&mut pair, span, &reaching).unwrap();
    assert!(found.points[0].error.is_nan());
    assert_eq!(
        found.verdict(Claim::Order(1)),
        Verdict::Confirmed,
        "{found:?}"
    );
}

#[test]
fn what_cannot_be_compared_is_refused_with_the_numbers() {
    let quadratic = || Quadratic::diagonal(&[1.0]).unwrap();
    let mut objective = quadratic();
    let mut refused = |method, terms| {
        let pair = Descent::new(&mut objective, &[1.0], method, terms);
        pair.map(|_| ()).unwrap_err().to_string()
    };
    assert_eq!(
        refused(MethodName::Adam, 3),
        "adam is compared with 1 to 2 terms, not 3"
    );
    assert_eq!(
        refused(MethodName::SimultaneousGame, 1),
        "simultaneous-game is not a method of descents"
    );
    let mut pair = PrincipalDescent::new(quadratic(), &[1.0]);
    let mut protocol = protocol(0.0);
    let error = measure(&mut pair, Span::OneStep, &protocol).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the learning rate is 0; it must be positive and finite"
    );
    protocol.learning_rate = 2.0;
    let error = measure(&mut pair, Span::OneStep, &protocol).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("below 1: the Principal Flow is complex"),
        "{error}"
    );
}
