use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use thalweg_lab::plan::Plan;
use thalweg_lab::spec::Experiment;
use thalweg_lab::store::{ExperimentIdentity, RunFolder};
use thalweg_lab::watching::Watcher;

use super::*;

const SPEC: &str = r#"
seeds = 2
[data]
name = "mnist-small"
[network]
hidden_widths = [8]
[optimizer]
method = "sgd"
batch_size = 50
learning_rate = [0.05, 0.2]
[stop]
epochs = 4
train_accuracy = 1.0
"#;

/// A run folder with one trial of each kind: done, diverged, running, waiting.
fn sample(parent: &Path) -> (PathBuf, Vec<String>, SystemTime) {
    let path = parent.join("run");
    let experiment = Experiment::parse("watched.toml", SPEC, &[]).unwrap();
    let plan = Plan::new(&experiment);
    let identity = ExperimentIdentity {
        id: plan.id.clone(),
        title: "How fast may one go?".into(),
        question: String::new(),
        overrides: vec![],
        command: "thalweg run watched.toml".into(),
        version: "0".into(),
    };
    RunFolder::open_or_create(&path, SPEC, &identity).unwrap();
    let ids: Vec<String> = plan.trials.into_iter().map(|trial| trial.id).collect();
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
    for (trial, termination) in [(0, "epoch_limit"), (2, "diverged")] {
        end(
            &path,
            &ids[trial],
            termination,
            now - Duration::from_secs(40),
        );
    }
    write(
        &path,
        &ids[1],
        "trial.toml",
        "",
        now - Duration::from_secs(20),
    );
    let lines: String = (0..=20).map(|step| line(step, 21)).collect();
    write(&path, &ids[1], "metrics.jsonl", &lines, now);
    (path, ids, now)
}

fn line(step: u64, most: u64) -> String {
    let share = step as f64 / most as f64;
    let (epoch, loss, accuracy) = (
        step as f64 / 10.0,
        2.3 * (-4.0 * share).exp(),
        0.1 + 0.8 * share,
    );
    format!(
        "{{\"step\":{step},\"epoch\":{epoch},\"time\":1.0,\"loss\":{loss},\"test_accuracy\":{accuracy}}}\n"
    )
}

fn end(run: &Path, id: &str, termination: &str, at: SystemTime) {
    let last = line(40, 42);
    let lines: String = (0..=40).map(|step| line(step, 42)).collect();
    write(run, id, "trial.toml", "", at - Duration::from_secs(40));
    write(run, id, "metrics.jsonl", &lines, at);
    let outcome = format!(
        "{{\"termination\":\"{termination}\",\"steps\":40,\"max_train_accuracy\":null,\
         \"final\":{last},\"best\":{last},\"warnings\":[],\"seconds\":40.0}}"
    );
    write(run, id, "outcome.json", &outcome, at);
}

fn write(run: &Path, id: &str, name: &str, text: &str, at: SystemTime) {
    let folder = run.join("trials").join(id);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(name), text).unwrap();
    let file = File::options().write(true).open(folder.join(name)).unwrap();
    file.set_modified(at).unwrap();
}

/// The screen of the sample at a size, after some keys, row by row.
fn screen(width: u16, height: u16, keys: &[KeyCode]) -> Vec<String> {
    let parent = tempfile::tempdir().unwrap();
    let (path, _, now) = sample(parent.path());
    let mut watcher = Watcher::open(&path).unwrap();
    let watched = watcher.look(now);
    let mut view = View::default();
    keys.iter().for_each(|key| view.press(*key));
    drawn(width, height, |frame| draw(frame, &watched, &mut view))
}

