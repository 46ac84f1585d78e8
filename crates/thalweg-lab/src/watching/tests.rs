use std::fs::{self, File};
use std::path::{Path, PathBuf};

use thalweg::probe::Quantity;

use super::*;
use crate::plan::Plan;
use crate::record::{Measurement, Outcome, Termination};
use crate::spec::Experiment;
use crate::store::ExperimentIdentity;

const SPEC: &str = r#"
seeds = 2
[data]
name = "mnist-small"
[network]
width = [4, 8]
depth = 1
[optimizer]
method = "sgd"
batch_size = 50
learning_rate = 0.1
[stop]
epochs = 4
"#;

/// A run folder, and when it was made by the clock of these tests.
struct Run {
    _parent: tempfile::TempDir,
    path: PathBuf,
    ids: Vec<String>,
    start: SystemTime,
}

impl Run {
    fn new(spec: &str) -> Self {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("run");
        let experiment = Experiment::parse("watched.toml", spec, &[]).unwrap();
        let plan = Plan::new(&experiment);
        let identity = ExperimentIdentity {
            id: plan.id.clone(),
            title: "Watched".into(),
            question: String::new(),
            overrides: vec![],
            command: "thalweg run watched.toml".into(),
            version: "0".into(),
        };
        RunFolder::open_or_create(&path, spec, &identity).unwrap();
        Self {
            _parent: parent,
            path,
            ids: plan.trials.into_iter().map(|trial| trial.id).collect(),
            start: SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000),
        }
    }

    fn at(&self, second: u64) -> SystemTime {
        self.start + Duration::from_secs(second)
    }

    /// Writes a file of a trial as if at that second.
    fn write(&self, trial: usize, name: &str, text: impl AsRef<[u8]>, second: u64) {
        let folder = self.path.join("trials").join(&self.ids[trial]);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(name), text).unwrap();
        let file = File::options().write(true).open(folder.join(name)).unwrap();
        file.set_modified(self.at(second)).unwrap();
    }

    /// A trial claimed at one second that had taken the steps of two epochs at another.
    fn half_way(&self, trial: usize, claimed: u64, measured: u64) {
        self.write(trial, "trial.toml", "", claimed);
        let lines = [line(0, 2.0, 0.1), line(20, 1.0, 0.5)].concat();
        self.write(trial, "metrics.jsonl", &lines, measured);
    }

    fn end(&self, trial: usize, termination: Termination, seconds: f64, at: u64) {
        let last: Measurement = serde_json::from_str(&line(40, 0.5, 0.9)).unwrap();
        let outcome = Outcome {
            termination,
            steps: 40,
            max_train_accuracy: None,
            best: Some(last.clone()),
            last,
            warnings: vec![],
            seconds,
        };
        self.write(trial, "trial.toml", "", at - seconds as u64);
        let text = serde_json::to_string(&outcome).unwrap();
        self.write(trial, "outcome.json", &text, at);
    }

    fn watcher(&self) -> Watcher {
        Watcher::open(&self.path).unwrap()
    }
}

fn line(step: u64, loss: f64, accuracy: f64) -> String {
    let epoch = step as f64 / 10.0;
    format!(
        "{{\"step\":{step},\"epoch\":{epoch},\"time\":1.0,\"loss\":{loss},\"test_accuracy\":{accuracy}}}\n"
    )
}

#[test]
fn a_run_that_has_not_begun_waits() {
    let run = Run::new(SPEC);
    let mut watcher = run.watcher();
    let watched = watcher.look(run.at(0));
    assert_eq!(watched.standing(), Standing::NotBegun);
    assert_eq!(watched.counts().waiting, 4);
    assert_eq!(watched.forecast, Forecast::default());
    assert_eq!(watched.varied, ["network.width"]);
    assert!(watched.is_there && watched.report.is_none());
}

#[test]
fn running_trials_say_how_far_they_are_how_fast_and_how_long_it_takes() {
    let run = Run::new(SPEC);
    run.half_way(0, 0, 10);
    let mut watcher = run.watcher();
    let watched = watcher.look(run.at(12));
    let trial = &watched.trials[0];
    assert_eq!(trial.state, TrialState::Running);
    assert_eq!((trial.step, trial.share), (20, Some(0.5)));
    assert_eq!(trial.seconds_per_step, Some(0.5));
    assert_eq!(trial.seconds_left(), Some(10.0));
    assert_eq!(trial.latest(Quantity::Loss), Some(1.0));
    let forecast = watched.forecast;
    assert_eq!(forecast.steps_per_second, Some(2.0));
    // Its own ten seconds, and three more trials of twenty.
    assert_eq!(forecast.seconds_of_work, Some(70.0));
    assert_eq!(forecast.seconds_left, Some(70.0));
    assert!(!forecast.is_at_most);
}

