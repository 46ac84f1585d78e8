//! Rulings on made-up results: slopes and pairs here, the other ways of comparing in files of their own.

mod coinciding;
mod optima;
mod sweeps;

use thalweg::probe::Quantity;

use super::{Evidence, Reason, Ruling, Verdict, rule, table};
use crate::plan::Plan;
use crate::record::{Measurement, Outcome, Termination};
use crate::spec::{Experiment, TrialSpec};

/// A sweep of three learning rates, with a claim that ends the file and can be added to.
const FILE: &str = r#"
seeds = 3

[data]
name = "mnist-small"

[network]
hidden_widths = [20]

[optimizer]
method = "gradient-descent"
learning_rate = [0.01, 0.1, 1.0]

[[probe]]
measure = ["loss", "r_ig", "train_accuracy", "test_accuracy"]
every = "1 epoch"

[stop]
epochs = 2

[[claim]]
name = "2.2"
statement = "Larger learning rates find flatter solutions"
axis = "optimizer.learning_rate"
quantity = "r_ig"
expect = "decreases"
scale = "log"
minimum_effect = 0.1
"#;

const PAIR: &str = "compare = { from = 0.01, to = 1.0 }\n";

fn point(r_ig: f64, loss: f64) -> Measurement {
    let values = [(Quantity::RIg, r_ig), (Quantity::Loss, loss)];
    Measurement {
        values: values.into_iter().collect(),
        ..Measurement::default()
    }
}

/// What a trial leaves behind.
#[derive(Clone)]
struct Left {
    outcome: Outcome,
    path: Vec<Measurement>,
}

/// What a trial leaves behind that has this R_IG at its best point and at its end.
fn finished(r_ig: f64) -> Left {
    let outcome = Outcome {
        termination: Termination::EpochLimit,
        steps: 2,
        max_train_accuracy: Some(1.0),
        last: point(r_ig, 0.01),
        best: Some(point(r_ig, 0.02)),
        warnings: Vec::new(),
        seconds: 0.0,
    };
    let path = Vec::new();
    Left { outcome, path }
}

/// The verdict on the claim when each trial leaves behind what `result` says.
fn verdict(text: &str, result: impl Fn(&TrialSpec) -> Option<Left>) -> Verdict {
    let experiment = Experiment::parse("x", text, &[]).unwrap_or_else(|error| panic!("{error}"));
    let plan = Plan::new(&experiment);
    let results: Vec<_> = plan
        .trials
        .iter()
        .map(|trial| result(&trial.spec))
        .collect();
    let evidence: Vec<Evidence<'_>> = plan
        .trials
        .iter()
        .zip(&results)
        .map(|(trial, result)| Evidence {
            trial,
            outcome: result.as_ref().map(|left| &left.outcome),
            path: result.as_ref().map_or(&[], |left| &left.path),
        })
        .collect();
    rule(&experiment.claims[0], &experiment, &evidence)
}

/// R_IG = h^exponent, the exponent depending on the seed.
fn power_law(exponents: [f64; 3]) -> impl Fn(&TrialSpec) -> Option<Left> {
    move |spec| {
        let exponent = exponents[spec.seed as usize];
        Some(finished(spec.optimizer.learning_rate.powf(exponent)))
    }
}

#[test]
fn a_power_law_is_measured_as_its_exponent() {
    let verdict = verdict(FILE, power_law([-1.0, -1.1, -0.9]));
    let effect = verdict.effect.clone().unwrap();
    assert_eq!(verdict.ruling, Ruling::Holds);
    assert!((effect.estimate + 1.0).abs() < 1e-12);
    // s = 0.1, so that the half width is 4.302653 · 0.1/√3.
    assert!((effect.low + 1.0 + 0.248_414).abs() < 1e-6, "{effect:?}");
    assert!((effect.high + 1.0 - 0.248_414).abs() < 1e-6);
    assert_eq!(
        effect.unit,
        "log10 r_ig per tenfold optimizer.learning_rate"
    );
    assert_eq!((verdict.trials_used, verdict.seeds.len()), (9, 3));
    assert_eq!(
        verdict.explanation,
        "Over 3 seeds the change in log10 r_ig per tenfold optimizer.learning_rate, at maximum test \
         accuracy, is -1 (95 % interval -1.25 to -0.752): a decrease, and of at least 0.1."
    );
}

