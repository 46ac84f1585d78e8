//! Written and read again.

use super::{FILE, METHODS, file_of_method, file_with, read, read_under, trials};
use crate::plan::Plan;
use crate::spec::{Problem, Setting, TrialSpec};

/// A file that says everything that can be said.
const FULL: &str = r#"
title = "A \"title\" with\ttabs and ∇"
question = "Why?"
seeds = [3, 1]
precision = ["f64", "f32"]

[data]
folder = "some \\ folder"
train_examples = 100
test_examples = 50
scaling = "standardised"

[network]
kind = "mlp"
width = [16, 32]
depth = 2
activation = "gelu"
initialisation = "glorot-uniform"
bias = -1e-300

[loss]
kind = "mean-squared-error"

[optimizer]
method = "sgd"
learning_rate = { from = 1e-5, to = 1e20, count = 3, scale = "log10" }
batch_size = 7
sampling = "with-replacement"

[regularizer]
coefficient = [0, 0.25]
normalisation = "r-ig"
derivative = "central-difference"
epsilon = 1e-3

[[probe]]
measure = ["test_accuracy", "train_accuracy", "loss"]
every = "2 epochs"

[[probe]]
measure = ["r_ig"]
every = "20 per decade"

[stop]
steps = 1000
epochs = 3
time = 2.5
train_accuracy = 1
loss = 1e-3
divergence_loss = 100

[[sweep]]
name = "all"

[[sweep]]
name = "descent"
optimizer.learning_rate = 1

[[claim]]
name = "1"
statement = "Larger learning rates end flatter"
source = "Somewhere, Figure 2"
sweep = "all"
axis = "optimizer.learning_rate"
quantity = "r_ig"
relative_to = "loss"
at = { loss = 0.1 }
expect = "decreases"
scale = "log"
minimum_effect = 0.1
among = "interpolating"

[[claim]]
name = "2"
statement = "The penalty helps"
sweep = "descent"
axis = "regularizer.coefficient"
quantity = "test_accuracy"
expect = "increases"
compare = { from = 0.0, to = 0.25 }

[[figure]]
title = "One"
sweep = "all"
x = "optimizer.learning_rate"
y = "loss"
at = "final"
x_scale = "log"

[[figure]]
title = "Against another quantity"
sweep = "all"
x = "loss"
y = "r_ig"
relative_to = "loss"
at = { time = 0.5 }

[[figure]]
title = "Two"
sweep = "all"
x = "epoch"
y = "r_ig"
"#;

#[test]
fn every_trial_is_read_back_as_it_was_written() {
    for text in [FILE.to_owned(), FULL.to_owned()] {
        for trial in trials(&read(&text)) {
            let written = trial.to_toml();
            let read = TrialSpec::from_toml("trial.toml", &written).unwrap();
            assert_eq!(&read, trial);
            assert_eq!(read.to_toml(), written);
        }
    }
}

#[test]
fn a_resolved_experiment_is_read_back_as_the_same() {
    for text in [FILE.to_owned(), FULL.to_owned()] {
        let experiment = read(&text);
        let written = experiment.to_toml();
        let again = read(&written);
        assert_eq!(again.to_toml(), written);
        assert_eq!(again.sweeps, experiment.sweeps);
        assert_eq!(again.claims, experiment.claims);
        assert_eq!(again.figures, experiment.figures);
        assert_eq!(
            (again.title, again.question),
            (experiment.title, experiment.question)
        );
    }
}

#[test]
fn the_canonical_text_and_identity_of_a_trial_stay_what_they_are() {
    let experiment = read(FILE);
    let trial = trials(&experiment)[0];
    assert_eq!(
        trial.to_toml(),
        r#"seeds = [0]
precision = "f32"

[data]
name = "mnist-small"
scaling = "unit"

[network]
kind = "mlp"
hidden_widths = [20, 20]
activation = "relu"
initialisation = "he-normal"
bias = 0.0

[loss]
kind = "cross-entropy"

[optimizer]
method = "sgd"
learning_rate = 0.1
batch_size = 32
sampling = "shuffled"

[stop]
epochs = 2
divergence_loss = 10000.0

[[probe]]
measure = ["loss", "train_accuracy", "test_accuracy"]
every = "1 epoch"
"#
    );
    assert_eq!(trial.id(), "edf327132cc889f4");
}

#[test]
fn every_method_is_read_back_with_all_its_settings_and_is_another_trial() {
    let mut ids = Vec::new();
    for settings in METHODS {
        let text = file_of_method(settings);
        let experiment = read(&text);
        let trial = trials(&experiment)[0];
        let written = trial.to_toml();
        assert_eq!(
            &TrialSpec::from_toml("trial.toml", &written).unwrap(),
            trial
        );
        let is_kept = |line: &str| {
            written
                .lines()
                .any(|kept| kept == line.replace("1e-3", "0.001"))
        };
        assert!(settings.lines().all(is_kept), "{written}");
        assert_eq!(read(&experiment.to_toml()).sweeps, experiment.sweeps);
        ids.push(trial.id());
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), METHODS.len());
}

#[test]
fn a_sweep_over_methods_is_read_back_with_the_defaults_of_each() {
    let text = file_of_method(
        "method = [\"sgd\", \"heavy-ball\", \"adam\", \"rmsprop\"]\n\
         learning_rate = 0.1\nbatch_size = 32",
    );
    let experiment = read(&text);
    let of = |path| -> Vec<Setting> {
        let trials = trials(&experiment).into_iter();
        trials.filter_map(|trial| trial.setting(path)).collect()
    };
    use Setting::{Absent, Number};
    let shares = [Absent, Absent, Number(0.999), Number(0.99)];
    assert_eq!(of("optimizer.beta_2"), shares);
    assert_eq!(
        of("optimizer.momentum"),
        [Absent, Number(0.9), Absent, Absent]
    );
    assert_eq!(read(&experiment.to_toml()).sweeps, experiment.sweeps);
}

