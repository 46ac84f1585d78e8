//! Noise in the parameters of trials that have ended: what is stored of it, and that interruptions and
//! threads change nothing.

#![allow(clippy::unwrap_used)] // a failed unwrap is a failed test

mod support;

use std::fs;

use support::{contents, run_once};
use thalweg::probe::Quantity;
use thalweg::robustness::HalfAccuracy;
use thalweg_lab::record::{Termination, WarningKind};
use thalweg_lab::spec::ExposedAt;
use thalweg_lab::store::StoredRun;

const SPEC: &str = r#"
title = "Noise"
seeds = 2

[data]
name = "mnist-small"
train_examples = 200
test_examples = 300

[network]
hidden_widths = [24]

[optimizer]
method = "sgd"
batch_size = 40
learning_rate = [0.2, 0.6]

[robustness]
strengths = { from = 0.5, to = 4, count = 8 }
draws = 20
slope_examples = 100

[[probe]]
measure = ["test_accuracy", "train_accuracy"]
every = "1 epoch"

[stop]
epochs = 15

[[claim]]
name = "robust"
statement = "a larger rate is more robust"
axis = "optimizer.learning_rate"
quantity = "half_accuracy_strength"
expect = "increases"
compare = { from = 0.2, to = 0.6 }
"#;

#[test]
fn an_interruption_before_or_within_the_noise_changes_nothing() {
    for stop in [
        "epochs = 15",
        "epochs = 15\ntrain_accuracy = 0.6",
        "epochs = 15\nloss = 2.0",
    ] {
        let spec = SPEC.replace("epochs = 15", stop);
        let spec = spec.replace("measure = [", "measure = [\"loss\", ");
        let parent = tempfile::tempdir().unwrap();
        let (whole, torn) = (parent.path().join("whole"), parent.path().join("torn"));
        assert_eq!(run_once(&spec, &whole, 1, 1, u64::MAX).finished, 4);
        let mut interruptions = 0;
        // Five steps an epoch: the interruption comes with the last step of each trial too.
        while run_once(&spec, &torn, 1, 2, 5).interrupted > 0 {
            interruptions += 1;
        }
        assert!(interruptions > 2, "{interruptions}");
        let (whole, torn) = (contents(&whole), contents(&torn));
        let names = |files: &std::collections::BTreeMap<String, Vec<u8>>| {
            files.keys().cloned().collect::<Vec<_>>()
        };
        assert_eq!(names(&whole), names(&torn));
        for (name, bytes) in &whole {
            assert!(torn[name] == *bytes, "{stop}: {name} differs");
        }
        let noise = whole
            .keys()
            .filter(|name| name.ends_with("robustness.json"));
        assert_eq!(noise.count(), 4);
    }
}

#[test]
fn neither_threads_nor_trials_side_by_side_change_the_draws() {
    let parent = tempfile::tempdir().unwrap();
    let runs = [(1, 1), (1, 3), (2, 2)].map(|(jobs, threads)| {
        let out = parent.path().join(format!("{jobs}-{threads}"));
        assert_eq!(run_once(SPEC, &out, jobs, threads, u64::MAX).finished, 4);
        contents(&out)
    });
    assert!(runs[0] == runs[1] && runs[0] == runs[2]);
}

#[test]
fn the_half_accuracy_strength_is_in_summary_and_claims_and_trials_differ_by_their_seed() {
    let parent = tempfile::tempdir().unwrap();
    let out = parent.path().join("a");
    run_once(SPEC, &out, 2, 2, u64::MAX);
    let stored = StoredRun::read(&out).unwrap();
    let mut curves = Vec::new();
    for trial in &stored.trials {
        let robustness = trial.robustness.as_ref().unwrap();
        let best = trial.outcome.as_ref().unwrap().best.as_ref().unwrap();
        let accuracy = best.get(Quantity::TestAccuracy);
        assert_eq!(robustness.at, ExposedAt::Best);
        assert_eq!(robustness.step, best.step);
        assert_eq!(robustness.curve.unperturbed.test_accuracy, accuracy);
        assert_eq!(robustness.curve.slope_examples, Some(100));
        let half = robustness.curve.half_accuracy_strength();
        let half = half.and_then(HalfAccuracy::strength).unwrap();
        assert_eq!(best.get(Quantity::HalfAccuracyStrength), Some(half));
        curves.push(format!("{:?}", robustness.curve));
    }
    curves.dedup();
    assert_eq!(curves.len(), 4);
    assert_eq!(stored.verdicts[0].trials_used, 4);
    let csv = fs::read_to_string(out.join("summary.csv")).unwrap();
    let header: Vec<&str> = csv.lines().next().unwrap().split(',').collect();
    for column in ["best_half_accuracy_strength", "robustness.noise"] {
        assert!(header.contains(&column), "{column}");
    }
}

#[test]
fn the_final_parameters_can_be_exposed_and_a_weak_noise_is_said_to_be_too_weak() {
    let parent = tempfile::tempdir().unwrap();
    let out = parent.path().join("a");
    let strengths = "strengths = { from = 0.5, to = 4, count = 8 }";
    let spec = SPEC.replace(strengths, "strengths = [0.01]\nat = \"final\"");
    let spec = spec
        .replace("[0.2, 0.6]", "[0.4, 0.5]")
        .replace("from = 0.2, to = 0.6", "from = 0.4, to = 0.5");
    run_once(&spec, &out, 2, 2, u64::MAX);
    for trial in StoredRun::read(&out).unwrap().trials {
        let outcome = trial.outcome.unwrap();
        let kinds: Vec<WarningKind> = outcome.warnings.iter().map(|one| one.kind).collect();
        assert!(kinds.contains(&WarningKind::NoHalfAccuracyStrength));
        let half = outcome.last.get(Quantity::HalfAccuracyStrength);
        assert!(half.unwrap().is_nan());
        assert_eq!(trial.robustness.unwrap().step, outcome.last.step);
    }
}

#[test]
fn diverged_trials_and_those_that_are_not_asked_for_it_have_none() {
    let parent = tempfile::tempdir().unwrap();
    let out = parent.path().join("a");
    let spec = SPEC
        .replace("[0.2, 0.6]", "[0.2, 1e8]")
        .replace("to = 0.6", "to = 1e8");
    run_once(&spec, &out, 2, 2, u64::MAX);
    for trial in StoredRun::read(&out).unwrap().trials {
        let has_diverged = trial.outcome.unwrap().termination == Termination::Diverged;
        assert_eq!(trial.robustness.is_none(), has_diverged);
        let planned = trial.planned.spec.optimizer.learning_rate;
        assert_eq!(has_diverged, planned == 1e8);
    }
}
