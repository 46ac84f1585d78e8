//! Transfers between settings of experiment files.

use std::path::Path;

use thalweg::Threads;
use thalweg::modified::stochastic::StochasticCoefficients;

use super::{
    Doubt, Limits, Measured, NoLoss, Role, Subject, TransferError, Transferred, retrained,
};
use crate::spec::{Experiment, OptimizerSpec, Override, TrialSpec};

/// 120 examples in batches of 12, h = 0.2.
const FILE: &str = r#"title = "Small"
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

fn load(text: &str, overrides: &[&str]) -> Result<Subject, TransferError> {
    let overrides = overrides.iter().map(|text| Override::parse(text).unwrap());
    let overrides: Vec<Override> = overrides.collect();
    Subject::load(("small.toml", text), &overrides, None, Path::new("nowhere"))
}

fn optimizer(text: &str) -> OptimizerSpec {
    OptimizerSpec::parse("--to", text).unwrap_or_else(|error| panic!("{error}"))
}

fn between(subject: &Subject, to: &str) -> Result<Transferred, TransferError> {
    let target = subject.target(&optimizer(to))?;
    Transferred::between(subject.original()?, target, None)
}

fn total(text: &str) -> StochasticCoefficients {
    load(text, &[]).unwrap().original().unwrap().total()
}

fn trials(text: &str) -> Vec<TrialSpec> {
    let experiment = Experiment::parse("new.toml", text, &[]).unwrap();
    let sweeps = experiment.sweeps.into_iter();
    sweeps.flat_map(|sweep| sweep.trials).collect()
}

fn written(text: &str, to: &str, limits: Limits) -> String {
    let subject = load(text, &[]).unwrap();
    let transferred = between(&subject, to).unwrap();
    let penalty = transferred.usable().unwrap();
    retrained(&subject, &transferred, penalty, limits, "small.toml").unwrap()
}

#[test]
fn the_written_file_has_the_originals_coefficients_whatever_it_was_and_becomes() {
    let with = |penalty: &str| format!("{FILE}[regularizer]\n{penalty}\n");
    let momentum = FILE.replace(
        "method = \"sgd\"\nlearning_rate = 0.2",
        "method = \"heavy-ball\"\nmomentum = 0.8\nlearning_rate = 0.02",
    );
    let steps = FILE.replace("\"sgd\"", "\"n-step\"\nsteps_per_batch = 2");
    let drawn = FILE.replace("\"sgd\"", "\"sgd\"\nsampling = \"with-replacement\"");
    let files = [
        FILE.to_owned(),
        with("coefficient = 0.03"),
        with("coefficient = 0.03\nnormalisation = \"e-reg\"\nmicro_batch_size = 5"),
        with("coefficient = 3.0\nnormalisation = \"r-ig\""),
        with("coefficient = 0.04\nmicro_batch_size = 3\nwhole_batch_coefficient = -0.02"),
        with("kind = \"implicit-multiple\"\nmultiplier = 1.0"),
        with("coefficient = 0.02\nderivative = \"central-difference\"\nepsilon = 1e-3"),
        momentum,
        steps,
        drawn,
    ];
    let targets = [
        "learning_rate=0.02,batch_size=40",
        "learning_rate=0.05,batch_size=12",
        "learning_rate=0.1,batch_size=all",
        "learning_rate=0.01,batch_size=50",
        "learning_rate=0.1,steps_per_batch=4,batch_size=60",
        "method=heun,learning_rate=0.1,batch_size=all",
    ];
    let mut count = 0;
    for (file, to) in files.iter().flat_map(|file| targets.map(|to| (file, to))) {
        let subject = load(file, &[]).unwrap();
        let transferred = between(&subject, to).unwrap();
        let Some(penalty) = transferred.usable() else {
            assert!(!transferred.obstacle().is_empty(), "{to}\n{file}");
            continue;
        };
        count += 1;
        let text = retrained(&subject, &transferred, penalty, Limits::Same, "x").unwrap();
        let (before, after) = (total(file), total(&text));
        let near = |one: f64, other: f64| (one - other).abs() <= 1e-12 * one.abs();
        assert!(near(before.full_batch, after.full_batch), "{text}");
        assert!(
            (before.gradient_variance - after.gradient_variance).abs() <= 1e-12 * before.full_batch,
            "{before:?} {after:?} {text}"
        );
        let new = trials(&text);
        assert_eq!(new.len(), 2);
        assert!(new.iter().all(|trial| trial.optimizer == optimizer(to)));
        let derivative =
            |trial: &TrialSpec| trial.regularizer.map(|one| (one.derivative, one.epsilon));
        let (old, new) = (derivative(subject.trial()), derivative(&new[0]));
        assert!(old.is_none() || new.is_none() || old == new, "{text}");
    }
    assert!(count > 40, "{count} of 60 were possible");
}

