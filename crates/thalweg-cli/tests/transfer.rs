//! `thalweg transfer` as people use it: what it prints, its exit codes, and what it writes.

#![allow(clippy::unwrap_used)] // a failed unwrap is a failed test

mod program;

use std::fs;

use crate::program::{text, thalweg};

/// Exit code, standard output and standard error of a transfer without a file.
fn transfer(from: &str, to: &str, more: &[&str]) -> (Option<i32>, String, String) {
    let folder = tempfile::tempdir().unwrap();
    let mut arguments = vec!["transfer", "--from", from, "--to", to];
    arguments.extend(more);
    let output = thalweg(folder.path(), &arguments);
    (
        output.status.code(),
        text(&output.stdout),
        text(&output.stderr),
    )
}

const EXAMPLES: [&str; 2] = ["--examples", "1600"];

/// 120 examples in batches of 12, h = 0.2.
const SMALL: &str = r#"title = "Small"
question = "Does it transfer?"
seeds = 2
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
epochs = 6
"#;

fn folder_with(spec: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("small.toml"), spec).unwrap();
    folder
}

#[test]
fn a_larger_batch_at_the_same_rate_is_given_the_variance_of_the_small_one() {
    // γ₁ = (0.2/80)(1580/1599), γ₂ = (0.2/640)(1440/1599).
    let to = "learning_rate=0.2,batch_size=160";
    let (code, printed, errors) = transfer("learning_rate=0.2,batch_size=20", to, &EXAMPLES);
    assert_eq!((code, errors.as_str()), (Some(0), ""));
    assert_eq!(
        printed,
        "\
What is descended in the mean: E + c‖∇E‖² + γΓ

        original   target     missing
method  sgd        sgd
h       0.2        0.2                   learning rate
h_e     0.2        0.2                   that of gradient descent as fast
B       20         160                   examples in a batch, of N = 1600
k       80         10                    steps of an epoch
k·h_e   16         2                     time of an epoch
c       0.05       0.05       0          of ‖∇E‖²
γ       0.0024703  2.8143e−4  0.0021889  of Γ, the variance of the gradients of single examples

To be added to the target:

  [regularizer]
  coefficient = 0.05               # μ, of the squared gradient norm of each micro-batch
  micro_batch_size = 20            # b, examples in a micro-batch
  whole_batch_coefficient = -0.05  # μ′, of the squared gradient norm of the whole batch besides

As the λ of normalisation = \"e-reg\": λ = 4μ = 0.2, and λ′ = 4μ′ = −0.2 of the whole batch.

Equal modified losses over equal times n·h_e are equal mean paths to this order: one step of the
original is 1 of the target, one epoch 8.

This holds while k·h_e·λ_max is well below 1, for curvatures λ_max of the loss well below 0.0625
(original) and 0.5 (target); steps settle at all up to 10 and 10. With an experiment file λ_max is
measured.
"
    );
}

#[test]
fn where_only_a_negative_penalty_would_do_its_numbers_and_a_way_out_are_given() {
    let to = "learning_rate=1.6,batch_size=160";
    let (code, printed, errors) = transfer("learning_rate=0.2,batch_size=20", to, &EXAMPLES);
    assert_eq!(code, Some(1));
    assert_eq!(
        errors,
        "error: no penalty that is nowhere negative makes up for the change: the term of ‖∇E‖² is too \
         strong in the target by 0.35 (0.4 against 0.05); it goes with learning_rate at most 0.2\n"
    );
    let signed = "\
  μ   0.05  of the squared gradient norm of micro-batches of 20
  μ′  −0.4  of that of the whole batch besides
";
    assert!(printed.contains(signed), "{printed}");
    assert!(!printed.contains("[regularizer]"));
    // From momentum 0.9 to none at the same h_e.
    let from = "method=heavy-ball,momentum=0.9,learning_rate=0.02,batch_size=100";
    let to = "learning_rate=0.2,batch_size=100";
    let (code, _, errors) = transfer(from, to, &EXAMPLES);
    assert_eq!(code, Some(1));
    for words in [
        "the term of Γ is too strong in the target by 0.008719",
        "batch_size=all",
    ] {
        assert!(errors.contains(words), "{errors}");
    }
}

#[test]
fn json_has_the_numbers_whole() {
    let found = |from: &str, to: &str| {
        let (code, printed, _) = transfer(from, to, &["--examples", "1600", "--json"]);
        let value: serde_json::Value = serde_json::from_str(&printed).unwrap();
        (code, value)
    };
    let (code, value) = found(
        "learning_rate=0.2,batch_size=20",
        "learning_rate=0.1,batch_size=20",
    );
    assert_eq!(code, Some(0));
    assert_eq!(value["penalty"]["coefficient"], 0.025);
    assert_eq!(value["penalty"]["lambda"], 0.1);
    assert!(value["penalty"]["micro_batch_size"].is_null());
    assert_eq!(value["epochs_for_an_epoch"], 2.0);
    assert_eq!(value["possible"], true);
    assert_eq!(value["original"]["steps_per_epoch"], 80);
    // Four substeps have a quarter of the implicit term.
    let from = "steps_per_batch=4,learning_rate=0.2,batch_size=20";
    let (code, value) = found(from, "learning_rate=0.2,batch_size=20");
    assert_eq!((code, &value["possible"]), (Some(1), &false.into()));
    let near = |value: &serde_json::Value, expected: f64| {
        let found = value.as_f64().unwrap();
        assert!((found - expected).abs() < 1e-12, "{found}");
    };
    near(&value["excess"]["full_batch"], 0.0375);
    near(&value["remedy"]["learning_rate"], 0.05);
    // The full batch carries it all, in micro-batches.
    let (_, value) = found(
        "learning_rate=0.2,batch_size=20",
        "learning_rate=0.2,batch_size=all",
    );
    assert_eq!(value["penalty"]["coefficient"], 0.05);
    assert_eq!(value["penalty"]["whole_batch_coefficient"], -0.05);
    assert_eq!(value["warnings"][0]["kind"], "one-batch-an-epoch");
}