#[test]
fn the_opposite_effect_does_not_hold() {
    let verdict = verdict(FILE, power_law([1.0, 1.1, 0.9]));
    assert_eq!(verdict.ruling, Ruling::DoesNotHold);
    assert!(
        verdict
            .explanation
            .ends_with("not a decrease but the opposite.")
    );
}

#[test]
fn an_effect_surely_smaller_than_matters_does_not_hold() {
    let verdict = verdict(FILE, power_law([-0.01, -0.011, -0.009]));
    assert_eq!(verdict.ruling, Ruling::DoesNotHold);
    assert!(
        verdict
            .explanation
            .ends_with("less than the 0.1 that matter.")
    );
}

#[test]
fn an_effect_that_may_be_smaller_than_matters_is_undecided() {
    let verdict = verdict(FILE, power_law([-0.08, -0.09, -0.07]));
    assert_eq!(verdict.ruling, Ruling::Undecided);
    // (t·s/(0.1 − 0.08))² = (4.302653 · 0.01/0.02)² = 4.63.
    assert_eq!(verdict.seeds_needed, Some(5));
}

#[test]
fn both_signs_open_is_undecided_and_says_how_many_seeds_would_tell() {
    let verdict = verdict(FILE, power_law([-1.0, -0.2, 0.3]));
    assert_eq!(verdict.ruling, Ruling::Undecided);
    // mean −0.3, s = √(0.49 + 0.01 + 0.36)/√2 = 0.655744; (4.302653 · 0.655744/0.3)² = 88.45.
    assert_eq!(verdict.seeds_needed, Some(89));
    assert!(verdict.explanation.contains("both signs open"));
    assert!(verdict.explanation.contains("about 89 seeds"));
}

#[test]
fn seeds_that_agree_exactly_are_ruled_on_without_a_spread() {
    assert_eq!(verdict(FILE, power_law([-1.0; 3])).ruling, Ruling::Holds);
    assert_eq!(
        verdict(FILE, power_law([0.0; 3])).ruling,
        Ruling::DoesNotHold
    );
    let without_minimum = FILE.replace("minimum_effect = 0.1\n", "");
    let nothing = verdict(&without_minimum, power_law([0.0; 3]));
    assert_eq!(nothing.ruling, Ruling::DoesNotHold);
}

#[test]
fn two_seeds_are_too_few_however_clear_they_are() {
    let verdict = verdict(
        &FILE.replace("seeds = 3", "seeds = 2"),
        power_law([-1.0; 3]),
    );
    assert_eq!(verdict.ruling, Ruling::Undecided);
    assert!(verdict.effect.is_some());
    assert_eq!(verdict.seeds_needed, Some(3));
    assert!(
        verdict
            .explanation
            .contains("needs 3 usable seeds and has 2")
    );
}

#[test]
fn two_values_are_too_few_for_a_trend() {
    let text = FILE.replace("[0.01, 0.1, 1.0]", "[0.01, 1.0]");
    let verdict = verdict(&text, power_law([-1.0; 3]));
    assert_eq!(verdict.ruling, Ruling::Undecided);
    assert_eq!(verdict.effect, None);
    assert!(verdict.explanation.contains("at least 3 values"));
    assert_eq!(verdict.left_out.len(), 6);
}