#[test]
fn limits_stay_or_cover_the_same_time() {
    let file = FILE.replace("epochs = 6", "epochs = 6\nsteps = 70\ntime = 3.5");
    let to = "learning_rate=0.1,batch_size=24";
    let stop = |text: &str| trials(text)[0].stop;
    let same = stop(&written(&file, to, Limits::Same));
    assert_eq!(
        (same.epochs, same.steps, same.time),
        (Some(6), Some(70), Some(3.5))
    );
    // An epoch is 10 steps of 0.2, then 5 of 0.1.
    let equal = stop(&written(&file, to, Limits::EqualTime));
    assert_eq!(
        (equal.epochs, equal.steps, equal.time),
        (Some(24), Some(140), Some(3.5))
    );
    // n·h is a tenth of n·h_e with momentum 0.9.
    let file = file.replace(
        "learning_rate = 0.2",
        "learning_rate = 0.02\nmomentum = 0.9",
    );
    let file = file.replace("\"sgd\"", "\"heavy-ball\"");
    let equal = stop(&written(
        &file,
        "learning_rate=0.1,batch_size=all",
        Limits::EqualTime,
    ));
    assert_eq!((equal.epochs, equal.steps), (Some(120), Some(140)));
    assert!((equal.time.unwrap() - 35.0).abs() < 1e-12);
}

#[test]
fn what_helps_is_said_and_helps() {
    let subject = load(FILE, &[]).unwrap();
    for (to, rate, size) in [
        ("learning_rate=1.6,batch_size=96", Some(0.2), None),
        ("learning_rate=0.1,batch_size=6", None, Some(12)),
        ("learning_rate=0.3,batch_size=4", Some(0.2), Some(12)),
        (
            "method=heavy-ball,learning_rate=0.02,batch_size=12",
            None,
            None,
        ),
    ] {
        let transferred = between(&subject, to).unwrap();
        assert_eq!(transferred.usable(), None, "{to}");
        let remedy = transferred.remedy.unwrap();
        let target = optimizer(to);
        if let Some(rate) = rate {
            assert!((remedy.learning_rate - rate).abs() < 1e-12, "{remedy:?}");
        }
        if let Some(size) = size {
            assert_eq!(remedy.batch_size, size);
        }
        let better = OptimizerSpec {
            learning_rate: remedy.learning_rate,
            batch: target.batch.map(|batch| crate::spec::BatchSpec {
                size: remedy.batch_size,
                ..batch
            }),
            ..target
        };
        if better == subject.trial().optimizer {
            continue;
        }
        let better = subject.target(&better).unwrap();
        let transferred = Transferred::between(subject.original().unwrap(), better, None).unwrap();
        assert!(transferred.usable().is_some(), "{to}: {remedy:?}");
    }
}

