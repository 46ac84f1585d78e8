//! `thalweg transfer` as people use it: what it prints, its exit codes, and what it writes.

#![allow(clippy::unwrap_used)] // a failed unwrap is a failed test

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn thalweg(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_thalweg"));
    command.args(arguments).current_dir(folder);
    command.env_remove("THALWEG_CACHE");
    command.env("NO_COLOR", "1").stdin(Stdio::null());
    command.output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

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
