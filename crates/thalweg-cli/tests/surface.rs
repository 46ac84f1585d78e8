//! `thalweg surface` as people use it.

#![allow(clippy::unwrap_used)] // a failed unwrap is a failed test

mod program;

use std::fs;
use std::path::{Path, PathBuf};

use crate::program::{text, thalweg};

const SMALL: &str = r#"
[data]
name = "mnist-small"
train_examples = 200
test_examples = 100
[network]
hidden_widths = [16]
[optimizer]
method = "sgd"
learning_rate = 0.1
batch_size = 50
[stop]
epochs = 3
"#;

/// Runs the experiment and returns the folder of its trial.
fn trial(folder: &Path) -> PathBuf {
    fs::write(folder.join("small.toml"), SMALL).unwrap();
    let output = thalweg(folder, &["run", "small.toml", "--quiet"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let mut entries = fs::read_dir(folder.join("runs/small/trials")).unwrap();
    entries.next().unwrap().unwrap().path()
}

#[test]
fn the_picture_stands_in_the_folder_of_the_trial_and_on_its_page() {
    let parent = tempfile::tempdir().unwrap();
    let folder = trial(parent.path());
    let path = folder.to_str().unwrap();
    let output = thalweg(parent.path(), &["surface", path, "--points", "5"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let said = text(&output.stdout);
    for words in [
        "Euclidean distances",
        "all 200 training examples",
        "5 × 5 points",
        "surface.svg",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert!(folder.join("surface.json").exists());
    let elsewhere = [
        "surface",
        path,
        "--points",
        "4",
        "--directions",
        "random",
        "--radius",
        "0.5",
    ];
    let elsewhere = [&elsewhere[..], &["--out", "elsewhere"]].concat();
    let output = thalweg(parent.path(), &elsewhere);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let stored = fs::read_to_string(parent.path().join("elsewhere/surface.json")).unwrap();
    assert!(stored.contains("\"random\"") && stored.contains("-0.5"));
    let report = thalweg(parent.path(), &["report", "runs/small"]);
    assert!(report.status.success());
    let page = fs::read_to_string(folder.join("report.html")).unwrap();
    assert!(page.contains("sharpest direction"));
}

#[test]
fn what_has_no_surface_is_refused_with_a_remedy() {
    let parent = tempfile::tempdir().unwrap();
    let folder = trial(parent.path());
    let path = folder.to_str().unwrap();
    let refused = |arguments: &[&str], words: &str| {
        let output = thalweg(parent.path(), arguments);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(words), "{words}: {said}");
    };
    refused(&["surface", "runs/small"], "no folder of a trial");
    refused(&["surface", "nowhere"], "runs/NAME/trials/");
    refused(&["surface", path, "--points", "1"], "1 is not in 2..=1001");
    refused(&["surface", path, "--radius", "-1"], "above 0");
    refused(
        &["surface", path, "--directions", "up"],
        "gradient-hessian, random",
    );
    fs::remove_file(folder.join("outcome.json")).unwrap();
    refused(&["surface", path], "has not ended");
}
