//! Tests of experiment files through the public interface.

mod comparing;
mod documentation;
mod inline;
mod messages;
mod reading;
mod robustness;
mod round_trips;
mod schedules;

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

/// The good file with another optimizer, which may take several lines.
fn file_of_method(settings: &str) -> String {
    file_with(
        "method = \"sgd\"\nlearning_rate = 0.1\nbatch_size = 32",
        settings,
    )
}

/// `[optimizer]` for every method, with every setting it has.
const METHODS: [&str; 12] = [
    "method = \"gradient-descent\"\nlearning_rate = 0.1",
    "method = \"sgd\"\nlearning_rate = 0.1\nbatch_size = 9\nsampling = \"fixed-order\"",
    "method = \"heavy-ball\"\nlearning_rate = 0.1\nbatch_size = 9\nmomentum = 0.5",
    "method = \"nesterov\"\nlearning_rate = 0.1\nmomentum = 0.5",
    "method = \"adam\"\nlearning_rate = 0.1\nbeta_1 = 0.5\nbeta_2 = 0.75\nepsilon = 1e-3\n\
     epsilon_placement = \"outside-root\"",
    "method = \"rmsprop\"\nlearning_rate = 0.1\nbeta_2 = 0.75\nepsilon = 1e-3\n\
     epsilon_placement = \"outside-root\"",
    "method = \"heun\"\nlearning_rate = 0.1\nbatch_size = 9",
    "method = \"runge-kutta-4\"\nlearning_rate = 0.1",
    "method = \"normalised\"\nlearning_rate = 0.1\ndecay = 0.5",
    "method = \"sam\"\nlearning_rate = 0.1\nradius = 0.05",
    "method = \"gradient-norm\"\nlearning_rate = 0.1\nradius = 0.05\nmix = 0.5",
    "method = \"n-step\"\nlearning_rate = 0.1\nbatch_size = 9\nsteps_per_batch = 4",
];

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
