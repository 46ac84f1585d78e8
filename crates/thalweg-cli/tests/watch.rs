//! `thalweg watch` without a terminal: a run seen from outside, before, while and after it goes on.

#![allow(clippy::unwrap_used)] // a failed unwrap is a failed test

mod program;

use std::fs;
use std::path::Path;
use std::process::{Output, Stdio};
use std::time::{Duration, Instant};

use crate::program::{command, text};

const SMALL: &str = r#"title = "Small"
seeds = 2
[data]
name = "mnist-small"
train_examples = 200
test_examples = 100
[network]
hidden_widths = [8]
[optimizer]
method = "sgd"
learning_rate = [0.1, 1e9]
batch_size = 50
[stop]
epochs = 3
"#;

fn watched(folder: &Path, arguments: &[&str]) -> Output {
    let arguments: Vec<&str> = std::iter::once("watch")
        .chain(arguments.iter().copied())
        .collect();
    command(folder, &arguments).output().unwrap()
}

#[test]
fn a_run_that_is_over_is_one_table_of_trials_and_one_of_settings() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("small.toml"), SMALL).unwrap();
    assert!(
        command(folder.path(), &["run", "small.toml", "-q"])
            .status()
            .unwrap()
            .success()
    );
    let output = watched(folder.path(), &["runs/small"]);
    let printed = text(&output.stdout);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let lines: Vec<&str> = printed.lines().collect();
    assert_eq!(
        lines[..4],
        [
            "Small",
            "over",
            "2 diverged, 2 done",
            "report: runs/small/report.html"
        ]
    );
    assert!(
        printed.contains("state       h  seed  progress  step"),
        "{printed}"
    );
    assert!(printed.contains("  h  ended  diverged"), "{printed}");
    assert!(!printed.contains('\u{1b}'));
    assert_eq!(
        text(&watched(folder.path(), &["runs/small", "--once"]).stdout),
        printed
    );
}

#[test]
fn a_run_is_seen_while_it_goes_on_and_when_it_was_killed() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("small.toml"), SMALL).unwrap();
    let long = [
        "run",
        "small.toml",
        "-q",
        "--jobs",
        "1",
        "--set",
        "stop.epochs=100000000",
    ];
    let mut run = command(folder.path(), &long);
    let mut run = run
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let begun = Instant::now();
    let seen = loop {
        let printed = text(&watched(folder.path(), &["runs/small"]).stdout);
        let is_late = begun.elapsed() > Duration::from_secs(60);
        if printed.contains("1 running, 3 waiting") || is_late {
            break printed;
        }
        std::thread::sleep(Duration::from_millis(50));
    };
    run.kill().unwrap();
    run.wait().unwrap();
    assert!(
        seen.starts_with("Small\nrunning\n1 running, 3 waiting\n"),
        "{seen}"
    );
    let claim = folder.path().join("runs/small/trials");
    let claims = fs::read_dir(claim).unwrap().count();
    assert_eq!(claims, 1, "looking makes no folders");
}

#[test]
fn what_is_no_run_folder_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for (arguments, words) in [
        (&["."][..], "holds no results"),
        (&["nowhere", "--once"], "holds no results"),
        (&[".", "--every", "0"], "0.1 to 3600"),
        (&[], "required"),
    ] {
        let output = watched(folder.path(), arguments);
        let message = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{message}");
        assert!(message.contains(words), "`{words}` is not in:\n{message}");
    }
    let study = command(folder.path(), &["reproduce", "igr-fig1", "-q"])
        .output()
        .unwrap();
    assert!(study.status.success());
    let output = watched(folder.path(), &["runs/igr-fig1"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("has no trials to watch"));
}
