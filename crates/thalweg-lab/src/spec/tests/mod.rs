//! Tests of experiment files through the public interface.

mod messages;
mod reading;
mod round_trips;

use super::{Experiment, Override, TrialSpec};

/// A good file, as small as they come.
const FILE: &str = r#"[data]
name = "mnist-small"

[network]
hidden_widths = [20, 20]

[optimizer]
method = "sgd"
learning_rate = 0.1
batch_size = 32

[stop]
epochs = 2
"#;

/// The good file with one part replaced.
fn file_with(part: &str, replacement: &str) -> String {
    assert!(FILE.contains(part), "{part}");
    FILE.replacen(part, replacement, 1)
}

fn read(text: &str) -> Experiment {
    read_under(text, &[])
}

fn read_under(text: &str, overrides: &[&str]) -> Experiment {
    Experiment::parse("digits.toml", text, &parse_overrides(overrides))
        .unwrap_or_else(|error| panic!("{error}"))
}

fn parse_overrides(overrides: &[&str]) -> Vec<Override> {
    let overrides = overrides.iter().map(|text| Override::parse(text).unwrap());
    overrides.collect()
}

fn trials(experiment: &Experiment) -> Vec<&TrialSpec> {
    let sweeps = experiment.sweeps.iter();
    sweeps.flat_map(|sweep| &sweep.trials).collect()
}