#[test]
fn trials_that_train_differently_have_to_be_told_apart() {
    let rates = ["optimizer.learning_rate=[0.1, 0.2]"];
    let error = load(FILE, &rates).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the trials of the file differ in `optimizer.learning_rate`, which is 0.1, 0.2: one setting \
         is transferred at a time; fix it, as in --set optimizer.learning_rate=0.1"
    );
    let sizes = load(FILE, &["data.train_examples=[60, 120]"]).unwrap_err();
    assert!(sizes.to_string().contains("data.train_examples"), "{sizes}");
    let widths = [
        "network.hidden_widths=[[4], [5]]",
        "regularizer.coefficient=0.1",
    ];
    assert!(load(FILE, &widths).is_ok());
    let of_parameters = [widths[0], widths[1], "regularizer.normalisation=r-ig"];
    let error = load(FILE, &of_parameters).unwrap_err();
    assert!(
        error.to_string().contains("network.hidden_widths"),
        "{error}"
    );
    // What varies otherwise is kept.
    let subject = load(FILE, &widths[..1]).unwrap();
    let transferred = between(&subject, "learning_rate=0.1,batch_size=12").unwrap();
    let penalty = transferred.usable().unwrap();
    let text = retrained(&subject, &transferred, penalty, Limits::Same, "x").unwrap();
    assert_eq!(trials(&text).len(), 4);
}

#[test]
fn what_has_no_modified_loss_is_refused_with_the_reason() {
    let subject = load(FILE, &[]).unwrap();
    for (to, expected) in [
        (
            "method=adam,learning_rate=0.1",
            NoLoss::Method { method: "adam" },
        ),
        (
            "method=sam,radius=0.1,learning_rate=0.1",
            NoLoss::Method { method: "sam" },
        ),
        (
            "learning_rate=0.1,batch_size=12,sampling=fixed-order",
            NoLoss::FixedOrder,
        ),
    ] {
        match between(&subject, to) {
            Err(TransferError::NoModifiedLoss {
                role: Role::Target,
                reason,
            }) => assert_eq!(reason, expected),
            other => panic!("{to}: {other:?}"),
        }
    }
    let large = between(&subject, "learning_rate=0.1,batch_size=121");
    assert!(matches!(
        large,
        Err(TransferError::BatchTooLarge { size: 121, .. })
    ));
    let same = between(&subject, "learning_rate=0.2,batch_size=12");
    assert!(matches!(same, Err(TransferError::Identical)));
}

#[test]
fn doubts_follow_from_settings_and_from_what_is_measured() {
    let subject = load(FILE, &["network.activation=relu"]).unwrap();
    let transferred = between(&subject, "learning_rate=50,batch_size=50").unwrap();
    let measured = Measured::of(&subject, &Threads::one()).unwrap();
    let [start, end] = measured.places[..] else {
        panic!("{measured:?}");
    };
    assert!(end.loss < start.loss && start.largest_curvature > 0.0);
    let doubts = Doubt::all(&transferred, Some(&subject), Some(&measured));
    let kinds: Vec<&str> = doubts.iter().map(Doubt::kind).collect();
    for kind in [
        "unequal-batches",
        "not-smooth",
        "near-the-edge",
        "long-epoch",
    ] {
        assert!(kinds.contains(&kind), "{kind}: {kinds:?}");
    }
    let expected = 50.0 * start.largest_curvature / 2.0;
    let stability = start.stability(&transferred.target).unwrap();
    assert!((stability - expected).abs() < 1e-9 * expected);
    let gentle = between(&subject, "learning_rate=0.1999999,batch_size=12").unwrap();
    let doubts = Doubt::all(&gentle, Some(&subject), Some(&measured));
    let negligible = doubts.iter().filter(|one| one.kind() == "negligible");
    assert_eq!(negligible.count(), 2, "{doubts:?}");
    let explosive = load(FILE, &["optimizer.learning_rate=1e6"]).unwrap();
    let measured = Measured::of(&explosive, &Threads::one()).unwrap();
    assert!(measured.diverged && measured.places.len() == 1);
}

