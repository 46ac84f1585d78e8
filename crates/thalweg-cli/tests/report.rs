//! `thalweg report` as people use it.

#![allow(clippy::unwrap_used)] // a failed unwrap is a failed test

mod program;

use std::fs;
use std::path::Path;

use crate::program::{text, thalweg};

const SMALL: &str = r#"title = "Small"
seeds = 2
[data]
name = "mnist-small"
train_examples = 200
test_examples = 100
[network]
hidden_widths = [16]
[optimizer]
method = "sgd"
learning_rate = [0.1, 0.2]
batch_size = 50
[stop]
epochs = 3
"#;

/// Runs the small experiment with overrides into `out`.
fn run(folder: &Path, out: &str, overrides: &[&str]) {
    fs::write(folder.join("small.toml"), SMALL).unwrap();
    let mut arguments = vec!["run", "small.toml", "--out", out];
    arguments.extend(overrides);
    let output = thalweg(folder, &arguments);
    assert!(output.status.success(), "{}", text(&output.stderr));
}

#[test]
fn every_trial_of_a_run_has_a_page_with_the_pictures_of_its_folder() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), "a", &[]);
    let report = fs::read_to_string(folder.path().join("a/report.html")).unwrap();
    let trials = fs::read_dir(folder.path().join("a/trials")).unwrap();
    let trials: Vec<_> = trials.map(|one| one.unwrap().path()).collect();
    assert_eq!(trials.len(), 4);
    for trial in &trials {
        let id = trial.file_name().unwrap().to_string_lossy();
        assert!(report.contains(&format!("<a href=\"trials/{id}/report.html\">")));
        let page = fs::read_to_string(trial.join("report.html")).unwrap();
        assert!(page.contains(&format!("<h1>Trial <code>{id}</code></h1>")));
        assert!(page.contains("<h3>Training loss") && !page.contains("id=\"pictures\""));
    }
    // What lies in the folder of a trial is shown; what is no picture of ours, or runs, is not.
    let picture = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\"><title>A slice</title>\
                   <desc>Seen from above.</desc></svg>";
    fs::write(trials[0].join("surface.svg"), picture).unwrap();
    fs::write(
        trials[0].join("other.svg"),
        picture.replace("<desc>", "<script>1</script><desc>"),
    )
    .unwrap();
    assert!(
        thalweg(folder.path(), &["report", "a", "--trials"])
            .status
            .success()
    );
    let page = fs::read_to_string(trials[0].join("report.html")).unwrap();
    assert_eq!(page.matches("<h3>A slice</h3>").count(), 1);
    assert!(!page.contains("<script>1"));
}

#[test]
fn two_runs_are_compared_and_the_first_gets_the_page() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), "a", &[]);
    run(folder.path(), "b", &["--set", "optimizer.batch_size=100"]);
    let output = thalweg(folder.path(), &["report", "a", "--against", "b"]);
    assert_eq!(
        text(&output.stdout),
        "Comparison: a/comparison.html\n",
        "{}",
        text(&output.stderr)
    );
    let page = fs::read_to_string(folder.path().join("a/comparison.html")).unwrap();
    assert!(page.contains("<th scope=\"row\">batch size B</th><td>50</td><td>100</td>"));
    assert!(page.contains("<strong>4</strong> of 4 here and 4 there; 0 the very same"));
    assert!(!folder.path().join("b/comparison.html").exists());
    let again = thalweg(folder.path(), &["report", "a", "--against", "b"]);
    assert!(again.status.success());
    assert_eq!(
        fs::read_to_string(folder.path().join("a/comparison.html")).unwrap(),
        page
    );
}

#[test]
fn what_cannot_be_compared_is_said_in_words() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), "a", &[]);
    assert!(
        thalweg(folder.path(), &["reproduce", "igr-a1", "--out", "study"])
            .status
            .success()
    );
    fs::create_dir(folder.path().join("empty")).unwrap();
    for (other, words) in [
        (
            "empty",
            "error: empty holds no results: it has neither experiment.json nor study.json",
        ),
        ("missing", "error: missing holds no results: "),
        ("small.toml", "error: "),
        (
            "study",
            "error: study holds the results of a study; only the runs of experiments are compared",
        ),
    ] {
        let output = thalweg(folder.path(), &["report", "a", "--against", other]);
        let message = text(&output.stderr);
        assert!(message.starts_with(words), "{other}: {message}");
        assert!(!output.status.success() && !message.contains("panicked"));
    }
    let output = thalweg(folder.path(), &["report", "study", "--against", "a"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(!folder.path().join("a/comparison.html").exists());
}
