//! Schedules, weight decay, clipping and the last batch in files.

use super::{FILE, file_of_method, file_with, parse_overrides, read, trials};
use crate::spec::{
    CourseSpec, DecayKind, Duration, Experiment, Problem, ScheduleSpec, Setting, TrialSpec,
    WeightDecaySpec,
};

/// The good file with more after it.
fn and(more: &str) -> String {
    format!("{FILE}\n{more}\n")
}

fn message(text: &str) -> String {
    let error = Experiment::parse("digits.toml", text, &[]).unwrap_err();
    error.to_string()
}

/// The trial of a file, after it was written and read again in both ways.
fn trial_of(text: &str) -> TrialSpec {
    let experiment = read(text);
    let trial = trials(&experiment)[0].clone();
    assert_eq!(
        TrialSpec::from_toml("a.toml", &trial.to_toml()).unwrap(),
        trial
    );
    assert_eq!(read(&experiment.to_toml()).sweeps, experiment.sweeps);
    trial
}

const COSINE: &str = "[schedule]\nkind = \"cosine\"\nwarm_up = \"2 epochs\"";

#[test]
fn schedules_are_read_and_written() {
    let schedule = |more: &str| trial_of(&and(&format!("[schedule]\n{more}"))).schedule;
    let expected = |warm_up, course| Some(ScheduleSpec { warm_up, course });
    assert_eq!(
        schedule("warm_up = \"1 epoch\""),
        expected(Some(Duration::Epochs(1)), CourseSpec::Constant)
    );
    let step = CourseSpec::Step {
        every: Duration::Epochs(30),
        factor: 0.1,
    };
    assert_eq!(
        schedule("kind = \"step\"\nevery = \"30 epochs\"\nfactor = 0.1"),
        expected(None, step)
    );
    let cosine = CourseSpec::Cosine {
        length: Some(Duration::Steps(500)),
        final_factor: 0.01,
    };
    assert_eq!(
        schedule(
            "kind = \"cosine\"\nwarm_up = \"5 steps\"\nlength = \"500 steps\"\nfinal_factor = 0.01"
        ),
        expected(Some(Duration::Steps(5)), cosine)
    );
    let whole = CourseSpec::Cosine {
        length: None,
        final_factor: 0.0,
    };
    assert_eq!(schedule("kind = \"cosine\""), expected(None, whole));
}

#[test]
fn what_changes_nothing_leaves_the_identity_as_it_is() {
    let plain = trials(&read(FILE))[0].id();
    for neutral in [
        "[schedule]",
        "[schedule]\nkind = \"constant\"",
        "[weight_decay]\nkind = \"decoupled\"\ncoefficient = 0",
    ] {
        assert_eq!(trial_of(&and(neutral)).id(), plain, "{neutral}");
    }
    let keep = file_with("batch_size = 32", "batch_size = 32\nlast_batch = \"keep\"");
    assert_eq!(trial_of(&keep).id(), plain);
    let mut ids = vec![plain];
    for other in [
        COSINE,
        "[schedule]\nkind = \"cosine\"",
        "[schedule]\nwarm_up = \"2 epochs\"",
        "[weight_decay]\nkind = \"decoupled\"\ncoefficient = 0.1",
        "[weight_decay]\nkind = \"coupled\"\ncoefficient = 0.1",
    ] {
        ids.push(trial_of(&and(other)).id());
    }
    for setting in ["last_batch = \"drop\"", "clip_norm = 1"] {
        let text = file_with("batch_size = 32", &format!("batch_size = 32\n{setting}"));
        ids.push(trial_of(&text).id());
    }
    let count = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), count);
}