#[test]
fn the_place_after_an_epoch_is_where_the_trial_itself_is_then() {
    let file = FILE
        .replace("epochs = 6", "epochs = 1")
        .replace("seeds = 2", "precision = \"f64\"\nseeds = [4]");
    let file = format!(
        "{file}[regularizer]\ncoefficient = 0.02\n[[probe]]\nmeasure = [\"loss\", \"gradient_norm_squared\"]\nevery = \"1 epoch\"\n"
    );
    let subject = load(&file, &[]).unwrap();
    let measured = Measured::of(&subject, &Threads::one()).unwrap();
    let experiment = Experiment::parse("x", &file, &[]).unwrap();
    let plan = crate::plan::Plan::new(&experiment);
    let folder = tempfile::tempdir().unwrap();
    let identity = crate::store::ExperimentIdentity {
        id: plan.id.clone(),
        title: String::new(),
        question: String::new(),
        overrides: Vec::new(),
        command: String::new(),
        version: String::new(),
    };
    let path = folder.path().join("run");
    let run = crate::store::RunFolder::open_or_create(&path, &file, &identity).unwrap();
    let datasets = crate::datasets::Datasets::load(&experiment, Path::new("nowhere")).unwrap();
    let surroundings = crate::trial::Surroundings {
        datasets: &datasets,
        threads: &Threads::one(),
        interrupt: &std::sync::atomic::AtomicBool::new(false),
    };
    let trial = &plan.trials[0];
    let ended = crate::trial::run(trial, &run.trial(&trial.id), surroundings, &mut |_| {}).unwrap();
    let crate::trial::Ended::Finished(outcome) = ended else {
        panic!("{ended:?}");
    };
    let last = outcome.last.get(thalweg::probe::Quantity::Loss).unwrap();
    assert!(
        (measured.places[1].loss - last).abs() < 1e-12,
        "{measured:?} {last}"
    );
}

#[test]
fn schedules_clipping_and_weight_decay_are_kept_and_spoken_of() {
    let text = format!(
        "{}[schedule]\nkind = \"step\"\nevery = \"2 epochs\"\nfactor = 0.5\nwarm_up = \"10 steps\"\n\
         [weight_decay]\nkind = \"coupled\"\ncoefficient = 0.01\n",
        FILE.replace("batch_size = 12", "batch_size = 12\nclip_norm = 5.0")
    );
    let subject = load(&text, &[]).unwrap();
    let transferred = between(&subject, "learning_rate=0.1,batch_size=24").unwrap();
    let doubts = Doubt::all(&transferred, Some(&subject), None);
    let kinds: Vec<&str> = doubts.iter().map(Doubt::kind).collect();
    assert_eq!(kinds, ["clipped", "scheduled", "weight-decay"]);
    let new = &trials(&written(
        &text,
        "learning_rate=0.1,batch_size=24",
        Limits::EqualTime,
    ))[0];
    let settings = [
        "schedule.every",
        "schedule.warm_up",
        "weight_decay.in_penalty",
    ];
    let settings = settings.map(|path| new.setting(path).unwrap().to_string());
    assert_eq!(settings, ["8 epochs", "20 steps", "true"]);
    let decoupled = text.replace("\"coupled\"", "\"decoupled\"");
    let subject = load(&decoupled, &[]).unwrap();
    let error = between(
        &subject,
        "method=heavy-ball,learning_rate=0.01,batch_size=24",
    )
    .unwrap_err();
    assert!(
        error.to_string().contains("decoupled weight decay"),
        "{error}"
    );
    let varied = load(FILE, &["stop.epochs=[2, 4]"]).unwrap();
    let transferred = between(&varied, "learning_rate=0.1,batch_size=24").unwrap();
    let penalty = transferred.usable().unwrap();
    let changed = |limits| retrained(&varied, &transferred, penalty, limits, "x");
    assert!(changed(Limits::Same).is_ok());
    assert!(matches!(
        changed(Limits::EqualTime),
        Err(TransferError::Differ { .. })
    ));
}
