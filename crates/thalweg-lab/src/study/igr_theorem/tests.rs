//! The study as a whole.

use super::*;
use crate::study::tests::{assert_all_hold, unwatched};

#[test]
fn the_theorem_holds_on_a_network_from_every_start() {
    assert_all_hold(&unwatched(run));
}
