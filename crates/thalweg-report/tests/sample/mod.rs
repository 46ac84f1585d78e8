//! Results as an experiment on digits would leave them, made by formulas.

use std::collections::BTreeMap;

use thalweg::probe::Quantity;
use thalweg_lab::claim::{Evidence, rule};
use thalweg_lab::plan::{Plan, PlannedTrial};
use thalweg_lab::record::{Measurement, Outcome, Termination, Warning, WarningKind};
use thalweg_lab::spec::Experiment;
use thalweg_report::results::{Results, TrialResults};

/// An experiment without figures of its own: a sweep of rates, one of penalties, three seeds.
pub const EXPERIMENT: &str = r#"
title = "Learning rate and implicit regularisation on digits"
question = "Does a larger learning rate find flatter solutions that generalise better, and does the explicit penalty do the same?"
seeds = 3
[data]
name = "mnist-small"
[network]
hidden_widths = [200, 200, 200]
[optimizer]
method = "sgd"
batch_size = 32
[[probe]]
measure = ["loss", "gradient_norm_squared", "r_ig", "lambda", "train_accuracy", "test_accuracy"]
every = "1 epoch"
[stop]
epochs = 60
[[sweep]]
name = "learning-rate"
optimizer.learning_rate = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5]
[[sweep]]
name = "penalty"
optimizer.learning_rate = 0.02
regularizer.coefficient = [0.0, 0.01, 0.03, 0.1, 0.3]
[[claim]]
name = "2.2"
statement = "Larger learning rates find flatter solutions"
source = "Barrett and Dherin 2021, prediction 2.2, Figure 2"
sweep = "learning-rate"
axis = "optimizer.learning_rate"
quantity = "gradient_norm_squared"
expect = "decreases"
scale = "log"
minimum_effect = 0.1
[[claim]]
name = "2.3"
statement = "Larger learning rates find solutions that generalise better"
source = "Barrett and Dherin 2021, prediction 2.3, Figure 2"
sweep = "learning-rate"
axis = "optimizer.learning_rate"
quantity = "test_accuracy"
expect = "increases"
minimum_effect = 0.002
[[claim]]
name = "EGR"
statement = "Explicit gradient regularisation raises test accuracy"
sweep = "penalty"
axis = "regularizer.coefficient"
quantity = "test_accuracy"
expect = "increases"
compare = { from = 0.0, to = 0.01 }
minimum_effect = 0.002
[[claim]]
name = "reverse"
statement = "Explicit gradient regularisation makes solutions steeper"
sweep = "penalty"
axis = "regularizer.coefficient"
quantity = "gradient_norm_squared"
expect = "increases"
compare = { from = 0.0, to = 0.1 }
scale = "log"
"#;

/// The results of an experiment on these formulas; its verdicts follow from them.
pub fn results(text: &str) -> Results {
    let experiment =
        Experiment::parse("sample.toml", text, &[]).unwrap_or_else(|error| panic!("{error}"));
    let plan = Plan::new(&experiment);
    let trials: Vec<TrialResults> = plan.trials.into_iter().map(trial).collect();
    let evidence: Vec<Evidence<'_>> = trials
        .iter()
        .map(|one| Evidence {
            trial: &one.trial,
            outcome: one.outcome.as_ref(),
            path: &one.path,
        })
        .collect();
    let claims = experiment.claims.iter();
    let verdicts = claims
        .map(|claim| rule(claim, &experiment, &evidence))
        .collect();
    Results {
        verdicts,
        trials,
        experiment,
        command: "thalweg run sample.toml --out results".into(),
        version: "0.1.0".into(),
    }
}

/// A trial: rates of 0.5 diverge, seed 2 of the largest penalty is not finished.
fn trial(trial: PlannedTrial) -> TrialResults {
    let rate = trial.spec.optimizer.learning_rate;
    let penalty = trial.spec.setting("regularizer.coefficient");
    let penalty = penalty.and_then(|value| value.as_number()).unwrap_or(0.0);
    let diverges = rate >= 0.5;
    let epochs = if diverges { 2 } else { 60 };
    let seed = trial.spec.seed;
    let path: Vec<Measurement> = (0..=epochs)
        .map(|epoch| measurement(rate, penalty, seed, epoch))
        .collect();
    let is_unfinished = penalty == 0.3 && seed == 2;
    let accuracy = |one: &Measurement| one.get(Quantity::TestAccuracy).unwrap_or(0.0);
    let best = path
        .iter()
        .max_by(|one, other| accuracy(one).total_cmp(&accuracy(other)));
    let outcome = Outcome {
        termination: if diverges {
            Termination::Diverged
        } else {
            Termination::EpochLimit
        },
        steps: epochs * 157,
        max_train_accuracy: Some(if rate < 0.01 { 0.9996 } else { 1.0 }),
        last: path[path.len() - 1].clone(),
        best: best.cloned(),
        warnings: warnings(rate, diverges),
        seconds: 1.0,
    };
    TrialResults {
        trial,
        outcome: (!is_unfinished).then_some(outcome),
        path,
        robustness: None,
    }
}

fn warnings(rate: f64, diverges: bool) -> Vec<Warning> {
    let warning = |kind, message: &str| Warning {
        kind,
        message: message.into(),
    };
    match rate {
        _ if diverges => vec![warning(WarningKind::Diverged, "loss 1.3e7 at step 314")],
        rate if rate < 0.01 => vec![
            warning(
                WarningKind::StillImproving,
                "the best test accuracy is the last",
            ),
            warning(
                WarningKind::NotInterpolating,
                "training accuracy reached 0.9996",
            ),
        ],
        _ => Vec::new(),
    }
}

/// Smooth curves with a little noise that depends on everything.
fn measurement(rate: f64, penalty: f64, seed: u64, epoch: u64) -> Measurement {
    let noise =
        ((seed * 7919 + epoch * 104_729 + (rate * 1e4) as u64 * 31) % 1000) as f64 / 1000.0 - 0.5;
    let seed_noise = (seed as f64 - 1.0) * 0.1;
    let time = rate * epoch as f64;
    let strength = rate / 4.0 + penalty * 0.4;
    let loss =
        (2.3 * (-2.0 * time.sqrt()).exp() / (1.0 + 40.0 * time) + 2e-5) * (1.0 + 0.15 * noise);
    let diverged = rate >= 0.5 && epoch >= 1;
    let loss = if diverged {
        1e3f64.powi(epoch as i32)
    } else {
        loss
    };
    let norm = loss * 30.0 / (1.0 + 200.0 * strength) * 10f64.powf(seed_noise + 0.2 * noise);
    let rise = 1.0 - (-6.0 * time).exp();
    let accuracy = 0.1
        + rise
            * (0.815 + 0.006 * (1.0 + 300.0 * strength).ln() + 0.004 * noise + 0.002 * seed_noise);
    let parameters = 239_410.0;
    let values = BTreeMap::from([
        (Quantity::Loss, loss),
        (Quantity::GradientNormSquared, norm),
        (Quantity::RIg, norm / parameters),
        (Quantity::Lambda, rate * parameters / 4.0),
        (Quantity::TrainAccuracy, (0.1 + rise * 0.9).min(1.0)),
        (
            Quantity::TestAccuracy,
            if diverged { 0.1 } else { accuracy },
        ),
    ]);
    Measurement {
        step: epoch * 157,
        epoch: epoch as f64,
        time: time * 157.0,
        values,
    }
}
