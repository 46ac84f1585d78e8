//! Whole runs: what an interruption, the number of threads and the order of trials may change,
//! which is nothing but wall-clock seconds.

#![allow(clippy::unwrap_used)] // a failed unwrap is a failed test

mod support;

use std::fs;

use support::{contents, run_once};
use thalweg_lab::claim::Ruling;
use thalweg_lab::record::{Outcome, Termination, WarningKind};
use thalweg_lab::store::StoredRun;

const SPEC: &str = r#"
title = "Small"
seeds = 2
precision = "f64"

[data]
name = "mnist-small"
train_examples = 90
test_examples = 60

[network]
hidden_widths = [12]
activation = "tanh"

[optimizer]
method = "sgd"
batch_size = 20
learning_rate = [0.05, 0.2]

[regularizer]
coefficient = 0.02

[[probe]]
measure = ["loss", "r_ig", "test_accuracy"]
every = "3 steps"

[[probe]]
measure = ["modified_loss", "train_accuracy", "slope_degrees", "stability", "hessian_trace"]
every = "10 per decade"

[stop]
epochs = 6

[[claim]]
name = "flatter"
statement = "a larger rate is flatter"
axis = "optimizer.learning_rate"
quantity = "gradient_norm_squared"
at = "final"
expect = "decreases"
compare = { from = 0.05, to = 0.2 }
"#;

#[test]
fn a_run_interrupted_again_and_again_writes_what_an_uninterrupted_one_writes() {
    let parent = tempfile::tempdir().unwrap();
    let (whole, torn) = (parent.path().join("whole"), parent.path().join("torn"));
    assert_eq!(run_once(SPEC, &whole, 1, 1, u64::MAX).finished, 4);
    let mut interruptions = 0;
    while run_once(SPEC, &torn, 1, 1, 7).interrupted > 0 {
        interruptions += 1;
    }
    assert!(interruptions > 10, "{interruptions}");
    let (whole, torn) = (contents(&whole), contents(&torn));
    assert!(whole.len() > 20);
    assert_eq!(
        whole.keys().collect::<Vec<_>>(),
        torn.keys().collect::<Vec<_>>()
    );
    for (name, bytes) in &whole {
        assert!(torn[name] == *bytes, "{name} differs");
    }
}

/// The spec with another optimizer: two values of its learning rate, and the settings given.
fn of_method(settings: &str) -> String {
    let method = "method = \"sgd\"\nbatch_size = 20\n";
    assert!(SPEC.contains(method));
    SPEC.replace(method, &format!("{settings}\n"))
        .replace("[0.05, 0.2]", "[0.01, 0.02]")
        .replace(
            "compare = { from = 0.05, to = 0.2 }",
            "compare = { from = 0.01, to = 0.02 }",
        )
}

/// Every method with its settings, on minibatches where it may be.
const METHODS: [&str; 11] = [
    "method = \"gradient-descent\"",
    "method = \"heavy-ball\"\nbatch_size = 20",
    "method = \"nesterov\"\nbatch_size = 20",
    "method = \"adam\"\nbatch_size = 20",
    "method = \"rmsprop\"\nbatch_size = 20",
    "method = \"heun\"\nbatch_size = 20",
    "method = \"runge-kutta-4\"",
    "method = \"normalised\"\nbatch_size = 20\ndecay = 0.5",
    "method = \"sam\"\nbatch_size = 20\nradius = 0.05",
    "method = \"gradient-norm\"\nradius = 0.05\nmix = 0.5",
    "method = \"n-step\"\nbatch_size = 20\nsteps_per_batch = 2",
];

#[test]
fn every_method_goes_on_after_an_interruption_as_if_there_had_been_none() {
    for (settings, precision) in METHODS.iter().zip(["f32", "f64"].into_iter().cycle()) {
        let parent = tempfile::tempdir().unwrap();
        let spec = of_method(settings).replace("\"f64\"", &format!("\"{precision}\""));
        let (whole, torn) = (parent.path().join("whole"), parent.path().join("torn"));
        assert_eq!(run_once(&spec, &whole, 1, 1, u64::MAX).finished, 4);
        let mut interruptions = 0;
        while run_once(&spec, &torn, 1, 1, 7).interrupted > 0 {
            interruptions += 1;
        }
        assert!(interruptions > 2, "{interruptions}");
        assert!(
            contents(&whole) == contents(&torn),
            "{settings} {precision}"
        );
    }
}

