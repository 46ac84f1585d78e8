//! What a second thread gains, and what measuring Γ now and then costs.

use std::time::Instant;

use serde::Serialize;
use thalweg::Threads;
use thalweg::vector::add_scaled;

use crate::Error;
use crate::work::{BATCH_SIZES, Step, Work, median};

const ROUNDS: usize = 15;
/// Repetitions timed together, as in training, where a step finds its memory and threads warm.
const TOGETHER: usize = 8;

/// One work on one thread and on two, in turn.
#[derive(Debug, Serialize)]
pub struct Scaling {
    pub work: &'static str,
    pub batch_size: usize,
    /// Time on one thread over time on two.
    pub ratio: f64,
    /// Whether both gave the same bits.
    pub is_bitwise_equal: bool,
}

pub fn measure() -> Result<Vec<Scaling>, Error> {
    let mut results = Vec::new();
    for batch_size in BATCH_SIZES {
        for work in Work::ALL {
            let mut steps = [
                Step::new(batch_size, Threads::one())?,
                Step::new(batch_size, Threads::new(2)?)?,
            ];
            let mut times = [Vec::new(), Vec::new()];
            let mut is_bitwise_equal = true;
            for round in 0..ROUNDS {
                for (step, times) in steps.iter_mut().zip(&mut times) {
                    let started = Instant::now();
                    for _ in 0..TOGETHER {
                        step.run(work)?;
                    }
                    if round > 2 {
                        times.push(started.elapsed().as_secs_f64());
                    }
                }
                let bits = |step: &Step| -> Vec<u32> {
                    step.gradient.iter().map(|x| x.to_bits()).collect()
                };
                is_bitwise_equal &= bits(&steps[0]) == bits(&steps[1]);
            }
            let [one, two] = times.map(median);
            results.push(Scaling {
                work: work.name(),
                batch_size,
                ratio: one / two,
                is_bitwise_equal,
            });
        }
    }
    Ok(results)
}

/// Training with and without a measurement of Γ on the step's own minibatch.
#[derive(Debug, Serialize)]
pub struct Overhead {
    pub batch_size: usize,
    /// The additional time as a share of training time.
    pub share: f64,
}

/// Steps of one round: the first of them also measures in the measured variant.
const EVERY: usize = 16;

pub fn overhead(threads: usize) -> Result<Vec<Overhead>, Error> {
    let mut results = Vec::new();
    for batch_size in BATCH_SIZES {
        let mut step = Step::new(batch_size, Threads::new(threads)?)?;
        let mut times = [Vec::new(), Vec::new()];
        for round in 0..2 * ROUNDS {
            let works = [Work::Gradient, Work::ExampleNorms];
            for (first, times) in works.into_iter().zip(&mut times) {
                let started = Instant::now();
                for index in 0..EVERY {
                    let work = if index == 0 { first } else { Work::Gradient };
                    step.run(work)?;
                    add_scaled(&mut step.theta, -1e-6, &step.gradient);
                }
                if round > 2 {
                    times.push(started.elapsed().as_secs_f64());
                }
            }
        }
        let pairs = times[0].iter().zip(&times[1]);
        let shares = pairs
            .map(|(plain, measured)| measured / plain - 1.0)
            .collect();
        results.push(Overhead {
            batch_size,
            share: median(shares),
        });
    }
    Ok(results)
}
