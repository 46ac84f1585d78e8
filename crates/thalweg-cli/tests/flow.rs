//! `thalweg flow`: what it leaves, and what it answers to wishes that make no sense.

#![allow(clippy::unwrap_used)] // a failed unwrap is a failed test

mod program;

use std::fs;
use std::path::Path;
use std::process::Output;

use crate::program::text;

/// `thalweg flow` with these arguments.
fn flow(folder: &Path, arguments: &[&str]) -> Output {
    let mut all = vec!["flow"];
    all.extend(arguments);
    program::thalweg(folder, &all)
}

/// Asks for something that is refused with exit code 2 and these words, and leaves nothing.
fn refused(arguments: &[&str], words: &str) {
    let folder = tempfile::tempdir().unwrap();
    let output = flow(folder.path(), arguments);
    let message = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{message}");
    assert!(message.contains(words), "`{words}` is not in:\n{message}");
    assert!(!folder.path().join("runs").exists());
}

const SMALL: &str = r#"title = "Small"
question = "Which flow?"
[data]
name = "mnist-small"
train_examples = 20
[network]
hidden_widths = [4]
activation = "tanh"
[optimizer]
method = "gradient-descent"
learning_rate = 0.05
[stop]
steps = 3
"#;

#[test]
fn a_problem_of_two_parameters_leaves_tables_a_portrait_and_a_page() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = "--problem two-parameter --start I --learning-rate 0.01 --steps 20";
    let words: Vec<&str> = arguments.split(' ').collect();
    let output = flow(folder.path(), &words);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let printed = text(&output.stdout);
    assert!(
        printed.contains("nearer") && printed.contains("holds"),
        "{printed}"
    );
    assert!(
        printed.ends_with("Report: runs/flow/report.html\n"),
        "{printed}"
    );
    for name in [
        "study.json",
        "report.html",
        "tables/course.csv",
        "tables/course.parquet",
        "tables/trajectories.csv",
        "tables/paths.csv",
        "figures/phase-portrait.svg",
        "figures/distances.svg",
    ] {
        assert!(
            folder.path().join("runs/flow").join(name).is_file(),
            "{name}"
        );
    }
    let course = fs::read_to_string(folder.path().join("runs/flow/tables/course.csv")).unwrap();
    assert_eq!(course.lines().count(), 1 + 21);
}

#[test]
fn a_network_of_a_file_is_followed_in_double_precision_and_that_is_said() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("small.toml"), SMALL).unwrap();
    let output = flow(
        folder.path(),
        &["--experiment", "small.toml", "--steps", "3"],
    );
    assert!(output.status.success(), "{}", text(&output.stderr));
    let printed = text(&output.stdout);
    assert!(
        printed.contains("asks for f32") && printed.contains("holds"),
        "{printed}"
    );
    let swept = "optimizer.learning_rate=[0.1, 0.2]";
    let output = flow(
        folder.path(),
        &["--experiment", "small.toml", "--set", swept],
    );
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("stands for 2 trials where one is wanted"));
}

#[test]
fn wishes_that_make_no_sense_are_answered_with_what_to_do() {
    let quadratic = ["--problem", "quadratic", "--learning-rate"];
    refused(
        &["--problem", "quadartic", "--learning-rate", "0.1"],
        "did you mean `quadratic`?",
    );
    refused(&[&quadratic[..], &["-1"]].concat(), "must be positive");
    refused(
        &[&quadratic[..], &["0.1", "--terms", "20"]].concat(),
        "2 to 12 terms",
    );
    refused(
        &[&quadratic[..], &["0.1", "--start", "IV"]].concat(),
        "has no start `IV`",
    );
    refused(&["--problem", "quadratic"], "--learning-rate");
}