/// Penalties of each kind, with an optimizer whose batches each of them cuts in its way.
const PENALTIES: [(&str, &str); 4] = [
    (
        "method = \"sgd\"\nbatch_size = 40",
        "coefficient = 0.01\nmicro_batch_size = 16\nwhole_batch_coefficient = 0.02",
    ),
    (
        "method = \"gradient-descent\"",
        "coefficient = 0.01\nnormalisation = \"e-reg\"\nmicro_batch_size = 64\n\
         derivative = \"forward-difference\"",
    ),
    (
        "method = \"sgd\"\nbatch_size = 40",
        "kind = \"implicit-multiple\"\nmultiplier = -1.0",
    ),
    (
        "method = \"heavy-ball\"\nbatch_size = 16",
        "coefficient = 0.0",
    ),
];

const STREAMED: &str = "\"streamed_minibatch_gradient_norm_squared\", \"streamed_gradient_norm_squared\", \"minibatch_gradient_norm_squared\", \"penalty_coefficient\", \"modified_loss_sgd\",";

#[test]
fn penalties_and_what_steps_show_are_the_same_after_an_interruption_and_for_any_threads() {
    for (settings, penalty) in PENALTIES {
        let spec = of_method(settings)
            .replace("coefficient = 0.02", penalty)
            .replace("\"modified_loss\",", STREAMED);
        let parent = tempfile::tempdir().unwrap();
        let (whole, parts) = (parent.path().join("whole"), parent.path().join("parts"));
        run_once(&spec, &whole, 1, 1, u64::MAX);
        for after in [1, 3, 4, 7] {
            run_once(&spec, &parts, 1, 3, after);
        }
        run_once(&spec, &parts, 1, 3, u64::MAX);
        assert!(contents(&whole) == contents(&parts), "{settings}");
    }
}

#[test]
fn a_negative_multiple_that_diverges_is_an_outcome_with_a_remedy_in_its_words() {
    let parent = tempfile::tempdir().unwrap();
    let penalty = "kind = \"implicit-multiple\"\nmultiplier = -200.0";
    let spec = SPEC
        .replace("coefficient = 0.02", penalty)
        .replace("\"tanh\"", "\"relu\"");
    let end = run_once(&spec, &parent.path().join("a"), 2, 2, u64::MAX);
    assert_eq!((end.finished, end.failed.len()), (4, 0));
    let stored = StoredRun::read(&parent.path().join("a")).unwrap();
    for trial in &stored.trials {
        let outcome = trial.outcome.as_ref().unwrap();
        assert_eq!(outcome.termination, Termination::Diverged);
        let words = outcome.termination.explanation();
        assert!(words.contains("negative `regularizer.multiplier`"));
    }
}

#[test]
fn what_minibatches_alone_have_is_missed_aloud_where_there_are_none() {
    let parent = tempfile::tempdir().unwrap();
    let spec = of_method("method = \"gradient-descent\"")
        .replace("\"modified_loss\",", STREAMED)
        .replace(
            "coefficient = 0.02",
            "coefficient = 0.02\nnormalisation = \"e-reg\"",
        );
    run_once(&spec, &parent.path().join("a"), 2, 2, u64::MAX);
    let stored = StoredRun::read(&parent.path().join("a")).unwrap();
    let outcome = stored.trials[0].outcome.as_ref().unwrap();
    let warnings = outcome.warnings.iter();
    let about: Vec<&str> = warnings
        .filter(|one| one.kind == WarningKind::NoMinibatches)
        .map(|one| one.message.as_str())
        .collect();
    let [quantities, penalty] = about[..] else {
        panic!("{about:?}");
    };
    assert!(quantities.contains("modified_loss_sgd"), "{quantities}");
    assert!(penalty.contains("no term of the variance"), "{penalty}");
}