#[test]
fn a_file_is_measured_and_written_anew_and_runs() {
    let folder = folder_with(SMALL);
    let to = "learning_rate=0.05,batch_size=60";
    let arguments = ["transfer", "small.toml", "--to", to, "--out", "new.toml"];
    let output = thalweg(folder.path(), &arguments);
    let printed = text(&output.stdout);
    assert!(output.status.success(), "{}", text(&output.stderr));
    for words in ["λ_max", "after an epoch", "c‖∇E‖²/E", "Written: new.toml"] {
        assert!(printed.contains(words), "{words}:\n{printed}");
    }
    let new = fs::read_to_string(folder.path().join("new.toml")).unwrap();
    assert!(
        new.starts_with(
            "# Made by `thalweg transfer` from small.toml.\n\
             # Original: method=sgd,learning_rate=0.2,batch_size=12.\n\
             # Target:   method=sgd,learning_rate=0.05,batch_size=60.\n"
        ),
        "{new}"
    );
    let lines = "coefficient = 0.05\nnormalisation = \"squared-norm\"\nderivative = \"exact\"\n\
                 micro_batch_size = 12\nwhole_batch_coefficient = -0.0125\n";
    assert!(new.contains(lines) && new.contains("epochs = 6\n"), "{new}");
    let run = thalweg(folder.path(), &["run", "new.toml", "--quiet"]);
    assert!(run.status.success(), "{}", text(&run.stderr));
    // A second time it is left alone unless it may be replaced.
    let again = thalweg(folder.path(), &arguments);
    assert_eq!(again.status.code(), Some(2));
    assert_eq!(
        text(&again.stderr),
        "error: new.toml exists already and was left alone; give another name, or --force to replace it\n"
    );
    assert_eq!(
        fs::read_to_string(folder.path().join("new.toml")).unwrap(),
        new
    );
    let mut forced = arguments.to_vec();
    forced.extend(["--force", "--equal-time", "--no-measurement"]);
    assert!(thalweg(folder.path(), &forced).status.success());
    let new = fs::read_to_string(folder.path().join("new.toml")).unwrap();
    assert!(new.contains("epochs = 120\n"), "{new}");
}

#[test]
fn what_cannot_be_transferred_writes_nothing() {
    let folder = folder_with(SMALL);
    let to = "learning_rate=0.4,batch_size=60";
    let arguments = ["transfer", "small.toml", "--to", to, "--out", "new.toml"];
    let output = thalweg(folder.path(), &arguments);
    assert_eq!(output.status.code(), Some(1));
    assert!(!folder.path().join("new.toml").exists());
}

#[test]
fn wishes_that_make_no_sense_are_answered() {
    let from = "learning_rate=0.2,batch_size=20";
    for (from, to, words) in [
        (
            from,
            "learning_rat=0.1,batch_size=20",
            "did you mean `learning_rate`?",
        ),
        (
            from,
            "batch_size=20",
            "`optimizer.learning_rate` is missing",
        ),
        (
            from,
            "learning_rate=0,batch_size=20",
            "positive, finite number",
        ),
        (
            from,
            "learning_rate=0.1,batch_size=1601",
            "there are only 1600",
        ),
        (
            "learning_rate=0.2,batch_size=2000",
            from,
            "the original has batches of 2000",
        ),
        (from, from, "nothing to transfer"),
        (
            from,
            "method=adam,learning_rate=0.1,batch_size=20",
            "`adam` does not move",
        ),
        (
            from,
            "learning_rate=0.1,batch_size=20,sampling=fixed-order",
            "one fixed order",
        ),
    ] {
        let (code, printed, errors) = transfer(from, to, &EXAMPLES);
        assert_eq!((code, printed.as_str()), (Some(2), ""), "{errors}");
        assert!(
            errors.contains(words) && errors.starts_with("error: "),
            "{errors}"
        );
    }
    let more = ["--examples", "1600", "--micro-batch-size", "160"];
    let (code, _, errors) = transfer(from, "learning_rate=0.2,batch_size=160", &more);
    assert!(code == Some(2) && errors.contains("do not cut"), "{errors}");
    let (code, _, errors) = transfer(from, "learning_rate=0.1,batch_size=20", &[]);
    assert!(code == Some(2) && errors.contains("--examples"), "{errors}");
    let folder = folder_with(SMALL);
    let swept = [
        "transfer",
        "small.toml",
        "--to",
        from,
        "--set",
        "optimizer.batch_size=[12, 24]",
    ];
    let output = thalweg(folder.path(), &swept);
    let errors = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{errors}");
    assert!(errors.contains("--set optimizer.batch_size=12"), "{errors}");
}
