//! Optimizers in one line, and penalties of the whole batch below zero.

use thalweg::optimizer::Sampling;

use super::{file_with, read, trials};
use crate::spec::{BatchSpec, Experiment, Method, OptimizerSpec};

fn optimizer(text: &str) -> OptimizerSpec {
    OptimizerSpec::parse("--to", text).unwrap_or_else(|error| panic!("{error}"))
}

fn message(text: &str) -> String {
    OptimizerSpec::parse("--to", text).unwrap_err().to_string()
}

#[test]
fn the_method_follows_from_the_settings_unless_it_is_named() {
    let size = |optimizer: OptimizerSpec| optimizer.batch.map(|batch: BatchSpec| batch.size);
    let sgd = optimizer("learning_rate=0.1, batch_size=32");
    assert_eq!(
        (sgd.learning_rate, sgd.method, size(sgd)),
        (0.1, Method::Sgd, Some(32))
    );
    for text in [
        "learning_rate=0.1",
        "learning_rate=0.1,batch_size=all",
        "method=sgd,learning_rate=0.1,batch_size=all",
    ] {
        let whole = optimizer(text);
        assert_eq!(
            (whole.method, whole.batch),
            (Method::GradientDescent, None),
            "{text}"
        );
    }
    let steps = optimizer("learning_rate=0.1,steps_per_batch=4,batch_size=8");
    assert_eq!(steps.method, Method::NStep { steps_per_batch: 4 });
    let momentum = optimizer("learning_rate=0.1,momentum=0.8,batch_size=all");
    assert_eq!(momentum.method, Method::HeavyBall { momentum: 0.8 });
    let drawn = optimizer(
        "method=nesterov,momentum=0.5,learning_rate=1e-2,batch_size=9,sampling=\"with-replacement\"",
    );
    assert_eq!(drawn.batch.unwrap().sampling, Sampling::WithReplacement);
    assert_eq!(drawn.method, Method::Nesterov { momentum: 0.5 });
}

#[test]
fn mistakes_are_pointed_at_where_they_were_typed() {
    assert_eq!(
        message("learning_rat=0.1,batch_size=32"),
        r"error: unknown key `optimizer.learning_rat`
 --> --to:1:1
  |
1 | learning_rat=0.1,batch_size=32
  | ^^^^^^^^^^^^
  |
  = help: did you mean `learning_rate`? known here: method, learning_rate, batch_size, sampling, last_batch, clip_norm"
    );
    for (text, words) in [
        ("batch_size=32", "`optimizer.learning_rate` is missing"),
        (
            "learning_rate=-1",
            "is -1, but must be a positive, finite number",
        ),
        ("learning_rate=0.1,batch_size=0", "whole number, 1 or more"),
        ("learning_rate=0.1,momentum=1", "0 or more and below 1"),
        (
            "learning_rate=0.1,learning_rate=0.2",
            "has `learning_rate` twice",
        ),
        ("learning_rate=0.1,", "`` is no setting"),
        ("0.1", "write `key=value`"),
        ("learning_rate=", "`learning_rate=` is no setting"),
        (
            "learning_rate=0.1,sampling=shuffeld,batch_size=2",
            "did you mean `shuffled`?",
        ),
        (
            "learning_rate=0.1,method=sdg,batch_size=2",
            "has no choice `sdg`",
        ),
        ("learning_rate=0.1,sampling=shuffled", "means nothing where"),
    ] {
        let message = message(text);
        assert!(message.contains(words), "{words}:\n{message}");
    }
}

#[test]
fn the_whole_batch_may_take_back_what_its_micro_batches_add_and_no_more() {
    let with = |whole: &str| {
        let lines = format!(
            "[regularizer]\ncoefficient = 0.1\nmicro_batch_size = 8\nwhole_batch_coefficient = {whole}\n\n[stop]"
        );
        file_with("[stop]", &lines)
    };
    for whole in ["-0.1", "-0.05", "0.2"] {
        let experiment = read(&with(whole));
        let found = trials(&experiment)[0].regularizer.unwrap();
        let expected: f64 = whole.parse().unwrap();
        let parts = found.micro_batches.unwrap();
        assert_eq!(parts.whole_batch_coefficient, expected);
        let penalty = found.batch_penalty(None, 10);
        assert_eq!(penalty.whole_batch_coefficient, expected, "it is applied");
        assert_eq!(read(&experiment.to_toml()).to_toml(), experiment.to_toml());
    }
    let error = Experiment::parse("x", &with("-0.101"), &[]).unwrap_err();
    let message = error.to_string();
    assert!(
        message.contains("is -0.101, but must be -0.1 or more"),
        "{message}"
    );
}