#[test]
fn a_method_without_a_modified_loss_has_none_and_says_so() {
    use thalweg::probe::Quantity::{GradientNormSquared, Lambda, Loss, ModifiedLoss};
    // c in E + c‖∇E‖² for h = 0.01.
    let beta = 0.9_f64;
    let momentum = 0.01 * (1.0 + beta) / (4.0 * (1.0 - beta).powi(2));
    let nesterov = 0.01 * (1.0 - beta + 2.0 * beta * beta) / (4.0 * (1.0 - beta).powi(2));
    let coefficients = [
        Some(0.0025),
        Some(momentum),
        Some(nesterov),
        None,
        None,
        Some(0.0),
        Some(0.0),
        None,
        None,
        None,
        Some(0.00125),
    ];
    let count = 784.0 * 12.0 + 12.0 + 12.0 * 10.0 + 10.0;
    for (settings, coefficient) in METHODS.iter().zip(coefficients) {
        let parent = tempfile::tempdir().unwrap();
        let measure = "\"modified_loss\", \"lambda\", \"gradient_norm_squared\", \"loss\",";
        let spec = of_method(settings).replace("\"modified_loss\",", measure);
        run_once(&spec, &parent.path().join("a"), 2, 1, u64::MAX);
        let stored = StoredRun::read(&parent.path().join("a")).unwrap();
        for trial in &stored.trials {
            let outcome = trial.outcome.as_ref().unwrap();
            let warned = outcome
                .warnings
                .iter()
                .find(|one| one.kind == WarningKind::NoModifiedLoss);
            let last = |quantity| outcome.last.get(quantity);
            let Some(coefficient) = coefficient else {
                assert_eq!((last(Lambda), last(ModifiedLoss)), (None, None));
                let message = &warned.unwrap().message;
                assert!(message.contains("lambda, modified_loss"), "{message}");
                continue;
            };
            assert!(warned.is_none(), "{settings}");
            let rate = trial.planned.spec.optimizer.learning_rate;
            let coefficient = coefficient * rate / 0.01;
            let lambda = last(Lambda).unwrap();
            assert!(
                (lambda - coefficient * count).abs() < 1e-9 * (1.0 + lambda),
                "{settings}"
            );
            let expected = last(Loss).unwrap() + coefficient * last(GradientNormSquared).unwrap();
            assert!(
                (last(ModifiedLoss).unwrap() - expected).abs() < 1e-9 * expected,
                "{settings}"
            );
        }
    }
}

#[test]
fn what_was_written_after_the_last_snapshot_is_written_again_the_same() {
    let parent = tempfile::tempdir().unwrap();
    let (whole, killed) = (parent.path().join("whole"), parent.path().join("killed"));
    run_once(SPEC, &whole, 1, 1, u64::MAX);
    run_once(SPEC, &killed, 1, 1, 10);
    // A process that dies later leaves measurements that its snapshot does not know, one torn.
    for trial in fs::read_dir(killed.join("trials")).unwrap() {
        let log = trial.unwrap().path().join("metrics.jsonl");
        let mut bytes = fs::read(&log).unwrap();
        bytes.extend_from_slice(b"{\"step\":11,\"epoch\":2.2}\n{\"step\":12,\"ep");
        fs::write(&log, bytes).unwrap();
    }
    run_once(SPEC, &killed, 1, 1, u64::MAX);
    assert!(contents(&whole) == contents(&killed));
}

#[test]
fn neither_threads_nor_trials_side_by_side_change_anything() {
    let parent = tempfile::tempdir().unwrap();
    let (one, many) = (parent.path().join("one"), parent.path().join("many"));
    run_once(SPEC, &one, 1, 1, u64::MAX);
    run_once(SPEC, &many, 3, 6, u64::MAX);
    assert!(contents(&one) == contents(&many));
}

#[test]
fn the_gradient_norm_stands_beside_r_ig_and_a_claim_on_two_seeds_is_undecided() {
    let parent = tempfile::tempdir().unwrap();
    run_once(SPEC, parent.path().join("a").as_path(), 2, 2, u64::MAX);
    let stored = StoredRun::read(&parent.path().join("a")).unwrap();
    let count = 784.0 * 12.0 + 12.0 + 12.0 * 10.0 + 10.0;
    for trial in &stored.trials {
        for point in &trial.path {
            use thalweg::probe::Quantity::{GradientNormSquared, RIg};
            if let Some(r_ig) = point.get(RIg) {
                let norm = point.get(GradientNormSquared).unwrap();
                assert!((r_ig * count - norm).abs() < 1e-12 * norm);
            }
        }
    }
    assert_eq!(stored.verdicts[0].ruling, Ruling::Undecided);
}

#[test]
fn a_diverging_trial_is_a_row_and_the_others_go_on() {
    let parent = tempfile::tempdir().unwrap();
    let spec = SPEC
        .replace("[0.05, 0.2]", "[0.05, 1e8]")
        .replace("to = 0.2", "to = 1e8");
    let end = run_once(&spec, parent.path().join("a").as_path(), 2, 2, u64::MAX);
    assert_eq!((end.finished, end.failed.len()), (4, 0));
    let stored = StoredRun::read(&parent.path().join("a")).unwrap();
    let outcomes: Vec<&Outcome> = stored
        .trials
        .iter()
        .filter_map(|trial| trial.outcome.as_ref())
        .collect();
    let diverged = outcomes
        .iter()
        .filter(|one| one.termination == Termination::Diverged);
    assert_eq!(diverged.clone().count(), 2);
    assert!(
        diverged
            .clone()
            .all(|one| one.warnings[0].kind == WarningKind::Diverged)
    );
    let csv = fs::read_to_string(parent.path().join("a/summary.csv")).unwrap();
    assert_eq!(csv.lines().count(), 5);
    assert_eq!(csv.matches("diverged").count(), 2);
}
