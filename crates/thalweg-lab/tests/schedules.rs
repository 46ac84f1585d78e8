//! Whole runs with learning rates that change, weight decay, clipping and uneven batches: what is
//! measured of them, what is said against them, and that an interruption changes nothing.

#![allow(clippy::unwrap_used)] // a failed unwrap is a failed test

mod support;

use support::{contents, run_once};
use thalweg::probe::Quantity;
use thalweg_lab::record::{Outcome, Termination, WarningKind};
use thalweg_lab::store::{StoredRun, StoredTrial};

/// 90 examples in batches of 20: 5 steps an epoch, the last of 10 examples.
const SPEC: &str = r#"
precision = "f64"

[data]
name = "mnist-small"
train_examples = 90
test_examples = 60

[network]
hidden_widths = [12]
activation = "tanh"

[optimizer]
OPTIMIZER
learning_rate = 0.05

EXTRA

[[probe]]
measure = ["loss", "learning_rate", "lambda", "stability", "sharpness", "test_accuracy", "modified_loss", "norm_growth_bound", "gradient_norm_squared"]
every = "1 steps"

[stop]
STOP
"#;

const SGD: &str = "method = \"sgd\"\nbatch_size = 20";
const PARAMETERS: f64 = 784.0 * 12.0 + 12.0 + 12.0 * 10.0 + 10.0;

fn spec(optimizer: &str, extra: &str, stop: &str) -> String {
    SPEC.replace("OPTIMIZER", optimizer)
        .replace("EXTRA", extra)
        .replace("STOP", stop)
}

/// The one trial of a run.
fn trial(optimizer: &str, extra: &str, stop: &str) -> StoredTrial {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("a");
    run_once(&spec(optimizer, extra, stop), &folder, 1, 1, u64::MAX);
    let mut stored = StoredRun::read(&folder).unwrap();
    stored.trials.remove(0)
}

fn outcome(optimizer: &str, extra: &str, stop: &str) -> Outcome {
    trial(optimizer, extra, stop).outcome.unwrap()
}

fn message(outcome: &Outcome, kind: WarningKind) -> Option<&str> {
    let mut warnings = outcome.warnings.iter();
    let found = warnings.find(|one| one.kind == kind);
    found.map(|one| one.message.as_str())
}

const COSINE: &str = "[schedule]\nkind = \"cosine\"\nwarm_up = \"1 epoch\"\nfinal_factor = 0.1";
const STEP: &str = "[schedule]\nkind = \"step\"\nevery = \"2 epochs\"\nfactor = 0.1";
const DECOUPLED: &str = "[weight_decay]\nkind = \"decoupled\"\ncoefficient = 0.01";
const COUPLED_IN_PENALTY: &str = "[weight_decay]\nkind = \"coupled\"\ncoefficient = 0.01\n\
                                  in_penalty = true\n\n[regularizer]\ncoefficient = 0.02";

#[test]
fn neither_interruptions_nor_threads_change_a_run_whose_rate_changes() {
    let heavy_ball = "method = \"heavy-ball\"\nbatch_size = 20\nclip_norm = 0.5";
    let adam = "method = \"adam\"\nbatch_size = 20\nlast_batch = \"drop\"";
    let nesterov = "method = \"nesterov\"\nbatch_size = 40";
    for (optimizer, extra) in [
        (heavy_ball, format!("{COSINE}\n\n{DECOUPLED}")),
        (adam, format!("{STEP}\n\n{DECOUPLED}")),
        (nesterov, format!("{COSINE}\n\n{COUPLED_IN_PENALTY}")),
        ("method = \"n-step\"\nsteps_per_batch = 2", STEP.into()),
    ] {
        let parent = tempfile::tempdir().unwrap();
        let spec = spec(optimizer, &extra, "epochs = 6");
        let [whole, torn, many] = ["whole", "torn", "many"].map(|name| parent.path().join(name));
        assert_eq!(run_once(&spec, &whole, 1, 1, u64::MAX).finished, 1);
        let mut interruptions = 0;
        while run_once(&spec, &torn, 1, 1, 4).interrupted > 0 {
            interruptions += 1;
        }
        assert!(interruptions > 0, "{optimizer}");
        run_once(&spec, &many, 2, 4, u64::MAX);
        let whole = contents(&whole);
        assert!(whole == contents(&torn), "{optimizer}");
        assert!(whole == contents(&many), "{optimizer}");
    }
}

