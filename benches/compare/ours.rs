//! Our side of the comparison.

use std::time::Instant;

use thalweg::Threads;

use crate::floor::Floor;
use crate::work::{BATCH_SIZES, Step, Work, median};
use crate::{Error, Row};

/// Rounds of one pass; each does every work for a while, so that all see the same machine.
const ROUNDS: usize = 6;
/// Repetitions of a work in one round, in a row as in training and in the peers.
const TOGETHER: usize = 10;
/// Repetitions before, which are not counted.
const WARM_UP: usize = 2;

/// All times of one pass or of several.
pub struct Times {
    /// For each batch size: the times of each work, in seconds.
    works: Vec<[Vec<f64>; 4]>,
    /// For each batch size, the times of matrix products, taken in the same rounds.
    floors: Vec<Floor>,
}

/// One pass.
pub fn measure(threads: usize) -> Result<Times, Error> {
    let mut times = Times {
        works: Vec::new(),
        floors: Vec::new(),
    };
    for batch_size in BATCH_SIZES {
        let mut step = Step::new(batch_size, Threads::new(threads)?)?;
        let mut works: [Vec<f64>; 4] = Default::default();
        let mut floor = Floor::new(batch_size, threads);
        for _ in 0..ROUNDS {
            (0..TOGETHER).for_each(|_| floor.time());
            for (work, times) in Work::ALL.into_iter().zip(&mut works) {
                for repetition in 0..TOGETHER + WARM_UP {
                    let started = Instant::now();
                    step.run(work)?;
                    if repetition >= WARM_UP {
                        times.push(started.elapsed().as_secs_f64());
                    }
                }
            }
        }
        times.works.push(works);
        times.floors.push(floor);
    }
    Ok(times)
}

impl Times {
    /// Both passes together.
    pub fn joined(mut self, other: Self) -> Self {
        for (own, other) in self.works.iter_mut().zip(other.works) {
            for (own, other) in own.iter_mut().zip(other) {
                own.extend(other);
            }
        }
        for (own, other) in self.floors.iter_mut().zip(&other.floors) {
            own.join(other);
        }
        self
    }

    /// The best rate at each batch size, in GFLOP/s.
    pub fn rates(&self) -> Vec<(usize, f64)> {
        let rates = self.floors.iter().map(|floor| floor.best_rate() / 1e9);
        BATCH_SIZES.into_iter().zip(rates).collect()
    }

    pub fn rows(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        let rates = self.rates();
        // What the machine can do does not depend on the batch.
        let rate = rates.iter().map(|(_, rate)| *rate).fold(0.0, f64::max);
        for ((batch_size, _), works) in rates.iter().zip(&self.works) {
            let batch_size = *batch_size;
            let medians = works.each_ref().map(|times| median(times.clone()));
            for (work, seconds) in Work::ALL.into_iter().zip(medians) {
                rows.push(Row {
                    work: work.name(),
                    batch_size,
                    milliseconds: seconds * 1e3,
                    floor_milliseconds: work.flops(batch_size) / rate / 1e6,
                    gradients: seconds / medians[0],
                });
            }
        }
        rows
    }
}
