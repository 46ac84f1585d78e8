//! How far apart the best settings of two quantities are.

use thalweg::probe::Quantity;

use super::{FILE, finished, point, verdict};
use crate::claim::{Reason, Ruling, Verdict};
use crate::record::{Measurement, Termination};

/// A claim on how far apart the optima of test accuracy and loss are, over five rates.
const OPTIMA: &str = "compare = { optimum_of = \"loss\", at = \"final\" }\n";

fn optima(ends: impl Fn(usize, u64) -> (f64, f64, bool)) -> Verdict {
    let rates = [1.0, 2.0, 4.0, 8.0, 16.0];
    let text = FILE
        .replace("[0.01, 0.1, 1.0]", "[1.0, 2.0, 4.0, 8.0, 16.0]")
        .replace("quantity = \"r_ig\"", "quantity = \"test_accuracy\"")
        .replace("decreases", "increases")
        .replace("scale = \"log\"\n", OPTIMA)
        .replace("minimum_effect = 0.1", "minimum_effect = 1.0");
    verdict(&text, |spec| {
        let rate = spec.optimizer.learning_rate;
        let place = rates.iter().position(|one| *one == rate).unwrap();
        let (accuracy, loss, has_diverged) = ends(place, spec.seed);
        let mut left = finished(1.0);
        left.outcome.best = Some(Measurement {
            values: [(Quantity::TestAccuracy, accuracy)].into(),
            ..Measurement::default()
        });
        left.outcome.last = point(1.0, loss);
        if has_diverged {
            left.outcome.termination = Termination::Diverged;
        }
        Some(left)
    })
}

#[test]
fn optima_are_as_far_apart_as_the_log2_of_the_ratio_of_their_rates() {
    // The loss is least at the second rate, the accuracy highest at the fourth, or at the fourth and
    // third alike; the largest rate diverges with values that would win.
    let verdict = optima(|place, seed| {
        let accuracy = match (place, seed) {
            (3, _) | (2, 1) => 0.9,
            (4, _) => 1.0,
            _ => 0.8,
        };
        let loss = if place == 4 {
            0.0
        } else {
            (place as f64 - 1.0).powi(2) + 1.0
        };
        (accuracy, loss, place == 4)
    });
    let effects: Vec<f64> = verdict.seeds.iter().map(|seed| seed.effect).collect();
    assert_eq!(effects, [2.0, 1.5, 2.0]);
    assert_eq!((verdict.ruling, verdict.trials_used), (Ruling::Holds, 15));
    assert_eq!(
        verdict.effect.unwrap().unit,
        "log2 optimizer.learning_rate from where loss is best to where test_accuracy is best"
    );
}

#[test]
fn an_optimum_at_an_end_of_the_grid_leaves_its_seed_out() {
    let verdict = optima(|place, seed| {
        let accuracy = if place == (if seed == 0 { 4 } else { 3 }) {
            0.9
        } else {
            0.8
        };
        (accuracy, (place as f64 - 1.0).powi(2), false)
    });
    let seeds: Vec<u64> = verdict.seeds.iter().map(|seed| seed.seed).collect();
    assert_eq!((seeds, verdict.ruling), (vec![1, 2], Ruling::Undecided));
    assert_eq!(verdict.left_out.len(), 5);
    let is_edge = |one: &crate::claim::LeftOut| one.reason == Reason::OptimumAtEdge;
    assert!(verdict.left_out.iter().all(is_edge));
    let words = "beyond the ends would show the optima";
    assert!(
        verdict.explanation.contains(words),
        "{}",
        verdict.explanation
    );
}
