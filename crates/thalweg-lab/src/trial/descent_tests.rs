//! Steps of trials against steps computed by hand.

use thalweg::Threads;
use thalweg::network::{Mlp, Network};
use thalweg::objective::{FiniteSum, Gradient, HessianVector, Minibatch, Objective, Supervised};
use thalweg::optimizer::Sampling;
use thalweg::probe::{Needs, Observation, Quantity};
use thalweg::vector::{add_scaled, dot, norm_squared};

use super::descent::Descent;
use crate::datasets::Datasets;
use crate::record::StreamedSums;
use crate::spec::{Experiment, TrialSpec};

const W: f64 = 0.3;
const H: f64 = 0.25;
const EXAMPLES: usize = 30;

fn spec(optimizer: &str, extra: &str) -> (Experiment, TrialSpec) {
    let text = format!(
        "precision = \"f64\"\n[data]\nname = \"mnist-small\"\ntrain_examples = {EXAMPLES}\n\
         test_examples = 5\n[network]\nhidden_widths = [4]\nactivation = \"tanh\"\n[optimizer]\n\
         {optimizer}\nlearning_rate = {H}\n[stop]\nsteps = 8\n{extra}\n"
    );
    let read = || Experiment::parse("a.toml", &text, &[]).unwrap_or_else(|e| panic!("{e}"));
    (read(), read().into_one_trial("a.toml", &text).unwrap())
}

fn objective(experiment: &Experiment, spec: &TrialSpec) -> (Supervised<f64>, Vec<f64>) {
    let datasets = Datasets::load(experiment, std::path::Path::new("unused")).unwrap();
    let data = datasets.double(&spec.data).unwrap().training;
    let (widths, activation) = (&spec.network.hidden_widths, spec.network.activation);
    let network = Mlp::new(data.features(), widths, data.outputs(), activation).unwrap();
    let parameters = network.parameters();
    let start = parameters.initialise(spec.network.initialisation, 0.1, spec.seed);
    let network = Box::new(network);
    let objective = Supervised::new(network, spec.loss, data, Threads::one()).unwrap();
    (objective, start)
}

/// The points of so many steps, the start included, and how many of the steps were clipped.
fn descend(optimizer: &str, extra: &str, steps: u64) -> (Vec<Vec<f64>>, usize) {
    let (experiment, spec) = spec(optimizer, extra);
    let (mut objective, start) = objective(&experiment, &spec);
    let count = start.len();
    let mut descent = Descent::new(&spec, EXAMPLES, count, &Threads::one()).unwrap();
    let mut sums = StreamedSums::default();
    let mut state = descent.start(start.clone());
    let (mut path, mut clipped) = (vec![start], 0);
    for step in 0..steps {
        state = descent
            .step(step, state, &mut objective, &mut sums)
            .unwrap();
        clipped += usize::from(descent.has_clipped());
        path.push(state.theta.clone());
    }
    (path, clipped)
}