fn drawn(width: u16, height: u16, draw: impl FnOnce(&mut ratatui::Frame<'_>)) -> Vec<String> {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal.draw(draw).unwrap();
    let buffer = terminal.backend().buffer().clone();
    let rows = buffer.content().chunks(width.into());
    rows.map(|row| row.iter().map(|cell| cell.symbol()).collect::<String>())
        .map(|row| row.trim_end().to_owned())
        .collect()
}

fn has(screen: &[String], wanted: &str) {
    let screen = screen.join("\n");
    assert!(screen.contains(wanted), "no “{wanted}” in\n{screen}");
}

fn lacks(screen: &[String], unwanted: &str) {
    let screen = screen.join("\n");
    assert!(!screen.contains(unwanted), "“{unwanted}” in\n{screen}");
}

#[test]
fn a_usual_terminal_shows_state_pace_a_chart_and_the_trials() {
    let screen = screen(80, 24, &[]);
    assert_eq!(screen[0], "How fast may one go?");
    assert_eq!(
        screen[1],
        "running: 1 running, 1 diverged, 1 done, 1 waiting"
    );
    assert_eq!(
        screen[2],
        "1 steps/s, 1.5 trials/min, at most 1 min 00 s left"
    );
    has(
        &screen,
        "training loss against epochs, on a scale of logarithms",
    );
    has(
        &screen,
        "state        h  seed  progress  step   loss  test accuracy  left",
    );
    has(
        &screen,
        "running   0.05     1      50 %    20  0.051         86.2 %  20 s",
    );
    has(&screen, "q quit   Tab trials or settings");
    assert!(
        screen
            .iter()
            .any(|row| row.contains('⡀') || row.contains('⠉') || row.contains('⢄'))
    );
}

#[test]
fn a_large_terminal_shows_both_charts_and_both_tables() {
    let screen = screen(120, 40, &[]);
    has(&screen, "training loss");
    has(&screen, "test accuracy in % against epochs");
    has(&screen, " trials ");
    has(&screen, " settings ");
    has(&screen, "1/2");
    lacks(&screen, "Tab");
}

#[test]
fn a_small_terminal_shows_what_matters_without_a_chart() {
    let screen = screen(40, 15, &[]);
    assert_eq!(
        screen,
        [
            "How fast may one go?",
            "running: 1 running, 1 diverged, 1 done,",
            "1 waiting",
            "1 steps/s, 1.5 trials/min, at most 1 min",
            "00 s left",
            "┌ trials ──────────────────────────────┐",
            "│state        h  seed  progress   loss │",
            "│running   0.05     1      50 %  0.051 │",
            "│done      0.05     0            0.051 │",
            "│diverged   0.2     0            0.051 │",
            "│waiting    0.2     1                  │",
            "│                                      │",
            "│                                      │",
            "└──────────────────────────────────────┘",
            "q quit  Tab table  c chart  ↑ ↓",
        ]
    );
}

#[test]
fn keys_choose_table_and_chart_and_scroll_no_further_than_there_is() {
    let chosen = screen(80, 24, &[KeyCode::Tab, KeyCode::Char('c')]);
    has(&chosen, "test accuracy in % against epochs");
    has(&chosen, "best test acc.");
    lacks(&chosen, "training loss");
    let scrolled = screen(40, 10, &[KeyCode::PageDown, KeyCode::PageDown]);
    has(&scrolled, "trials 2 to 4 of 4");
    has(
        &screen(40, 10, &[KeyCode::PageDown, KeyCode::Home]),
        "trials 1 to 3 of 4",
    );
}

#[test]
fn the_least_of_terminals_is_no_hindrance() {
    for (width, height) in [(1, 1), (2, 30), (5, 5), (300, 3), (20, 100)] {
        let _ = screen(width, height, &[]);
    }
}

#[test]
fn that_there_is_no_run_yet_is_said() {
    let screen = drawn(40, 3, |frame| draw_nothing(frame, Path::new("runs/a")));
    has(&screen, "No run in runs/a yet");
}

#[test]
fn a_failure_an_interruption_and_a_vanished_folder_are_said() {
    let parent = tempfile::tempdir().unwrap();
    let (path, ids, now) = sample(parent.path());
    let mut watcher = Watcher::open(&path).unwrap();
    let later = now + Duration::from_secs(1);
    write(
        &path,
        &ids[1],
        "stopped.json",
        r#"{"why":"interrupted"}"#,
        later,
    );
    let text = plain(&watcher.look(later), 100);
    assert!(
        text.contains("interrupted; the same command continues it\n"),
        "{text}"
    );
    assert!(text.contains("at most 1 min 00 s of work left"), "{text}");
    let failure = r#"{"why":"failed","message":"no space left"}"#;
    write(&path, &ids[1], "stopped.json", failure, later);
    let watched = watcher.look(later);
    let text = plain(&watched, 100);
    assert!(
        text.contains(&format!("trial {} failed: no space left", ids[1])),
        "{text}"
    );
    let rows = drawn(80, 24, |frame| draw(frame, &watched, &mut View::default()));
    has(&rows, "no space left");
    fs::remove_dir_all(&path).unwrap();
    let text = plain(&watcher.look(later), 100);
    assert!(text.contains("the folder is gone"), "{text}");
}

#[test]
fn without_a_terminal_there_is_one_plain_table() {
    let parent = tempfile::tempdir().unwrap();
    let (path, _, now) = sample(parent.path());
    let text = plain(&Watcher::open(&path).unwrap().look(now), 100);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines[..9],
        [
            "How fast may one go?",
            "running",
            "1 running, 1 diverged, 1 done, 1 waiting",
            "1 steps/s, 1.5 trials/min, at most 1 min 00 s left",
            "",
            "state        h  seed  progress  step   loss  test accuracy  left",
            "running   0.05     1      50 %    20  0.051         86.2 %  20 s",
            "done      0.05     0              40  0.051         86.2 %",
            "diverged   0.2     0              40  0.051         86.2 %",
        ]
    );
    assert!(!text.contains('\u{1b}') && text.ends_with('\n'));
}

#[test]
fn numbers_and_times_are_short() {
    let durations = [0.4, 59.0, 61.0, 3599.0, 7260.0, 200_000.0].map(words::duration);
    assert_eq!(
        durations,
        [
            "0 s",
            "59 s",
            "1 min 01 s",
            "60 min",
            "2 h 01 min",
            "2 d 7 h"
        ]
    );
    let numbers = [0.1 + 0.2, 123_456.0, 1e-7, f64::NAN, f64::INFINITY];
    let numbers = numbers.map(|number| words::significant(number, 4));
    assert_eq!(numbers, ["0.3", "123500", "1e-7", "–", "∞"]);
}
