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
fn a_damaged_coefficient_is_found_out_on_both_problems() {
    let damaged: [fn(&Coefficient) -> f64; 3] = [
        |one| -one.claimed()[0],
        |one| one.claimed()[0] + 0.1 * one.claimed()[1],
        |one| one.claimed()[0] + one.claimed()[1],
    ];
    for on_network in [false, true] {
        for claim in damaged {
            let check = checks::norm(evidence(), on_network, claim);
            assert_eq!(check.ruling, Ruling::DoesNotHold, "{check:?}");
        }
    }
}

#[test]
fn the_absence_of_a_modified_loss_is_said_in_words() {
    let warnings = findings(evidence()).warnings;
    assert!(
        warnings[0].starts_with("Adam and RMSProp have no modified loss"),
        "{warnings:?}"
    );
}

#[test]
fn with_equal_averages_the_one_norm_is_neither_penalised_nor_sought() {
    let equal = evidence()
        .coefficients(false)
        .filter(|one| one.decays[0] == one.decays[1]);
    let norms: Vec<f64> = equal.map(|one| one.norm).collect();
    assert!(
        norms.len() == 4 && norms.iter().all(|norm| norm.abs() < 1e-3),
        "{norms:?}"
    );
}

#[test]
fn a_rotation_is_told_from_a_gradient() {
    let places = [[1.0, 2.0], [-0.3, 0.1]];
    let field = |sign: f64| {
        thalweg::flow::TracedField::new(2, move |theta| {
            let [x, y] = [0, 1].map(|index| theta.slice(0, index, 1));
            vec![y * sign, x]
        })
    };
    let turning = rotation::largest(&mut field(-1.0).unwrap(), &places).unwrap();
    assert!((turning - 2.0_f64.sqrt()).abs() < 1e-9, "{turning}");
    let still = rotation::largest(&mut field(1.0).unwrap(), &places).unwrap();
    assert!(still < 1e-9, "{still}");
}