#[test]
fn all_of_it_can_be_swept() {
    for (more, path, count) in [
        (
            "[schedule]\nkind = [\"constant\", \"cosine\"]",
            "schedule.kind",
            2,
        ),
        (
            "[schedule]\nwarm_up = [\"1 epoch\", \"20 steps\"]",
            "schedule.warm_up",
            2,
        ),
        (
            "[schedule]\nkind = \"step\"\nevery = [\"1 epoch\", \"2 epochs\"]\nfactor = 0.5",
            "schedule.every",
            2,
        ),
        (
            "[schedule]\nkind = \"step\"\nevery = \"1 epoch\"\nfactor = [0.5, 1]",
            "schedule.factor",
            2,
        ),
        (
            "[schedule]\nkind = \"cosine\"\nlength = [\"1 epoch\", \"9 steps\"]",
            "schedule.length",
            2,
        ),
        (
            "[schedule]\nkind = \"cosine\"\nfinal_factor = [0, 0.5]",
            "schedule.final_factor",
            2,
        ),
        (
            "[weight_decay]\nkind = \"decoupled\"\ncoefficient = [0, 0.01, 0.1]",
            "weight_decay.coefficient",
            3,
        ),
        (
            "[weight_decay]\nkind = [\"coupled\", \"decoupled\"]\ncoefficient = 0.01",
            "weight_decay.kind",
            2,
        ),
        (
            "[weight_decay]\nkind = \"coupled\"\ncoefficient = 0.01\nin_penalty = [true, false]\n\
             [regularizer]\ncoefficient = 0.1",
            "weight_decay.in_penalty",
            2,
        ),
        (
            "[weight_decay]\nkind = \"coupled\"\ncoefficient = 0.01\nin_penalty = true\n\
             [regularizer]\ncoefficient = [0, 0.1]",
            "regularizer.coefficient",
            2,
        ),
    ] {
        let experiment = read(&and(more));
        assert_eq!(experiment.sweeps[0].axes[0].path, path);
        let trials = trials(&experiment);
        assert_eq!(trials.len(), count, "{more}");
        assert_eq!(read(&experiment.to_toml()).sweeps, experiment.sweeps);
        for trial in trials {
            let read = TrialSpec::from_toml("a.toml", &trial.to_toml()).unwrap();
            assert_eq!(&read, trial, "{more}");
        }
    }
    let swept = file_with("batch_size = 32", "batch_size = 32\nclip_norm = [1, 2]");
    assert_eq!(trials(&read(&swept)).len(), 2);
}

#[test]
fn whether_decay_is_in_the_penalty_is_told_and_shown() {
    let of = |in_penalty: bool| {
        let more = format!(
            "[weight_decay]\nkind = \"coupled\"\ncoefficient = 0.01\nin_penalty = {in_penalty}\n\
             [regularizer]\ncoefficient = 0.1"
        );
        let experiment = read(&and(&more));
        let line = format!("in_penalty = {in_penalty}\n");
        assert!(experiment.to_toml().contains(&line));
        trial_of(&and(&more))
    };
    for in_penalty in [true, false] {
        let trial = of(in_penalty);
        let expected = WeightDecaySpec {
            coefficient: 0.01,
            kind: DecayKind::Coupled,
            in_penalty: Some(in_penalty),
        };
        assert_eq!(trial.weight_decay, Some(expected));
        assert_eq!(
            trial.setting("weight_decay.in_penalty"),
            Some(Setting::Boolean(in_penalty))
        );
    }
    assert_ne!(of(true).id(), of(false).id());
}

#[test]
fn no_decay_has_a_coefficient_of_zero_so_that_a_sweep_has_its_column() {
    let coefficient = trials(&read(FILE))[0].setting("weight_decay.coefficient");
    assert_eq!(coefficient, Some(Setting::Number(0.0)));
    let overridden = Experiment::parse(
        "a.toml",
        &and("[weight_decay]\nkind = \"decoupled\"\ncoefficient = 0.1"),
        &parse_overrides(&["weight_decay.coefficient=0", "schedule.warm_up=1 epoch"]),
    )
    .unwrap();
    assert_eq!(trials(&overridden)[0].weight_decay, None);
    assert!(trials(&overridden)[0].schedule.is_some());
}

#[test]
fn a_setting_of_another_schedule_means_nothing() {
    assert_eq!(
        message(&and("[schedule]\nkind = \"cosine\"\nfactor = 0.1")),
        r#"error: `schedule.factor` means nothing where `schedule.kind` is "cosine"
  --> digits.toml:17:1
   |
17 | factor = 0.1
   | ^^^^^^
   |
   = help: take it out"#
    );
    for (more, key, kind) in [
        ("every = \"1 epoch\"", "every", "constant"),
        ("length = \"1 epoch\"", "length", "constant"),
        (
            "kind = \"step\"\nevery = \"1 epoch\"\nfactor = 0.1\nfinal_factor = 0.1",
            "final_factor",
            "step",
        ),
    ] {
        let expected =
            format!("`schedule.{key}` means nothing where `schedule.kind` is \"{kind}\"");
        let message = message(&and(&format!("[schedule]\n{more}")));
        assert!(message.contains(&expected), "{message}");
        assert_eq!(message.matches("error:").count(), 1, "{message}");
    }
}

