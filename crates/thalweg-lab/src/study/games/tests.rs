//! The study against what must hold, and against damage.

use std::sync::OnceLock;

use super::*;
use crate::claim::Ruling;
use crate::study::tests::{assert_all_hold, assert_stops_when_asked, unwatched};

/// What the study measures, once for all tests.
fn evidence() -> &'static Evidence {
    static EVIDENCE: OnceLock<Evidence> = OnceLock::new();
    EVIDENCE.get_or_init(|| unwatched(Evidence::gather))
}

#[test]
fn every_claim_holds_and_none_is_left_undecided() {
    assert_all_hold(&findings(evidence()));
}

#[test]
fn it_stops_when_asked() {
    assert_stops_when_asked(run);
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