#[test]
fn what_theory_says_is_said_of_the_rate_of_the_step() {
    let trial = trial(SGD, STEP, "epochs = 4");
    assert_eq!(trial.path.len(), 21);
    let mut time = 0.0;
    for point in &trial.path {
        let value = |quantity| point.get(quantity).unwrap();
        // At the end no step follows: the rate is that of the last one.
        let rate = if point.step < 10 { 0.05 } else { 0.05 * 0.1 };
        assert_eq!(value(Quantity::LearningRate), rate, "{}", point.step);
        assert!((point.time - time).abs() < 1e-14, "{}", point.step);
        time += rate;
        let lambda = rate / 4.0 * PARAMETERS;
        assert!((value(Quantity::Lambda) - lambda).abs() < 1e-12 * lambda);
        let stability = rate / 2.0 * value(Quantity::Sharpness);
        assert!((value(Quantity::Stability) - stability).abs() < 1e-12 * stability);
    }
}

#[test]
fn a_limit_in_time_counts_the_sum_of_the_rates() {
    // Ten steps of 0.05 and ten of 0.005 are 0.55.
    let outcome = outcome(SGD, STEP, "epochs = 100\ntime = 0.55");
    assert_eq!(outcome.termination, Termination::TimeLimit);
    assert_eq!(outcome.steps, 20);
    // (1 + 2 + 3 + 4)/4 of 0.05, then full steps.
    let warm = "[schedule]\nwarm_up = \"4 steps\"";
    let outcome = self::outcome(SGD, warm, "time = 0.5");
    assert_eq!((outcome.steps, outcome.last.time), (12, 0.525));
}

#[test]
fn a_cosine_ends_with_the_trial_unless_it_says_otherwise() {
    let rates = |extra: &str| -> Vec<f64> {
        let path = trial(SGD, extra, "epochs = 2").path;
        let rates = path.iter().map(|one| one.get(Quantity::LearningRate));
        rates.map(Option::unwrap).collect()
    };
    let plain = rates("[schedule]\nkind = \"cosine\"");
    assert_eq!(plain.len(), 11);
    for (step, rate) in plain[..10].iter().enumerate() {
        let angle = std::f64::consts::PI * step as f64 / 10.0;
        assert!((rate - 0.025 * (1.0 + angle.cos())).abs() < 1e-15);
    }
    assert_eq!(plain[10], plain[9]);
    // Where it has fallen to zero before, the trial goes on and stands still.
    let short = trial(
        SGD,
        "[schedule]\nkind = \"cosine\"\nlength = \"4 steps\"",
        "epochs = 2",
    );
    let losses: Vec<f64> = short
        .path
        .iter()
        .map(|one| one.get(Quantity::Loss).unwrap())
        .collect();
    assert!(losses[3] != losses[4] && losses[4..].iter().all(|loss| *loss == losses[4]));
}

#[test]
fn a_huge_clipping_norm_and_a_constant_schedule_change_no_bit() {
    let path = |optimizer: &str, extra: &str| trial(optimizer, extra, "epochs = 3").path;
    let plain = path(SGD, "");
    let clipped = path(&format!("{SGD}\nclip_norm = 1e30"), "");
    let constant = path(SGD, "[schedule]\nkind = \"constant\"");
    let step = path(
        SGD,
        "[schedule]\nkind = \"step\"\nevery = \"1 step\"\nfactor = 1",
    );
    for other in [clipped, constant, step] {
        assert!(
            plain
                .iter()
                .zip(&other)
                .all(|(one, other)| one.is_same(other))
        );
    }
    let short = path(&format!("{SGD}\nclip_norm = 0.1"), "");
    assert!(!plain[1].is_same(&short[1]));
}

#[test]
fn clipped_steps_are_counted_and_spoken_of() {
    let clipped = outcome(&format!("{SGD}\nclip_norm = 1e-3"), "", "epochs = 2");
    let said = message(&clipped, WarningKind::ClippedGradients).unwrap();
    assert!(said.starts_with("10 of 10 steps (100.0 %)"), "{said}");
    let loose = outcome(&format!("{SGD}\nclip_norm = 1e30"), "", "epochs = 2");
    assert_eq!(message(&loose, WarningKind::ClippedGradients), None);
}

