//! `thalweg audit` and `--tensorboard` as people use them: what they print, write and refuse.

#![allow(clippy::unwrap_used)] // a failed unwrap is a failed test

mod program;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::program::{text, thalweg};

const SMALL: &str = r#"title = "Small"
[data]
name = "mnist-small"
train_examples = 120
test_examples = 30
[network]
hidden_widths = [5]
activation = "tanh"
[optimizer]
method = "sgd"
learning_rate = 0.2
batch_size = 12
[stop]
epochs = 2
[[probe]]
measure = ["loss", "test_accuracy"]
every = "1 epoch"
"#;

/// A folder with an experiment file and its run, made with these further arguments.
fn run_with(more: &[&str]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("small.toml"), SMALL).unwrap();
    let mut arguments = vec!["run", "small.toml", "--out", "run", "--quiet"];
    arguments.extend(more);
    let output = thalweg(folder.path(), &arguments);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let trials = fs::read_dir(folder.path().join("run/trials")).unwrap();
    let trial = trials.map(|one| one.unwrap().path()).next().unwrap();
    (folder, trial)
}

#[test]
fn a_trial_and_its_checkpoint_have_the_same_audit_with_documented_keys() {
    let (folder, trial) = run_with(&[]);
    let of = |arguments: &[&str]| {
        let mut all = vec!["audit", "--json", "--budget", "cheap"];
        all.extend(arguments);
        let output = thalweg(folder.path(), &all);
        assert!(output.status.success(), "{}", text(&output.stderr));
        let document: Value = serde_json::from_slice(&output.stdout).unwrap();
        document
    };
    let trial = trial.to_str().unwrap();
    let checkpoint = format!("{trial}/checkpoint.safetensors");
    let (one, other) = (
        of(&[trial]),
        of(&["--experiment", "small.toml", "--checkpoint", &checkpoint]),
    );
    assert_eq!(one["numbers"], other["numbers"]);
    assert_eq!(one["scenarios"], other["scenarios"]);
    let keys =
        |value: &Value| -> Vec<String> { value.as_object().unwrap().keys().cloned().collect() };
    let wanted = "format about numbers implicit explicit regime scenarios robustness costs reading";
    assert_eq!(keys(&one), wanted.split(' ').collect::<Vec<_>>());
    let wanted = "loss gradient_norm_squared r_ig lambda modified_loss implicit_share gradient_variance \
                  minibatch_gradient_norm_squared half_batch_product modified_loss_sgd \
                  expected_modified_loss_sgd implicit_share_sgd noise_scale sharpness stability \
                  epoch_length single_precision_floor train_accuracy test_loss test_accuracy \
                  half_accuracy_strength";
    assert_eq!(
        keys(&one["numbers"]),
        wanted.split_whitespace().collect::<Vec<_>>()
    );
    assert_eq!(
        one["numbers"]["half_accuracy_strength"]["undefined"],
        "not_measured"
    );
    let wanted = "symbol value undefined reason error error_kind sample_error pass";
    assert_eq!(
        keys(&one["numbers"]["loss"]),
        wanted.split(' ').collect::<Vec<_>>()
    );
    assert_eq!(one["about"]["step"], 20);
}

#[test]
fn a_page_is_written_that_needs_nothing_else() {
    let (folder, trial) = run_with(&[]);
    let output = thalweg(
        folder.path(),
        &[
            "audit",
            trial.to_str().unwrap(),
            "--at",
            "best",
            "--out",
            "deep/audit",
        ],
    );
    assert!(output.status.success(), "{}", text(&output.stderr));
    let printed = text(&output.stdout);
    assert!(printed.contains("Does the theory hold here?"), "{printed}");
    assert!(printed.contains("best.safetensors"), "{printed}");
    assert!(
        printed.ends_with("Page: deep/audit/audit.html\n"),
        "{printed}"
    );
    let read =
        |name: &str| fs::read_to_string(folder.path().join("deep/audit").join(name)).unwrap();
    let page = read("audit.html");
    assert!(page.contains("<h2 id=\"numbers-heading\">Numbers</h2>"));
    assert_eq!(page.matches("<svg").count(), 2);
    assert!(!page.contains("src=\"http") && !page.contains("href=\"http"));
    let _: Value = serde_json::from_str(&read("audit.json")).unwrap();
    assert!(read("figures/audit-test-accuracy.svg").starts_with("<svg"));
}

