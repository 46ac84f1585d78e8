//! Whole runs of small experiments, and what they wrote.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use thalweg_lab::datasets::Datasets;
use thalweg_lab::plan::{Plan, PlannedTrial};
use thalweg_lab::record::Outcome;
use thalweg_lab::run::{Observer, Resources, RunEnd, conclude, run};
use thalweg_lab::spec::Experiment;
use thalweg_lab::store::{ExperimentIdentity, LostSnapshot, RunFolder};
use thalweg_lab::trial::TrialError;

/// Interrupts after so many steps of all trials together; never if that is `u64::MAX`.
struct Interrupting<'a> {
    flag: &'a AtomicBool,
    steps: AtomicU64,
    after: u64,
}

impl Observer for Interrupting<'_> {
    fn started(&self, _: &PlannedTrial) {}

    fn advanced(&self, _: &PlannedTrial, _: u64, _: u64) {
        if self.steps.fetch_add(1, Ordering::Relaxed) + 1 >= self.after {
            self.flag.store(true, Ordering::Relaxed);
        }
    }

    fn restarted(&self, trial: &PlannedTrial, lost: &LostSnapshot) {
        panic!("{}: {lost}", trial.id);
    }

    fn finished(&self, _: &PlannedTrial, _: &Outcome, _: bool) {}

    fn failed(&self, trial: &PlannedTrial, error: &TrialError) {
        panic!("{}: {error}", trial.id);
    }
}

/// Runs an experiment, interrupted after so many steps.
pub fn run_once(spec: &str, out: &Path, jobs: usize, threads: usize, after: u64) -> RunEnd {
    let experiment = Experiment::parse("small.toml", spec, &[]).unwrap_or_else(|e| panic!("{e}"));
    let plan = Plan::new(&experiment);
    let datasets = Datasets::load(&experiment, Path::new("unused")).unwrap();
    let identity = ExperimentIdentity {
        id: plan.id.clone(),
        title: experiment.title.clone(),
        question: String::new(),
        overrides: vec![],
        command: "thalweg run small.toml".into(),
        version: "0".into(),
    };
    let folder = RunFolder::open_or_create(out, spec, &identity).unwrap();
    let flag = AtomicBool::new(false);
    let observer = Interrupting {
        flag: &flag,
        steps: AtomicU64::new(0),
        after,
    };
    let resources = Resources { jobs, threads };
    let end = run(&plan, &folder, &datasets, resources, &flag, &observer).unwrap();
    if end.interrupted == 0 {
        conclude(&folder).unwrap();
    }
    end
}

/// Every file below a folder with its bytes, wall-clock seconds taken out.
pub fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut pending = vec![folder.to_path_buf()];
    while let Some(path) = pending.pop() {
        if path.is_dir() {
            pending.extend(
                fs::read_dir(&path)
                    .unwrap()
                    .map(|entry| entry.unwrap().path()),
            );
            continue;
        }
        let mut bytes = fs::read(&path).unwrap();
        if path.ends_with("outcome.json") {
            let text = String::from_utf8(bytes).unwrap();
            let lines = text.lines().filter(|line| !line.contains("\"seconds\""));
            bytes = lines.collect::<String>().into_bytes();
        }
        let name = path
            .strip_prefix(folder)
            .unwrap()
            .to_string_lossy()
            .into_owned();
        found.insert(name, bytes);
    }
    found
}