#[test]
fn trials_side_by_side_share_the_work_that_is_left() {
    let run = Run::new(SPEC);
    run.half_way(0, 0, 10);
    run.half_way(1, 0, 10);
    let mut watcher = run.watcher();
    let forecast = watcher.look(run.at(10)).forecast;
    assert_eq!(forecast.steps_per_second, Some(4.0));
    assert_eq!(forecast.seconds_left, Some(30.0));
}

#[test]
fn a_waiting_trial_is_expected_to_take_as_long_as_those_most_like_it() {
    let run = Run::new(SPEC);
    run.end(0, Termination::EpochLimit, 10.0, 10);
    run.end(2, Termination::EpochLimit, 30.0, 40);
    let mut watcher = run.watcher();
    let watched = watcher.look(run.at(40));
    // Of either width one trial has ended, and the other will take as long.
    assert_eq!(watched.forecast.seconds_of_work, Some(40.0));
    assert_eq!(watched.forecast.seconds_left, None);
    // Two ends in 40 seconds.
    assert_eq!(watched.forecast.trials_per_minute, Some(3.0));
}

#[test]
fn the_clock_of_the_run_counts_as_soon_as_there_is_a_snapshot() {
    let run = Run::new(SPEC);
    run.half_way(0, 100, 110);
    let progress = serde_json::json!({
        "step": 30, "log_bytes": 0, "best": null, "max_train_accuracy": null,
        "last_test_step": null, "seconds": 6.0,
    });
    let label = serde_json::json!({ "progress": progress.to_string(), "checksum": "" });
    let header = serde_json::json!({ "__metadata__": { "thalweg": label.to_string() } });
    let header = header.to_string();
    let bytes = [&(header.len() as u64).to_le_bytes()[..], header.as_bytes()].concat();
    run.write(0, "resume.safetensors", &bytes, 115);
    let mut watcher = run.watcher();
    let watched = watcher.look(run.at(116));
    let trial = &watched.trials[0];
    assert_eq!((trial.step, trial.share), (30, Some(0.75)));
    assert_eq!(trial.seconds_per_step, Some(0.2));
    assert_eq!(trial.seconds_left(), Some(2.0));
}

