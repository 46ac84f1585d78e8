//! The study against what must hold, and against damage.

use std::sync::OnceLock;
use std::sync::atomic::AtomicBool;

use super::*;
use crate::claim::Ruling;

/// What the study measures, once for all tests.
fn evidence() -> &'static Evidence {
    static EVIDENCE: OnceLock<Evidence> = OnceLock::new();
    EVIDENCE.get_or_init(|| {
        let mut tell = |_: super::super::Progress<'_>| {};
        Evidence::gather(&mut Watch::new(&mut tell, &AtomicBool::new(false))).unwrap()
    })
}

#[test]
fn every_claim_holds_and_none_is_left_undecided() {
    let findings = findings(evidence());
    for check in &findings.checks {
        assert_eq!(check.ruling, Ruling::Holds, "{check:?}");
    }
    findings.examine().unwrap();
}

#[test]
fn it_stops_when_asked() {
    let stop = AtomicBool::new(false);
    let mut seen = Vec::new();
    let mut tell = |progress: super::super::Progress<'_>| {
        seen.push(progress.done);
        if progress.done == 1 {
            stop.store(true, std::sync::atomic::Ordering::Relaxed);
        }
    };
    let error = run(&mut Watch::new(&mut tell, &stop)).unwrap_err();
    assert!(matches!(error, StudyError::Interrupted));
    assert_eq!(seen, [0, 1]);
}

#[test]
fn a_damaged_prediction_is_found_out() {
    for factor in [0.0, 0.45, 1.0, -0.5] {
        let check = checks::spiral(evidence(), factor);
        assert_eq!(check.ruling, Ruling::DoesNotHold, "{check:?}");
    }
    // As if the field were V − h(DV)V: half of the learning rate.
    let check = checks::threshold(evidence(), 0.2);
    assert_eq!(check.ruling, Ruling::DoesNotHold, "{check:?}");
}

#[test]
fn updates_are_those_of_the_game_written_out() {
    let (h, start) = (0.3, [1.2, -0.4]);
    let slope = |x: f64, y: f64| 1.0 / (1.0 + (x * y).exp()); // f'(xy)
    let [x, y] = start;
    let moved = x - h * y * slope(x, y);
    let climbed = |x: f64| y + h * (x * slope(x, y) - players::REGULARISATION * y);
    for (updates, seen) in [(Updates::Simultaneous, x), (Updates::Alternating, moved)] {
        let path = Match::DiracGan.play(updates, h, start, 1).unwrap();
        let expected = [moved, climbed(seen)];
        let error = (path[1][0] - expected[0]).hypot(path[1][1] - expected[1]);
        assert!(error < 1e-15, "{updates:?}: {path:?}, {expected:?}");
    }
}
