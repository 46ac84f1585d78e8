//! The study against what can be known without it.

use std::sync::atomic::AtomicBool;

use super::*;
use crate::claim::Ruling;
use crate::study::tests::{assert_all_hold, unwatched};

fn study() -> Findings {
    unwatched(run)
}

/// Gradient descent written out, with λ_max of the 2 × 2 Hessian by the quadratic formula.
fn by_hand(h: f64) -> (f64, f64, f64) {
    let (mut a, mut b) = (2.8_f64, 3.5_f64);
    let mut largest = 0.0_f64;
    loop {
        let residual = 0.6 - a * b;
        let (half_sum, mixed) = ((a * a + b * b) / 2.0, 2.0 * a * b - 0.6);
        let difference = (b * b - a * a) / 2.0;
        largest = largest.max(h * (half_sum + difference.hypot(mixed)));
        if residual * residual * (a * a + b * b) <= 1e-24 {
            return (a, b, largest);
        }
        (a, b) = (a + h * residual * b, b + h * residual * a);
    }
}

#[test]
fn every_claim_holds_and_none_is_left_undecided() {
    let findings = study();
    assert!(findings.checks.len() >= 9);
    assert_all_hold(&findings);
}

#[test]
fn ends_and_curvatures_are_those_of_gradient_descent_written_out() {
    let mut tell = |_: super::super::Progress<'_>| {};
    let never = AtomicBool::new(false);
    let watch = Watch::new(&mut tell, &never);
    let mut model = model().unwrap();
    for h in [SMALL, MODERATE, 0.11, LARGE] {
        let descent = descent::descend(&mut model, h, &watch).unwrap();
        let (a, b, largest) = by_hand(h);
        let end = descent.end();
        assert!(
            (end.a - a).abs() < 1e-9 && (end.b - b).abs() < 1e-9,
            "h = {h}"
        );
        assert!((descent.largest_stability() - largest).abs() < 1e-12 * largest);
    }
}

#[test]
fn the_claim_of_a_reversal_fails_where_there_is_none() {
    let mut tell = |_: super::super::Progress<'_>| {};
    let never = AtomicBool::new(false);
    let mut evidence = Evidence::gather(&mut Watch::new(&mut tell, &never)).unwrap();
    // As if h_L had gone the way of h_M, so that it counts as moderate without being flatter.
    let moderate = evidence.with(MODERATE).unwrap().points.clone();
    for one in &mut evidence.descents {
        if one.learning_rate == LARGE {
            one.points.clone_from(&moderate);
        }
    }
    let failed: Vec<String> = checks::all(&evidence)
        .into_iter()
        .filter(|check| check.ruling == Ruling::DoesNotHold)
        .map(|check| check.expectation.name)
        .collect();
    assert_eq!(failed, ["flatter", "reversal", "ricochet", "outside"]);
}

#[test]
fn a_path_that_diverges_is_an_outcome_and_decides_nothing() {
    let mut tell = |_: super::super::Progress<'_>| {};
    let never = AtomicBool::new(false);
    let watch = Watch::new(&mut tell, &never);
    let descent = descent::descend(&mut model().unwrap(), 0.5, &watch).unwrap();
    assert_eq!(descent.ended, Ended::Diverged);
    assert_eq!(descent.branch(), "none");
    let evidence = Evidence {
        descents: vec![descent],
        flow: flow_end(),
    };
    let reversal = &checks::all(&evidence)[1];
    assert_eq!(reversal.ruling, Ruling::Undecided);
}

#[test]
fn it_tells_how_far_it_is_and_stops_when_asked() {
    let stop = AtomicBool::new(false);
    let mut seen = Vec::new();
    let mut tell = |progress: super::super::Progress<'_>| {
        seen.push((progress.done, progress.most));
        if progress.done == 3 {
            stop.store(true, std::sync::atomic::Ordering::Relaxed);
        }
    };
    let error = run(&mut Watch::new(&mut tell, &stop)).unwrap_err();
    assert!(matches!(error, StudyError::Interrupted));
    assert_eq!(seen, [(0, 82), (1, 82), (2, 82), (3, 82)]);
}