/// The path of θ ← θ − h·direction, where `direction` is given the batch of the step.
fn by_hand(
    size: usize,
    steps: usize,
    mut direction: impl FnMut(&mut Minibatch<'_, Supervised<f64>>, &[f64]) -> Vec<f64>,
) -> Vec<Vec<f64>> {
    let (experiment, spec) = spec("method = \"sgd\"\nbatch_size = 10", "");
    let (mut objective, start) = objective(&experiment, &spec);
    let mut path = vec![start];
    for step in 0..steps {
        let (epoch, within) = (step / (EXAMPLES / size), step % (EXAMPLES / size));
        let order = Sampling::Shuffled.epoch_order(EXAMPLES, 0, epoch as u64);
        let batch = &order[within * size..(within + 1) * size];
        let mut theta = path[step].clone();
        let direction = direction(&mut Minibatch::new(&mut objective, batch), &theta);
        add_scaled(&mut theta, -H, &direction);
        path.push(theta);
    }
    path
}

fn gradient(objective: &mut impl Gradient<f64>, theta: &[f64]) -> Vec<f64> {
    let mut gradient = vec![0.0; theta.len()];
    objective.gradient(theta, &mut gradient).unwrap();
    gradient
}

/// The largest difference of two paths.
fn distance(left: &[Vec<f64>], right: &[Vec<f64>]) -> f64 {
    assert_eq!(left.len(), right.len());
    let pairs = left.iter().flatten().zip(right.iter().flatten());
    pairs.map(|(x, y)| (x - y).abs()).fold(0.0, f64::max)
}

const SGD: &str = "method = \"sgd\"\nbatch_size = 10";

fn decay(kind: &str, rest: &str) -> String {
    format!("[weight_decay]\nkind = \"{kind}\"\ncoefficient = {W}\n{rest}")
}

#[test]
fn coupled_decay_is_part_of_each_gradient_and_decoupled_the_same_for_plain_descent() {
    let expected = by_hand(10, 6, |batch, theta| {
        let mut direction = gradient(batch, theta);
        add_scaled(&mut direction, W, theta);
        direction
    });
    let (coupled, _) = descend(SGD, &decay("coupled", ""), 6);
    assert!(distance(&coupled, &expected) < 1e-14);
    let (decoupled, _) = descend(SGD, &decay("decoupled", ""), 6);
    assert!(distance(&decoupled, &expected) < 1e-14);
    let (none, _) = descend(SGD, "", 6);
    assert!(distance(&none, &expected) > 1e-2);
}

#[test]
fn decoupled_decay_is_not_coupled_decay_for_a_method_with_memory() {
    let heavy_ball = "method = \"heavy-ball\"\nbatch_size = 10";
    let of = |kind| descend(heavy_ball, &decay(kind, ""), 4).0;
    assert!(distance(&of("coupled")[..2], &of("decoupled")[..2]) < 1e-14);
    assert!(distance(&of("coupled"), &of("decoupled")) > 1e-3);
}

#[test]
fn whether_decay_is_part_of_the_penalty_is_as_the_file_says() {
    const MU: f64 = 0.05;
    let penalised = |in_penalty: bool| {
        by_hand(10, 4, |batch, theta| {
            let mut direction = gradient(batch, theta);
            if in_penalty {
                add_scaled(&mut direction, W, theta);
            }
            let mut product = vec![0.0; theta.len()];
            batch
                .hessian_vector(theta, &direction, &mut product)
                .unwrap();
            if in_penalty {
                add_scaled(&mut product, W, &direction.clone());
            } else {
                add_scaled(&mut direction, W, theta);
            }
            add_scaled(&mut direction, 2.0 * MU, &product);
            direction
        })
    };
    let of = |in_penalty: bool| {
        let rest = format!("in_penalty = {in_penalty}\n[regularizer]\ncoefficient = {MU}");
        descend(SGD, &decay("coupled", &rest), 4).0
    };
    for in_penalty in [false, true] {
        assert!(distance(&of(in_penalty), &penalised(in_penalty)) < 1e-13);
        assert!(distance(&of(in_penalty), &penalised(!in_penalty)) > 1e-3);
    }
}

#[test]
fn clipping_bounds_the_whole_gradient_with_decay() {
    const MOST: f64 = 0.4;
    let mut long = 0;
    let expected = by_hand(10, 6, |batch, theta| {
        let mut direction = gradient(batch, theta);
        add_scaled(&mut direction, W, theta);
        let norm = norm_squared(&direction).sqrt();
        if norm > MOST {
            long += 1;
            direction.iter_mut().for_each(|x| *x *= MOST / norm);
        }
        direction
    });
    let optimizer = format!("{SGD}\nclip_norm = {MOST}");
    let (clipped, count) = descend(&optimizer, &decay("coupled", ""), 6);
    assert!(distance(&clipped, &expected) < 1e-14);
    assert!(count == long && count > 0, "{count} {long}");
}

#[test]
fn the_velocity_of_momentum_is_carried_over_from_rate_to_rate() {
    let extra = "[schedule]\nkind = \"step\"\nevery = \"2 steps\"\nfactor = 0.5";
    let (path, _) = descend(
        "method = \"heavy-ball\"\nbatch_size = 10\nmomentum = 0.5",
        extra,
        6,
    );
    let (mut velocity, mut step) = (vec![0.0; path[0].len()], 0);
    let expected = by_hand(10, 6, |batch, theta| {
        let slope = gradient(batch, theta);
        for (v, g) in velocity.iter_mut().zip(slope) {
            *v = 0.5 * *v + g;
        }
        let factor = [1.0, 0.5, 0.25][step / 2];
        step += 1;
        velocity.iter().map(|v| factor * v).collect()
    });
    assert!(distance(&path, &expected) < 1e-14);
}

#[test]
fn a_dropped_batch_is_no_step() {
    let expected = by_hand(7, 8, |batch, theta| gradient(batch, theta));
    let dropped = "method = \"sgd\"\nbatch_size = 7\nlast_batch = \"drop\"";
    // 4 whole batches of 7 in 30 examples.
    assert!(distance(&descend(dropped, "", 8).0, &expected) < 1e-14);
    let kept = "method = \"sgd\"\nbatch_size = 7";
    assert!(distance(&descend(kept, "", 8).0, &expected) > 1e-4);
}

#[test]
fn a_dropped_batch_larger_than_the_data_leaves_nothing_to_do() {
    let (_, spec) = spec(
        "method = \"sgd\"\nbatch_size = 31\nlast_batch = \"drop\"",
        "",
    );
    let error = Descent::<f64>::new(&spec, EXAMPLES, 1, &Threads::one()).err();
    let message = error.unwrap().to_string();
    assert!(
        message.starts_with("no batch of 31 examples is full with 30"),
        "{message}"
    );
}

#[test]
fn the_modified_loss_with_coupled_decay_is_that_of_the_decayed_loss() {
    let (experiment, spec) = spec(SGD, &decay("coupled", ""));
    let (mut training, theta) = objective(&experiment, &spec);
    let (mut test, _) = objective(&experiment, &spec);
    let mut descent = Descent::<f64>::new(&spec, EXAMPLES, theta.len(), &Threads::one()).unwrap();
    let sums = StreamedSums::default();
    let course = descent.course((0, 0), &sums, theta.len()).unwrap();
    let quantities = [Quantity::ModifiedLoss, Quantity::NormGrowthBound];
    let mut memory = vec![0.0; theta.len()];
    let needs = Needs::of(quantities);
    let seen = Observation::at(
        &theta,
        &course,
        needs,
        &mut training,
        &mut test,
        &mut memory,
    )
    .unwrap();
    let mut slope = gradient(&mut training, &theta);
    let plain = norm_squared(&slope);
    assert!(dot(&slope, &theta).abs() > 1e-3);
    add_scaled(&mut slope, W, &theta);
    let decayed = training.loss(&theta).unwrap() + 0.5 * W * norm_squared(&theta);
    let expected = decayed + H / 4.0 * norm_squared(&slope);
    let modified = Quantity::ModifiedLoss.value(&seen).unwrap();
    assert!((modified - expected).abs() < 1e-12 * expected);
    let bound = Quantity::NormGrowthBound.value(&seen).unwrap();
    assert!((bound - H * norm_squared(&slope).sqrt()).abs() < 1e-12 * bound);
    // What is said of the data stays that of the data.
    let data = Quantity::GradientNormSquared.value(&seen).unwrap();
    assert!((data - plain).abs() < 1e-12 * plain);
    assert_eq!(training.examples(), EXAMPLES);
}

/// Each part of a batch has the penalty of its own decayed gradient: with w the mean over the parts
/// changes by 2μw(Hθ + g + wθ) of the whole batch, however it is cut.
#[test]
fn decay_in_the_penalty_of_micro_batches_is_in_that_of_each() {
    const MU: f64 = 0.05;
    let of = |in_penalty: bool| {
        let rest = format!(
            "in_penalty = {in_penalty}\n[regularizer]\ncoefficient = {MU}\nmicro_batch_size = 4"
        );
        let (path, _) = descend(SGD, &decay("coupled", &rest), 1);
        path[1].clone()
    };
    let change = by_hand(10, 1, |batch, theta| {
        let mut sum = gradient(batch, theta);
        add_scaled(&mut sum, W, theta);
        let mut product = vec![0.0; theta.len()];
        batch.hessian_vector(theta, theta, &mut product).unwrap();
        add_scaled(&mut sum, 1.0, &product);
        sum.iter().map(|x| 2.0 * MU * W * x).collect()
    });
    let (with, without) = ([of(true)], [of(false)]);
    let far = distance(&with, &without);
    assert!(far > 1e-4, "{far}");
    let moved = change[1].iter().zip(&change[0]).map(|(x, y)| x - y);
    let expected: Vec<f64> = without[0].iter().zip(moved).map(|(x, y)| x + y).collect();
    assert!(distance(&with, &[expected]) < 1e-14);
}