#[test]
fn a_pair_is_the_difference_within_each_seed() {
    let text = FILE.replace("scale = \"log\"", PAIR);
    let shifted = |spec: &TrialSpec| {
        let base = 10.0 * spec.seed as f64;
        Some(finished(
            base - spec.optimizer.learning_rate * (1.0 + 0.01 * base),
        ))
    };
    let verdict = verdict(&text, shifted);
    assert_eq!(verdict.ruling, Ruling::Holds);
    let effects: Vec<f64> = verdict.seeds.iter().map(|seed| seed.effect).collect();
    for (effect, expected) in effects.iter().zip([-0.99, -1.089, -1.188]) {
        assert!((effect - expected).abs() < 1e-12);
    }
    // The third learning rate is none of the pair: neither used nor left out.
    assert_eq!((verdict.trials_used, verdict.left_out.len()), (6, 0));
}

#[test]
fn trials_that_do_not_count_are_listed_with_their_reasons() {
    let text = FILE.replace(
        "[0.01, 0.1, 1.0]",
        "[0.001, 0.01, 0.1, 1.0, 10.0, 100.0, 1000.0]",
    ) + "among = \"interpolating\"\n";
    let law = power_law([-1.0, -1.1, -0.9]);
    let damaged = |spec: &TrialSpec| {
        let mut result = law(spec)?;
        match spec.optimizer.learning_rate {
            0.001 => return None,
            0.01 => result.outcome.max_train_accuracy = Some(0.99),
            100.0 => result.outcome.best = Some(point(f64::NAN, 0.1)),
            1000.0 => result.outcome.termination = Termination::Diverged,
            _ => {}
        }
        Some(result)
    };
    let verdict = verdict(&text, damaged);
    assert_eq!((verdict.ruling, verdict.trials_used), (Ruling::Holds, 9));
    let reasons = |reason| {
        verdict
            .left_out
            .iter()
            .filter(|one| one.reason == reason)
            .count()
    };
    for reason in [
        Reason::Unfinished,
        Reason::NotInterpolating,
        Reason::NotFinite,
        Reason::Diverged,
    ] {
        assert_eq!(reasons(reason), 3, "{reason:?}");
    }
    assert!(verdict.explanation.ends_with(
        "Left out of 21 trials: 12 (3 not finished, 3 diverged, 3 never reached 100 % training \
         accuracy, 3 not finite)."
    ));
}

#[test]
fn nothing_measured_and_nothing_finished_is_undecided() {
    let mut unmeasured = finished(1.0);
    unmeasured.outcome.best = None;
    for result in [
        None,
        Some(unmeasured),
        Some(finished(0.0)),
        Some(finished(-1.0)),
    ] {
        let verdict = verdict(FILE, |_| result.clone());
        assert_eq!(verdict.ruling, Ruling::Undecided);
        assert_eq!(verdict.left_out.len(), 9);
        assert_eq!(verdict.effect, None);
    }
}

#[test]
fn at_a_loss_the_path_is_read_where_it_first_gets_there() {
    let text = FILE.to_owned() + "at = { loss = 0.1 }\nrelative_to = \"loss\"\n";
    let along = |losses: &'static [f64]| {
        move |spec: &TrialSpec| {
            let factor = spec.optimizer.learning_rate.powf(-0.5);
            let path = losses
                .iter()
                .map(|loss| point(factor * loss * loss.sqrt(), *loss));
            let path = path.collect();
            Some(Left {
                path,
                ..finished(1.0)
            })
        }
    };
    let crossing = verdict(&text, along(&[2.0, 0.5, 0.05, 0.3, 0.01]));
    assert_eq!(crossing.ruling, Ruling::Holds);
    assert!((crossing.effect.unwrap().estimate + 0.5).abs() < 1e-12);
    for (losses, reason) in [
        (&[2.0, 0.5][..], Reason::LossNotReached),
        (&[0.05, 0.01], Reason::LossBelowFromTheStart),
        (&[], Reason::NotMeasured),
    ] {
        let verdict = verdict(&text, along(losses));
        assert!(verdict.left_out.iter().all(|one| one.reason == reason));
    }
}