#[test]
fn factors_and_durations_outside_their_ranges_are_pointed_at() {
    assert_eq!(
        message(&and(
            "[schedule]\nkind = \"step\"\nevery = \"30 weeks\"\nfactor = [0.1, 1.5]"
        )),
        r#"error: `schedule.every` is "30 weeks", but must be `5 epochs` or `200 steps` in quotes (counts from 1)
  --> digits.toml:17:9
   |
17 | every = "30 weeks"
   |         ^^^^^^^^^^

error: `schedule.factor` is 1.5, but must be a number above 0 and at most 1
  --> digits.toml:18:16
   |
18 | factor = [0.1, 1.5]
   |                ^^^"#
    );
    for (more, wanted) in [
        ("[schedule]\nwarm_up = \"0 steps\"", "counts from 1"),
        (
            "[schedule]\nkind = \"cosine\"\nfinal_factor = -1",
            "a number from 0 to 1",
        ),
        (
            "[schedule]\nkind = \"cosnie\"\nlength = \"1 epoch\"",
            "did you mean `cosine`?",
        ),
        (
            "[weight_decay]\nkind = \"coupled\"\ncoefficient = -1",
            "0 or more",
        ),
    ] {
        let message = message(&and(more));
        assert!(message.contains(wanted), "{message}");
        assert_eq!(message.matches("error:").count(), 1, "{message}");
    }
    let clipped = file_with("batch_size = 32", "batch_size = 32\nclip_norm = 0");
    assert!(message(&clipped).contains("`optimizer.clip_norm` is 0, but must be a positive"));
}

#[test]
fn a_step_schedule_says_how_often_and_by_how_much() {
    let message = message(&and("[schedule]\nkind = \"step\""));
    assert!(message.contains("`schedule.every` is missing"), "{message}");
    assert!(
        message.contains("`schedule.factor` is missing"),
        "{message}"
    );
}

#[test]
fn a_falling_rate_may_never_reach_a_time() {
    let timed = file_with("epochs = 2", "time = 2");
    for kind in [
        "kind = \"step\"\nevery = \"1 epoch\"\nfactor = 0.5",
        "kind = \"cosine\"",
    ] {
        assert_eq!(
            message(&format!("{timed}\n[schedule]\n{kind}\n")),
            r#"error: nothing is certain to end a trial: a falling learning rate may never reach `stop.time`
  --> digits.toml:12:1
   |
12 | [stop]
   | ^^^^^^
   |
   = help: give `steps` or `epochs` in `[stop]` as well"#
        );
    }
    read(&format!("{timed}\n[schedule]\nwarm_up = \"1 epoch\"\n"));
    read(&format!(
        "{timed}steps = 9\n[schedule]\nkind = \"cosine\"\n"
    ));
}

#[test]
fn decay_is_told_from_the_penalty_where_both_are() {
    let both = "[weight_decay]\nkind = \"coupled\"\ncoefficient = 0.1\n\
                [regularizer]\ncoefficient = 0.1";
    let text = message(&and(both));
    assert!(
        text.starts_with("error: `weight_decay.in_penalty` is missing"),
        "{text}"
    );
    assert!(text.contains("help: give true or false"), "{text}");
    let alone = "[weight_decay]\nkind = \"coupled\"\ncoefficient = 0.1\nin_penalty = true";
    let text = message(&and(alone));
    assert!(
        text.contains("`weight_decay.in_penalty` needs `regularizer.coefficient` beside it"),
        "{text}"
    );
    let decoupled = both.replace("\"coupled\"", "\"decoupled\"");
    assert_eq!(
        trial_of(&and(&decoupled)).weight_decay.unwrap().in_penalty,
        None
    );
    let decoupled = alone.replace("\"coupled\"", "\"decoupled\"");
    let text = message(&and(&decoupled));
    assert!(
        text.contains("means nothing where `weight_decay.kind`"),
        "{text}"
    );
    let kind = message(&and("[weight_decay]\ncoefficient = 0.1"));
    assert!(kind.contains("`weight_decay.kind` is missing"), "{kind}");
}

#[test]
fn a_last_batch_is_dropped_only_where_there_are_batches() {
    let text = message(&file_of_method(
        "method = \"adam\"\nlearning_rate = 0.1\nlast_batch = \"drop\"",
    ));
    assert!(
        text.contains("`optimizer.last_batch` needs `optimizer.batch_size` beside it"),
        "{text}"
    );
    let full =
        file_of_method("method = \"gradient-descent\"\nlearning_rate = 0.1\nlast_batch = \"drop\"");
    let error = Experiment::parse("a.toml", &full, &[]).unwrap_err();
    let found: Vec<&Problem> = error.problems().collect();
    assert!(
        matches!(found[..], [Problem::Inapplicable { .. }]),
        "{error}"
    );
}