#[test]
fn an_interrupted_a_failed_and_a_silent_trial_are_told_apart() {
    let run = Run::new(SPEC);
    run.half_way(0, 0, 10);
    run.half_way(1, 0, 10);
    run.write(1, "stopped.json", r#"{"why":"interrupted"}"#, 11);
    run.half_way(2, 0, 10);
    run.write(
        2,
        "stopped.json",
        r#"{"why":"failed","message":"no space left"}"#,
        11,
    );
    let mut watcher = run.watcher();
    let watched = watcher.look(run.at(200));
    assert_eq!(
        watched.trials[0].state,
        TrialState::Silent(Duration::from_secs(190))
    );
    assert_eq!(watched.trials[1].state, TrialState::Interrupted);
    assert_eq!(watched.trials[2].state, TrialState::Failed("no space left"));
    assert_eq!(
        watched.standing(),
        Standing::Silent(Duration::from_secs(190))
    );
    let counts = watched.counts();
    assert_eq!(
        (
            counts.silent,
            counts.interrupted,
            counts.failed,
            counts.waiting
        ),
        (1, 1, 1, 1)
    );
}

#[test]
fn a_run_is_interrupted_if_its_last_trial_is_and_runs_between_two_trials() {
    let run = Run::new(SPEC);
    run.end(0, Termination::EpochLimit, 5.0, 10);
    let mut watcher = run.watcher();
    assert_eq!(watcher.look(run.at(11)).standing(), Standing::Running);
    run.half_way(1, 12, 13);
    run.write(1, "stopped.json", r#"{"why":"interrupted"}"#, 14);
    assert_eq!(watcher.look(run.at(15)).standing(), Standing::Interrupted);
    assert_eq!(watcher.look(run.at(15)).forecast.seconds_left, None);
    fs::remove_file(
        run.path
            .join("trials")
            .join(&run.ids[1])
            .join("stopped.json"),
    )
    .unwrap();
    run.write(1, "trial.toml", "", 20);
    assert_eq!(watcher.look(run.at(21)).standing(), Standing::Running);
}

#[test]
#[cfg(target_os = "linux")]
fn a_lock_says_that_a_quiet_trial_runs_and_its_end_that_it_was_killed() {
    let run = Run::new(SPEC);
    run.half_way(0, 0, 10);
    run.write(0, "claim", "", 0);
    let claim = File::open(run.path.join("trials").join(&run.ids[0]).join("claim")).unwrap();
    claim.lock().unwrap();
    let mut watcher = run.watcher();
    let watched = watcher.look(run.at(1000));
    if watched.trials[0].state != TrialState::Running {
        eprintln!("skipped: this system does not list locks");
        return;
    }
    claim.unlock().unwrap();
    let watched = watcher.look(run.at(12));
    assert_eq!(
        watched.trials[0].state,
        TrialState::Silent(Duration::from_secs(2))
    );
    assert_eq!(watched.standing(), Standing::Silent(Duration::from_secs(2)));
}

#[test]
fn a_run_is_over_when_every_trial_has_ended_or_failed() {
    let run = Run::new(SPEC);
    run.end(0, Termination::Diverged, 5.0, 10);
    run.end(1, Termination::EpochLimit, 5.0, 10);
    run.end(2, Termination::TargetLoss, 5.0, 10);
    run.half_way(3, 0, 10);
    run.write(3, "stopped.json", r#"{"why":"failed","message":"x"}"#, 11);
    fs::write(run.path.join("report.html"), "").unwrap();
    let mut watcher = run.watcher();
    let watched = watcher.look(run.at(11));
    assert_eq!(watched.standing(), Standing::Over);
    let counts = watched.counts();
    assert_eq!((counts.done, counts.diverged, counts.failed), (2, 1, 1));
    assert_eq!(watched.forecast.seconds_of_work, Some(0.0));
    assert!(watched.report.is_some());
}

#[test]
fn torn_damaged_and_vanishing_files_are_borne() {
    let run = Run::new(SPEC);
    let mut watcher = run.watcher();
    run.half_way(0, 0, 10);
    run.write(
        0,
        "metrics.jsonl",
        [&line(0, 2.0, 0.1), "{\"step\":1,\"ep"].concat(),
        10,
    );
    run.write(0, "resume.safetensors", "\u{1}", 10);
    run.write(0, "outcome.json", "{\"termination\":", 10);
    run.write(0, "stopped.json", "", 10);
    let watched = watcher.look(run.at(11));
    assert_eq!(watched.trials[0].state, TrialState::Running);
    assert_eq!(watched.trials[0].path.len(), 1);
    fs::remove_dir_all(run.path.join("trials")).unwrap();
    let watched = watcher.look(run.at(12));
    assert_eq!(watched.trials[0].state, TrialState::Waiting);
    assert!(watched.trials[0].path.is_empty() && watched.is_there);
    fs::remove_dir_all(&run.path).unwrap();
    assert!(!watcher.look(run.at(13)).is_there);
}

#[test]
fn looking_changes_nothing() {
    let run = Run::new(SPEC);
    run.half_way(0, 0, 10);
    let before = everything(&run.path);
    let mut watcher = run.watcher();
    let _ = watcher.look(run.at(11));
    assert_eq!(everything(&run.path), before);
}

fn everything(folder: &Path) -> Vec<(PathBuf, SystemTime)> {
    let mut found = Vec::new();
    let mut pending = vec![folder.to_path_buf()];
    while let Some(path) = pending.pop() {
        found.push((
            path.clone(),
            fs::metadata(&path).unwrap().modified().unwrap(),
        ));
        if path.is_dir() {
            let entries = fs::read_dir(&path).unwrap();
            pending.extend(entries.map(|entry| entry.unwrap().path()));
        }
    }
    found.sort();
    found
}

#[test]
fn settings_have_the_means_of_their_seeds_without_those_that_diverged() {
    let run = Run::new(SPEC);
    run.end(0, Termination::EpochLimit, 5.0, 10);
    run.half_way(1, 0, 10);
    run.end(2, Termination::Diverged, 5.0, 10);
    let mut watcher = run.watcher();
    let groups = watcher.look(run.at(11)).by_setting();
    assert_eq!(groups.len(), 2);
    assert_eq!(groups[0].settings, [("network.width", Setting::Whole(4))]);
    assert_eq!((groups[0].ended, groups[0].diverged), (1, 0));
    assert_eq!(groups[0].loss, Some(0.75));
    assert_eq!(groups[0].test_accuracy, Some((0.7, 0.5, 0.9)));
    assert_eq!((groups[1].ended, groups[1].diverged), (1, 1));
    assert_eq!((groups[1].loss, groups[1].test_accuracy), (None, None));
}

#[test]
fn a_folder_that_is_no_run_folder_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let error = Watcher::open(folder.path()).unwrap_err();
    assert!(matches!(error, StoreError::NoRun { .. }), "{error}");
}