#[test]
fn at_a_time_the_path_is_read_between_its_measurements() {
    let text = FILE.to_owned() + PAIR + "at = { time = 2 }\n";
    // ‖∇E‖² falls as exp(−t·h) and trials are measured at multiples of their own rate.
    let along = |steps: u64| {
        move |spec: &TrialSpec| {
            let rate = spec.optimizer.learning_rate;
            let at = |step: u64| {
                let time = step as f64 * rate;
                Measurement {
                    step,
                    time,
                    ..point((-time * rate).exp(), 1.0)
                }
            };
            let path = (0..=steps).map(at).collect();
            Some(Left {
                path,
                ..finished(1.0)
            })
        }
    };
    let crossing = verdict(&text, along(1000));
    let expected = -2.0 * (1.0 - 0.01) * std::f64::consts::LOG10_E;
    assert!((crossing.effect.unwrap().estimate - expected).abs() < 1e-9);
    let verdict = verdict(&text, along(1));
    let ended = verdict.left_out.iter().map(|one| one.reason);
    assert!(ended.filter(|one| *one == Reason::EndedBefore).count() > 0);
}

#[test]
fn other_axes_are_compared_among_their_equals() {
    let text = FILE.replace("[20]", "[[20], [2000]]");
    // The width has a large effect of its own, and one trial of the wide network is missing.
    let result = |spec: &TrialSpec| {
        let is_wide = spec.network.hidden_widths == [2000];
        let rate = spec.optimizer.learning_rate;
        if is_wide && rate == 1.0 && spec.seed == 0 {
            return None;
        }
        let width = if is_wide { 1e6 } else { 1.0 };
        Some(finished(width / rate))
    };
    let verdict = verdict(&text, result);
    assert_eq!(verdict.ruling, Ruling::Holds);
    assert!((verdict.effect.unwrap().estimate + 1.0).abs() < 1e-12);
    assert_eq!((verdict.trials_used, verdict.left_out.len()), (15, 3));
}

#[test]
fn a_verdict_is_stored_and_read_back() {
    let text = FILE.to_owned() + "among = \"interpolating\"\n";
    let law = power_law([-1.0, -0.2, 0.3]);
    let verdict = verdict(&text, |spec| law(spec).filter(|_| spec.seed < 2));
    let stored = serde_json::to_string(&verdict).unwrap();
    assert!(stored.contains("\"ruling\":\"undecided\""));
    assert_eq!(serde_json::from_str::<Verdict>(&stored).unwrap(), verdict);
}

#[test]
fn a_table_is_aligned_and_wraps_statements() {
    let holds = verdict(FILE, power_law([-1.0, -1.1, -0.9]));
    let open = verdict(&FILE.replace("seeds = 3", "seeds = 1"), power_law([1.0; 3]));
    assert_eq!(
        table(&[holds, open], 72),
        "\
claim  statement                      effect  95 % interval    ruling
────────────────────────────────────────────────────────────────────────
2.2    Larger learning rates find     -1      -1.25 to -0.752  holds
       flatter solutions
2.2    Larger learning rates find     –       –                undecided
       flatter solutions

2.2: Over 3 seeds the change in log10 r_ig per tenfold
optimizer.learning_rate, at maximum test accuracy, is -1 (95 % interval
-1.25 to -0.752): a decrease, and of at least 0.1.

2.2: A ruling needs 3 usable seeds and has 1."
    );
}

/// A grid of learning rates and batch sizes in which h/B comes out several times over.
const GRID: &str = r#"
seeds = 3

[data]
name = "mnist-small"

[network]
hidden_widths = [20]

[optimizer]
method = "sgd"
learning_rate = [0.1, 0.2, 0.4]
batch_size = [10, 20, 30]

[[probe]]
measure = ["loss", "r_ig", "train_accuracy", "test_accuracy"]
every = "1 epoch"

[stop]
epochs = 2

[[claim]]
name = "h/B"
statement = "Only h/B matters"
quantity = "r_ig"
"#;

/// h over B, and both.
fn rate_and_batch(spec: &TrialSpec) -> (f64, f64, f64) {
    let batch = spec.optimizer.batch.unwrap().size as f64;
    let rate = spec.optimizer.learning_rate;
    (rate / batch, rate, batch)
}
