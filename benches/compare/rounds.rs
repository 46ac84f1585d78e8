//! The rounds in which everybody takes turns.

use std::time::{Duration, Instant};

use thalweg::Threads;

use crate::floor::Floor;
use crate::peers::Peer;
use crate::work::{BATCH_SIZES, Step, Work, median};
use crate::{Error, Row};

/// Rounds; in each everybody does every work for a while, so that all see the same machine.
const ROUNDS: usize = 8;
/// Repetitions before, which are not counted: threads and memory get warm as in training.
const WARM_UP: usize = 5;
/// For the threads of whoever was timed last to go to sleep.
const PAUSE: Duration = Duration::from_millis(50);

/// Repetitions in a row: some tenth of a second each.
fn together(batch_size: usize) -> usize {
    if batch_size < 256 { 60 } else { 12 }
}

/// Our times and the rates of matrix products from the same rounds.
pub struct Times {
    /// For each batch size: the times of each work, in seconds.
    works: Vec<[Vec<f64>; 4]>,
    floors: Vec<Floor>,
}

/// Takes turns with the peers.
pub fn measure(threads: usize, peers: &mut [Peer]) -> Result<Times, Error> {
    let mut times = Times {
        works: Vec::new(),
        floors: Vec::new(),
    };
    for batch_size in BATCH_SIZES {
        let mut step = Step::new(batch_size, Threads::new(threads)?)?;
        let mut works: [Vec<f64>; 4] = Default::default();
        let mut floor = Floor::new(batch_size, threads);
        let together = together(batch_size);
        for _ in 0..ROUNDS {
            for (work, times) in Work::ALL.into_iter().zip(&mut works) {
                std::thread::sleep(PAUSE);
                floor.time(together / 2);
                std::thread::sleep(PAUSE);
                for repetition in 0..together + WARM_UP {
                    let started = Instant::now();
                    step.run(work)?;
                    if repetition >= WARM_UP {
                        times.push(started.elapsed().as_secs_f64());
                    }
                }
                for peer in &mut *peers {
                    std::thread::sleep(PAUSE);
                    peer.time(work, batch_size, together)?;
                }
            }
        }
        times.works.push(works);
        times.floors.push(floor);
    }
    Ok(times)
}

impl Times {
    /// The best rate at each batch size, in GFLOP/s.
    pub fn rates(&self) -> Vec<(usize, f64)> {
        let rates = self.floors.iter().map(|floor| floor.best_rate() / 1e9);
        BATCH_SIZES.into_iter().zip(rates).collect()
    }

    pub fn rows(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        // What the machine can do does not depend on the batch.
        let rate = self
            .rates()
            .iter()
            .map(|(_, rate)| *rate)
            .fold(0.0, f64::max);
        for (batch_size, works) in BATCH_SIZES.into_iter().zip(&self.works) {
            let medians = works.each_ref().map(|times| median(times.clone()));
            for (index, work) in Work::ALL.into_iter().enumerate() {
                let fastest = works[index].iter().copied().fold(f64::MAX, f64::min);
                rows.push(Row {
                    work: work.name(),
                    batch_size,
                    milliseconds: medians[index] * 1e3,
                    fastest_milliseconds: fastest * 1e3,
                    floor_milliseconds: work.flops(batch_size) / rate / 1e6,
                    gradients: medians[index] / medians[0],
                });
            }
        }
        rows
    }
}