#[test]
fn every_setting_of_a_method_can_be_swept() {
    for (settings, value, axis) in [
        (METHODS[2], "0.5", "momentum = [0.0, 0.5]"),
        (
            METHODS[4],
            "0.5",
            "beta_1 = { from = 0.1, to = 0.9, count = 2 }",
        ),
        (
            METHODS[4],
            "\"outside-root\"",
            "epsilon_placement = [\"inside-root\", \"outside-root\"]",
        ),
        (METHODS[5], "0.75", "beta_2 = [0.5, 0.75]"),
        (METHODS[5], "1e-3", "epsilon = [1e-8, 1e-3]"),
        (METHODS[8], "0.5", "decay = [0, 0.5]"),
        (METHODS[9], "0.05", "radius = [0, 0.05]"),
        (METHODS[10], "0.5", "mix = [0.5, 1]"),
        (METHODS[11], "4", "steps_per_batch = [1, 4]"),
    ] {
        let key = axis.split(' ').next().unwrap();
        let settings = settings.replace(&format!("{key} = {value}"), axis);
        let experiment = read(&file_of_method(&settings));
        let [sweep] = &experiment.sweeps[..] else {
            panic!("one sweep")
        };
        assert_eq!(sweep.trials.len(), 2, "{axis}");
        assert_eq!(sweep.axes[0].path, format!("optimizer.{key}"));
        assert_eq!(read(&experiment.to_toml()).sweeps, experiment.sweeps);
    }
}

/// Trials that were stored before there were other methods than these two.
#[test]
fn the_identities_of_descent_with_and_without_batches_stay_what_they_are() {
    let full_batch = file_with(
        "method = \"sgd\"\nlearning_rate = 0.1\nbatch_size = 32",
        "method = \"gradient-descent\"\nlearning_rate = 0.1",
    );
    let ids: Vec<String> = trials(&read(&full_batch))
        .into_iter()
        .chain(trials(&read(FULL)))
        .map(TrialSpec::id)
        .collect();
    assert_eq!(ids.len(), 65);
    assert_eq!(ids[0], "5e0952a3fc1a698e");
    assert_eq!(
        crate::spec::short_hash(ids.join("\n").as_bytes()),
        "89c51c9de67cfb3b"
    );
}

#[test]
fn any_other_setting_is_another_trial() {
    let id = |text: &str| trials(&read(text))[0].id();
    let mut ids = vec![
        id(FILE),
        id(&file_with("0.1", "0.10000000000000002")),
        id(&file_with("32", "33")),
        id(&file_with("20, 20", "20, 21")),
        id(&file_with("epochs", "steps")),
        id(&file_with("[data]", "seeds = [1]\n\n[data]")),
    ];
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 6);
    assert_eq!(id(FILE), id(&file_with("0.1", "1e-1")));
}

#[test]
fn settings_are_the_same_paths_for_every_trial_and_known_to_files() {
    for text in [FILE.to_owned(), FULL.to_owned()] {
        for trial in trials(&read(&text)) {
            let paths: Vec<&str> = trial.settings().iter().map(|(path, _)| *path).collect();
            assert_eq!(paths, crate::spec::trial::PATHS);
        }
    }
}

#[test]
fn a_file_of_several_trials_is_no_trial() {
    let error = TrialSpec::from_toml("trial.toml", &file_with("0.1", "[0.1, 0.2]")).unwrap_err();
    let problems: Vec<_> = error.problems().collect();
    assert_eq!(problems, [&Problem::NotOneTrial { count: 2 }]);
}

#[test]
fn a_trial_of_two_sweeps_is_planned_once_and_belongs_to_both() {
    let sweeps = r#"
[[sweep]]
name = "rate"
optimizer.learning_rate = [0.1, 0.2]

[[sweep]]
name = "penalty"
optimizer.learning_rate = 0.2
regularizer.coefficient = [0.0, 0.5]
"#;
    let text = FILE.to_owned() + sweeps;
    let plan = Plan::new(&read_under(&text, &["seeds=2"]));
    let sweeps: Vec<&[String]> = plan.trials.iter().map(|one| &one.sweeps[..]).collect();
    let (rate, both, penalty) = (["rate"], ["rate", "penalty"], ["penalty"]);
    assert_eq!(sweeps, [&rate[..], &rate, &both, &both, &penalty, &penalty]);
    assert!(plan.trials.iter().all(|one| one.id == one.spec.id()));
}

#[test]
fn a_plan_is_known_by_its_trials_sweeps_and_claims_alone() {
    let id = |text: &str| Plan::new(&read(text)).id;
    assert_eq!(id(FULL), id(&FULL.replace("Why?", "Why not?")));
    assert_eq!(id(FULL), id(&FULL.replace("[3, 1]", "[1, 3]")));
    assert_ne!(id(FULL), id(&FULL.replace("[3, 1]", "[3, 2]")));
    assert_ne!(
        id(FULL),
        id(&FULL.replace("minimum_effect = 0.1", "minimum_effect = 0.2"))
    );
    assert_ne!(id(FULL), id(&FULL.replace("\"descent\"", "\"other\"")));
}
