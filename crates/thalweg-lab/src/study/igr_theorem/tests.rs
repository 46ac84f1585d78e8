//! The study as a whole.

use std::sync::atomic::AtomicBool;

use super::*;
use crate::claim::Ruling;

#[test]
fn the_theorem_holds_on_a_network_from_every_start() {
    let mut tell = |_: crate::study::Progress<'_>| {};
    let findings = run(&mut Watch::new(&mut tell, &AtomicBool::new(false))).unwrap();
    for check in &findings.checks {
        assert_eq!(check.ruling, Ruling::Holds, "{check:?}");
    }
    findings.examine().unwrap();
}
