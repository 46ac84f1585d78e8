//! The training step of an MLP 784-5×400-10 in single precision, against its floor: its matrix
//! products at the best rate that the matrix product reaches in the same run.
//!
//! `cargo run --release -p thalweg-benches --bin training-step [THREADS]`

use std::sync::Arc;
use std::time::Instant;

use thalweg::Threads;
use thalweg::network::{Activation, Distribution, Initialisation, Mlp, Network, VarianceScaling};
use thalweg::objective::{Examples, FiniteSum, Loss, Minibatch, Supervised, Targets};
use thalweg::optimizer::{GradientDescent, Optimizer};
use thalweg::regularizer::{GradientPenalty, Normalisation, PenaltyDerivative, Scratch};

type Error = Box<dyn std::error::Error>;

const INPUTS: usize = 784;
const HIDDEN: [usize; 5] = [400; 5];
const CLASSES: usize = 10;
const EXAMPLES: usize = 1024;
/// Repetitions of each measurement; the median is shown.
const REPETITIONS: usize = 41;

#[allow(clippy::print_stdout)]
fn main() -> Result<(), Error> {
    let count = match std::env::args().nth(1) {
        Some(text) => text.parse()?,
        None => std::thread::available_parallelism()?.get(),
    };
    let threads = Threads::new(count)?;
    println!(
        "MLP 784-5x400-10, f32, {count} threads; median of {REPETITIONS} steps in milliseconds"
    );
    println!("{:<44} {:>9} {:>9} {:>7}", "step", "time", "floor", "ratio");
    for batch_size in [512, 32] {
        let rate = best_rate(batch_size, count)?;
        println!(
            "batch {batch_size}: matrix products at {:.0} GFLOP/s",
            rate / 1e9
        );
        for (name, penalty, products) in steps() {
            let time = step_time(batch_size, penalty, threads.clone())?;
            let floor = flops(batch_size, products) / rate;
            let name = format!("{name}, batch {batch_size}");
            println!(
                "{name:<44} {:>9.3} {:>9.3} {:>7.2}",
                time * 1e3,
                floor * 1e3,
                time / floor
            );
        }
    }
    Ok(())
}

/// What is timed, and its matrix products as (of the first layer, of each later one).
fn steps() -> [(&'static str, Option<GradientPenalty>, (f64, f64)); 3] {
    let penalty = |derivative| {
        Some(GradientPenalty {
            coefficient: 0.01,
            normalisation: Normalisation::SquaredNorm,
            derivative,
            epsilon: None,
        })
    };
    [
        ("gradient descent", None, (2.0, 3.0)),
        (
            "exact gradient penalty",
            penalty(PenaltyDerivative::Exact),
            (5.0, 9.0),
        ),
        (
            "forward-difference gradient penalty",
            penalty(PenaltyDerivative::ForwardDifference),
            (4.0, 6.0),
        ),
    ]
}

/// Multiplications and additions of so many products of the first and of each later layer.
fn flops(batch_size: usize, (first, later): (f64, f64)) -> f64 {
    let widths: Vec<usize> = [&[INPUTS], &HIDDEN[..], &[CLASSES]].concat();
    let layer = |pair: &[usize]| 2.0 * (batch_size * pair[0] * pair[1]) as f64;
    let all: Vec<f64> = widths.windows(2).map(layer).collect();
    first * all[0] + later * all[1..].iter().sum::<f64>()
}

fn step_time(
    batch_size: usize,
    penalty: Option<GradientPenalty>,
    threads: Threads,
) -> Result<f64, Error> {
    let network = Mlp::new(INPUTS, &HIDDEN, CLASSES, Activation::Relu)?;
    let start = Initialisation::new(VarianceScaling::He, Distribution::Normal);
    let theta = network.parameters().initialise::<f32>(start, 0.0, 0);
    let wave = |index: usize| (index as f32 * 0.37).sin().max(0.0);
    let labels = (0..EXAMPLES as u32).map(|index| index % 10).collect();
    let targets = Targets::Labels {
        labels,
        classes: CLASSES,
    };
    let inputs = (0..EXAMPLES * INPUTS).map(wave).collect();
    let examples = Arc::new(Examples::new(inputs, INPUTS, targets)?);
    let mut objective = Supervised::new(
        Box::new(network),
        Loss::CrossEntropy,
        examples,
        threads.clone(),
    )?;
    let descent = GradientDescent::new(0.01)?;
    let mut state = descent.start(theta);
    let mut scratch = Scratch::new(threads.clone());
    let mut times = Vec::new();
    for repetition in 0..REPETITIONS + 5 {
        let batch: Vec<usize> = (0..batch_size)
            .map(|index| (index * 7 + repetition) % EXAMPLES)
            .collect();
        let started = Instant::now();
        state = descent.step(
            state,
            &mut |theta: &[f32], gradient: &mut [f32]| match &penalty {
                Some(penalty) => {
                    let mut minibatch = Minibatch::new(&mut objective, &batch);
                    let penalised =
                        penalty.gradient(&mut minibatch, theta, gradient, &mut scratch)?;
                    Ok(penalised.loss)
                }
                None => objective.minibatch_gradient(&batch, theta, gradient),
            },
        )?;
        times.push(started.elapsed().as_secs_f64());
    }
    Ok(median(times.split_off(5)))
}

/// The best rate, over the transpositions that a step uses, of products of the hidden layers' size.
fn best_rate(batch_size: usize, threads: usize) -> Result<f64, Error> {
    let parallelism = match threads {
        1 => gemm::Parallelism::None,
        threads => gemm::Parallelism::Rayon(threads),
    };
    let width = HIDDEN[0];
    let rate = |rows: usize, inner: usize, columns: usize| {
        let (left, right) = (vec![0.5_f32; rows * inner], vec![0.5_f32; inner * columns]);
        let mut out = vec![0.0_f32; rows * columns];
        let mut times = Vec::new();
        for _ in 0..REPETITIONS {
            let started = Instant::now();
            multiply((rows, inner, columns), &left, &right, &mut out, parallelism);
            times.push(started.elapsed().as_secs_f64());
        }
        2.0 * (rows * inner * columns) as f64 / median(times)
    };
    let shapes = [
        (batch_size, width, width),
        (width, batch_size, width),
        (width, width, batch_size),
    ];
    Ok(shapes
        .into_iter()
        .map(|(a, b, c)| rate(a, b, c))
        .fold(0.0, f64::max))
}

#[allow(unsafe_code)]
fn multiply(
    (rows, inner, columns): (usize, usize, usize),
    left: &[f32],
    right: &[f32],
    out: &mut [f32],
    parallelism: gemm::Parallelism,
) {
    // SAFETY: the slices have rows·inner, inner·columns and rows·columns elements.
    unsafe {
        gemm::gemm(
            rows,
            columns,
            inner,
            out.as_mut_ptr(),
            1,
            columns as isize,
            false,
            left.as_ptr(),
            1,
            inner as isize,
            right.as_ptr(),
            1,
            columns as isize,
            0.0,
            1.0,
            false,
            false,
            false,
            parallelism,
        );
    }
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