#[test]
fn bad_input_is_refused_with_what_to_do() {
    let (folder, trial) = run_with(&[]);
    let checkpoint = trial.join("checkpoint.safetensors");
    let checkpoint = checkpoint.to_str().unwrap();
    fs::write(folder.path().join("torn.safetensors"), "torn").unwrap();
    let of = |file: &'static str| ["--experiment", "small.toml", "--checkpoint", file];
    let wide = [
        "--experiment",
        "small.toml",
        "--checkpoint",
        checkpoint,
        "--set",
        "network.hidden_widths=[7]",
    ];
    for (arguments, complaint) in [
        (&["run"][..], "run is no folder of a trial"),
        (&["nowhere"], "give one such as runs/NAME/trials/"),
        (&of("none.safetensors"), "cannot read none.safetensors"),
        (&of("torn.safetensors"), "is no safetensors file"),
        (&wide, "where the network has layers.0.weight [7, 784]"),
        (
            &wide,
            "the file has layers.0.bias [5], layers.0.weight [5, 784]",
        ),
        (&["--experiment", "small.toml"], "--checkpoint"),
        (&[], "required"),
    ] {
        let mut all = vec!["audit"];
        all.extend(arguments);
        let output = thalweg(folder.path(), &all);
        let message = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{message}");
        assert!(message.contains(complaint), "{message}");
        assert!(output.stdout.is_empty());
    }
}

/// The event files of each trial's folder.
fn event_files(run: &Path) -> Vec<(String, usize)> {
    let trials = fs::read_dir(run.join("tensorboard")).unwrap();
    let mut found: Vec<(String, usize)> = trials
        .map(|one| {
            let path = one.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, fs::read_dir(path).unwrap().count())
        })
        .collect();
    found.sort();
    found
}

#[test]
fn event_files_are_written_on_request_and_enter_no_identity() {
    let sweep = [
        "--set",
        "optimizer.learning_rate=[0.1, 0.2]",
        "--tensorboard",
    ];
    let (folder, _) = run_with(&sweep);
    let run = folder.path().join("run");
    let wanted = [
        ("learning_rate=0.1,seed=0".to_owned(), 1),
        ("learning_rate=0.2,seed=0".to_owned(), 1),
    ];
    assert_eq!(event_files(&run), wanted);
    // The same experiment without them finds its folder, and they can be had afterwards.
    let again = [
        "run",
        "small.toml",
        "--out",
        "run",
        "--quiet",
        sweep[0],
        sweep[1],
    ];
    assert!(thalweg(folder.path(), &again).status.success());
    fs::remove_dir_all(run.join("tensorboard")).unwrap();
    let output = thalweg(folder.path(), &["export", "run", "--tensorboard"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(
        text(&output.stdout),
        "2 trials. Watch them with:\n  tensorboard --logdir run/tensorboard\n"
    );
    assert_eq!(event_files(&run), wanted);
}

#[test]
fn event_files_that_cannot_be_written_are_a_warning() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("small.toml"), SMALL).unwrap();
    let run = ["run", "small.toml", "--out", "run", "--quiet"];
    assert!(thalweg(folder.path(), &run).status.success());
    fs::write(folder.path().join("run/tensorboard"), "in the way").unwrap();
    fs::remove_dir_all(folder.path().join("run/trials")).unwrap();
    let output = thalweg(folder.path(), &[&run[..], &["--tensorboard"]].concat());
    assert!(output.status.success(), "{}", text(&output.stderr));
    let message = text(&output.stderr);
    assert_eq!(
        message.matches("cannot write TensorBoard events").count(),
        1,
        "{message}"
    );
}