#[test]
fn batches_that_are_not_equal_are_spoken_of_with_what_theory_says() {
    let said = |batches: &str| {
        let outcome = outcome(&format!("method = \"sgd\"\n{batches}"), "", "epochs = 2");
        let uneven = message(&outcome, WarningKind::UnevenBatches);
        (outcome.steps, uneven.unwrap_or_default().to_owned())
    };
    let (steps, kept) = said("batch_size = 20");
    assert_eq!(steps, 10);
    assert!(
        kept.contains("has 10 of 20 examples, each of which weighs 2.00 times"),
        "{kept}"
    );
    assert!(kept.contains("(h/4)(k−1)/(N−1) with k = 5"), "{kept}");
    let (steps, dropped) = said("batch_size = 20\nlast_batch = \"drop\"");
    assert_eq!(steps, 8);
    assert!(
        dropped.contains("leaves 10 of the 90 examples out"),
        "{dropped}"
    );
    assert!(dropped.contains("with k = 4"), "{dropped}");
    let (_, drawn) = said("batch_size = 20\nsampling = \"with-replacement\"");
    assert!(drawn.contains("no variance term"), "{drawn}");
    assert_eq!(said("batch_size = 30"), (6, String::new()));
}

#[test]
fn one_batch_an_epoch_has_no_variance_term() {
    let of = |batches: &str| outcome(&format!("method = \"sgd\"\n{batches}"), "", "epochs = 2");
    for batches in ["batch_size = 90", "batch_size = 50\nlast_batch = \"drop\""] {
        let said = of(batches);
        let said = message(&said, WarningKind::OneBatch).unwrap();
        assert!(
            said.contains("the variance term of the modified loss is zero"),
            "{said}"
        );
    }
    assert_eq!(message(&of("batch_size = 45"), WarningKind::OneBatch), None);
    let full = outcome("method = \"gradient-descent\"", "", "epochs = 2");
    assert_eq!(message(&full, WarningKind::OneBatch), None);
}

#[test]
fn a_warm_up_that_outlasts_the_trial_is_spoken_of() {
    let of = |steps: u64| {
        let warm = format!("[schedule]\nwarm_up = \"{steps} steps\"");
        let outcome = outcome(SGD, &warm, "epochs = 2");
        message(&outcome, WarningKind::UnfinishedWarmUp).map(str::to_owned)
    };
    let said = of(11).unwrap();
    assert!(
        said.contains("takes 11 steps and the trial took 10"),
        "{said}"
    );
    assert_eq!(of(10), None);
}

#[test]
fn decoupled_decay_leaves_a_modified_loss_to_plain_descent_alone() {
    let coupled = "[weight_decay]\nkind = \"coupled\"\ncoefficient = 0.01";
    let heavy_ball = "method = \"heavy-ball\"\nbatch_size = 20";
    for (optimizer, extra, exists) in [
        (SGD, DECOUPLED, true),
        (SGD, coupled, true),
        (heavy_ball, coupled, true),
        (heavy_ball, DECOUPLED, false),
    ] {
        let outcome = outcome(optimizer, extra, "epochs = 2");
        let found = outcome.last.get(Quantity::ModifiedLoss).is_some();
        assert_eq!(found, exists, "{optimizer} {extra}");
        let said = message(&outcome, WarningKind::NoModifiedLoss);
        assert_eq!(said.is_none(), exists);
        if let Some(said) = said {
            assert!(
                said.contains("`heavy-ball` with decoupled weight decay"),
                "{said}"
            );
        }
    }
}

#[test]
fn a_multiple_of_the_implicit_term_follows_the_rate_and_so_do_the_terms_of_minibatches() {
    let doubled = format!("{STEP}\n\n[regularizer]\nkind = \"implicit-multiple\"\nmultiplier = 1");
    let measure = "\"penalty_coefficient\", \"penalty_full_batch\", \"modified_loss_sgd\", \
                   \"minibatch_gradient_norm_squared\", \"streamed_minibatch_gradient_norm_squared\",";
    let parent = tempfile::tempdir().unwrap();
    let (whole, torn) = (parent.path().join("whole"), parent.path().join("torn"));
    let text =
        spec(SGD, &doubled, "epochs = 4").replace("\"loss\",", &format!("\"loss\", {measure}"));
    run_once(&text, &whole, 1, 1, u64::MAX);
    while run_once(&text, &torn, 1, 1, 3).interrupted > 0 {}
    assert!(contents(&whole) == contents(&torn));
    for point in &StoredRun::read(&whole).unwrap().trials[0].path {
        let value = |quantity| point.get(quantity).unwrap();
        let rate = value(Quantity::LearningRate);
        assert_eq!(value(Quantity::PenaltyCoefficient), rate / 4.0);
        let full = rate / 4.0 * value(Quantity::GradientNormSquared);
        assert!((value(Quantity::PenaltyFullBatch) - full).abs() < 1e-12 * full);
    }
}
