//! What measuring the minibatch term along training costs: the same training with and without, in
//! turn, as the program runs it. Ratios only; the machine's moods are in both.
//!
//! `cargo run --release --bin training`

use std::error::Error;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use thalweg_lab::datasets::Datasets;
use thalweg_lab::plan::{Plan, PlannedTrial};
use thalweg_lab::record::Outcome;
use thalweg_lab::run::{Observer, Resources, run};
use thalweg_lab::spec::Experiment;
use thalweg_lab::store::{ExperimentIdentity, LostSnapshot, RunFolder, StoredRun};
use thalweg_lab::trial::TrialError;

/// Pairs of runs; an odd number, so that one ratio is the middle one.
const PAIRS: usize = 15;

/// Hidden widths, batch size and epochs, each a few tenths of a second.
const TRAININGS: [(&str, usize, usize); 4] = [
    ("[400, 400, 400, 400, 400]", 512, 6),
    ("[400, 400, 400, 400, 400]", 32, 4),
    ("[200, 200, 200]", 32, 12),
    ("[100, 100]", 8, 12),
];

/// What is measured besides, by its name in the table.
const MEASURED: [(&str, &str); 2] = [
    (
        "streamed",
        "\"streamed_minibatch_gradient_norm_squared\", \"streamed_gradient_variance\", ",
    ),
    ("control, for free", "\"penalty_coefficient\", "),
];

struct Silent;

impl Observer for Silent {
    fn started(&self, _: &PlannedTrial) {}
    fn advanced(&self, _: &PlannedTrial, _: u64, _: u64) {}
    fn restarted(&self, _: &PlannedTrial, _: &LostSnapshot) {}
    fn finished(&self, _: &PlannedTrial, _: &Outcome, _: bool) {}
    fn failed(&self, _: &PlannedTrial, _: &TrialError) {}
}

#[allow(clippy::print_stdout)] // a bench prints its table
fn main() -> Result<(), Box<dyn Error>> {
    println!("time of training with a measurement over the same without; {PAIRS} pairs in turn");
    println!("hidden widths              batch  measured             middle  quartiles");
    for (widths, batch_size, epochs) in TRAININGS {
        for (name, quantities) in MEASURED {
            let mut ratios = Vec::new();
            for _ in 0..PAIRS {
                let without = seconds(widths, batch_size, epochs, "")?;
                ratios.push(seconds(widths, batch_size, epochs, quantities)? / without);
            }
            ratios.sort_by(f64::total_cmp);
            let [low, middle, high] = [1, 2, 3].map(|quarter| ratios[quarter * PAIRS / 4]);
            println!("{widths:26} {batch_size:5}  {name:19}  {middle:.3}   {low:.3} to {high:.3}");
        }
    }
    Ok(())
}

/// The seconds that one training takes on two threads.
fn seconds(
    widths: &str,
    batch_size: usize,
    epochs: usize,
    quantities: &str,
) -> Result<f64, Box<dyn Error>> {
    let text = format!(
        "seeds = 1\n[data]\nname = \"mnist-small\"\n[network]\nhidden_widths = {widths}\n\
         [optimizer]\nmethod = \"sgd\"\nlearning_rate = 0.01\nbatch_size = {batch_size}\n\
         [[probe]]\nmeasure = [{quantities}\"test_accuracy\"]\nevery = \"never\"\n\
         [stop]\nepochs = {epochs}\n"
    );
    let experiment = Experiment::parse("training.toml", &text, &[])?;
    let plan = Plan::new(&experiment);
    let datasets = Datasets::load(&experiment, Path::new("cache"))?;
    let place = tempfile::tempdir()?;
    let identity = ExperimentIdentity {
        id: plan.id.clone(),
        title: experiment.title.clone(),
        question: experiment.question.clone(),
        overrides: Vec::new(),
        command: String::new(),
        version: String::new(),
    };
    let folder = RunFolder::open_or_create(place.path(), &text, &identity)?;
    let resources = Resources {
        jobs: 1,
        threads: 2,
    };
    let interrupt = AtomicBool::new(false);
    run(&plan, &folder, &datasets, resources, &interrupt, &Silent)?;
    let stored = StoredRun::read(place.path())?;
    let outcome = stored.trials.into_iter().find_map(|trial| trial.outcome);
    Ok(outcome.ok_or("the trial has no outcome")?.seconds)
}
