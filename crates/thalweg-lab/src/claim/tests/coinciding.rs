//! What is to be the same: at equal values of a derived setting, and within a bound.

use super::{FILE, GRID, finished, rate_and_batch, verdict};
use crate::claim::{Ruling, Verdict};
use crate::spec::TrialSpec;

const MATCHED: &str = r#"
axis = "optimizer.batch_size"
matched_by = "optimizer.rate_per_example"
compare = { from = 10, to = 20 }
expect = "coincides"
minimum_effect = 0.01
"#;

#[test]
fn trials_are_matched_by_a_derived_setting_whatever_its_inputs_are() {
    // 1/10 and 2/20, 2/10 and 4/20; 1/20 and 4/10 have no partner. Floating point makes 0.1/10 and
    // 0.2/20 differ in the last digit or not.
    let collapse = |spec: &TrialSpec| {
        let (ratio, _, _) = rate_and_batch(spec);
        let noise = 0.001 * spec.seed as f64;
        Some(finished(ratio + noise * rate_and_batch(spec).2 / 10.0))
    };
    let verdict = verdict(&(GRID.to_owned() + MATCHED), collapse);
    assert_eq!(verdict.ruling, Ruling::Holds);
    let effects: Vec<f64> = verdict.seeds.iter().map(|seed| seed.effect).collect();
    for (effect, expected) in effects.iter().zip([0.0, 0.001, 0.002]) {
        assert!((effect - expected).abs() < 1e-12, "{effects:?}");
    }
    assert_eq!((verdict.trials_used, verdict.left_out.len()), (12, 6));
    assert_eq!(
        verdict.effect.unwrap().unit,
        "r_ig at equal optimizer.rate_per_example from optimizer.batch_size = 10 to 20"
    );
}

#[test]
fn what_goes_with_the_rate_alone_does_not_coincide_at_equal_ratios() {
    let by_rate = |spec: &TrialSpec| Some(finished(rate_and_batch(spec).1));
    let verdict = verdict(&(GRID.to_owned() + MATCHED), by_rate);
    assert_eq!(verdict.ruling, Ruling::DoesNotHold);
    // Each pair differs by its own rate: 0.2 − 0.1 and 0.4 − 0.2.
    assert!((verdict.effect.unwrap().estimate - 0.15).abs() < 1e-12);
}

#[test]
fn a_trend_along_a_derived_setting_is_taken_at_each_batch_size() {
    let text = GRID.to_owned()
        + "axis = \"optimizer.rate_per_example\"\nexpect = \"increases\"\nscale = \"log\"\n";
    let law = |spec: &TrialSpec| {
        let (ratio, _, batch) = rate_and_batch(spec);
        Some(finished(
            batch.powi(3) * ratio.powf(1.0 + 0.1 * spec.seed as f64),
        ))
    };
    let verdict = verdict(&text, law);
    assert_eq!((verdict.ruling, verdict.trials_used), (Ruling::Holds, 27));
    assert!((verdict.effect.unwrap().estimate - 1.1).abs() < 1e-9);
}

/// A pair that is expected to coincide to within 0.1.
fn coincidence(effects: [f64; 3]) -> Verdict {
    let text = FILE
        .replace("scale = \"log\"", "compare = { from = 0.01, to = 0.1 }")
        .replace("decreases", "coincides");
    verdict(&text, |spec| {
        let is_to = spec.optimizer.learning_rate == 0.1;
        let effect = effects[spec.seed as usize];
        Some(finished(if is_to { 1.0 + effect } else { 1.0 }))
    })
}

#[test]
fn what_is_expected_to_coincide_is_ruled_on_by_equivalence() {
    let ends = |effects, ruling, words: &str| {
        let verdict = coincidence(effects);
        assert_eq!(verdict.ruling, ruling, "{effects:?}");
        assert!(
            verdict.explanation.contains(words),
            "{}",
            verdict.explanation
        );
        verdict.seeds_needed
    };
    let holds = [
        [-0.01, 0.0, 0.01],
        [0.05, 0.051, 0.052],
        [-0.05, -0.051, -0.052],
        [0.0; 3],
    ];
    for effects in holds {
        let needed = ends(effects, Ruling::Holds, "less than the 0.1 that matter");
        assert_eq!(needed, None);
    }
    for sign in [1.0, -1.0] {
        let effects = [0.2, 0.21, 0.19].map(|effect| sign * effect);
        let words = "a difference, and of at least 0.1";
        assert_eq!(ends(effects, Ruling::DoesNotHold, words), None);
        let effects = [0.08, 0.09, 0.07].map(|effect| sign * effect);
        let words = "a difference, but perhaps of less than the 0.1";
        // (4.302653 · 0.01/(0.1 − 0.08))² = 4.63.
        assert_eq!(ends(effects, Ruling::Undecided, words), Some(5));
        let effects = [0.5, 0.2, -0.1].map(|effect| sign * effect);
        let words = "leaves open both no difference and one of 0.1";
        // (4.302653 · 0.3/0.2)² = 41.65.
        assert_eq!(ends(effects, Ruling::Undecided, words), Some(42));
    }
}
