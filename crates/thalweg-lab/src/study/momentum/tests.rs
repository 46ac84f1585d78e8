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
fn a_damaged_factor_is_found_out_on_every_problem() {
    let damaged: [fn(f64) -> f64; 4] = [
        |_| 1.0,
        |beta| 1.0 / (1.0 - beta),
        |beta| (1.0 + beta) / (1.0 - beta).powi(2),
        |beta| (1.0 + 1.01 * beta) / (1.0 - beta),
    ];
    for on_network in [false, true] {
        for claim in damaged {
            let check = checks::factor(evidence(), Method::HeavyBall, on_network, claim);
            assert_eq!(check.ruling, Ruling::DoesNotHold, "{check:?}");
        }
        let heavy_ball = |beta| Method::HeavyBall.factor(beta);
        let check = checks::factor(evidence(), Method::Nesterov, on_network, heavy_ball);
        assert_eq!(check.ruling, Ruling::DoesNotHold, "{check:?}");
    }
}

#[test]
fn runs_without_momentum_are_gradient_descent_whatever_their_name() {
    let plain = evidence()
        .estimates
        .iter()
        .filter(|one| one.momentum == 0.0);
    let factors: Vec<f64> = plain.map(|one| one.by_flow).collect();
    assert_eq!(factors.len(), 8);
    for pair in factors.chunks(2) {
        assert!((pair[0] - 1.0).abs() < 1e-4, "{factors:?}");
    }
}

#[test]
fn what_was_not_measured_decides_nothing() {
    let nothing = Evidence {
        estimates: Vec::new(),
        following: Vec::new(),
        ends: Vec::new(),
        flow_end: f64::NAN,
    };
    for check in checks::all(&nothing) {
        assert_eq!(check.ruling, Ruling::Undecided, "{check:?}");
    }
}
