//! The best rate of matrix products: every thread multiplies for itself, all at the same time, so that
//! no thread waits for another one before the end.
//!
//! A stretch is as long as a gradient and ends when the last thread does, as a step does: what the
//! machine takes away from a program in between, it takes away from both.

use std::sync::Barrier;
use std::time::Instant;

use crate::work::median;

/// The width of a hidden layer.
const WIDTH: usize = 400;
/// Columns of a result that are made at once: all, or a panel, whose part of the right operand stays in
/// the cache next to the core.
const PANELS: [usize; 2] = [WIDTH, 64];
/// The kinds of products: three transpositions, each whole and in panels.
const KINDS: usize = 3 * PANELS.len();
/// Stretches that are not counted, while threads start.
const WARM_UP: usize = 2;
/// Products in a stretch on each of two threads: the operations of a gradient.
const STRETCH: usize = 8;

/// For each thread, the products of a hidden layer in the three transpositions that a step has, whole
/// and in panels.
pub struct Floor {
    threads: Vec<Vec<Product>>,
    /// The seconds of each stretch, by kind of product.
    times: [Vec<f64>; KINDS],
}

impl Floor {
    pub fn new(batch_size: usize, threads: usize) -> Self {
        let products = || {
            let of_width = |panel: usize| {
                [
                    Product::new((batch_size, WIDTH, WIDTH), (false, false), panel),
                    Product::new((batch_size, WIDTH, WIDTH), (false, true), panel),
                    Product::new((WIDTH, batch_size, WIDTH), (true, false), panel),
                ]
            };
            PANELS.into_iter().flat_map(of_width).collect()
        };
        Self {
            threads: (0..threads).map(|_| products()).collect(),
            times: Default::default(),
        }
    }

    /// Times so many stretches of each product on all threads.
    pub fn time(&mut self, times: usize) {
        let barrier = Barrier::new(self.threads.len());
        let rounds = KINDS * (WARM_UP + times);
        let work = |products: &mut [Product]| -> Vec<(Instant, Instant)> {
            let stretch = |round: usize| {
                barrier.wait();
                let started = Instant::now();
                (0..STRETCH).for_each(|_| products[round % KINDS].multiply());
                (started, Instant::now())
            };
            (0..rounds).map(stretch).collect()
        };
        let stretches: Vec<Vec<_>> = std::thread::scope(|scope| {
            let handles = self.threads.iter_mut();
            let handles: Vec<_> = { handles }
                .map(|products| scope.spawn(move || work(products)))
                .collect();
            handles
                .into_iter()
                .map(|handle| handle.join().expect("no product panics"))
                .collect()
        });
        for round in KINDS * WARM_UP..rounds {
            let of_round = || stretches.iter().map(|thread| thread[round]);
            let started = of_round().map(|(started, _)| started).min();
            let ended = of_round().map(|(_, ended)| ended).max();
            if let (Some(started), Some(ended)) = (started, ended) {
                self.times[round % KINDS].push((ended - started).as_secs_f64());
            }
        }
    }

    /// The best kind, by the medians of its stretches, in operations a second on all threads.
    pub fn best_rate(&self) -> f64 {
        let rate = |kind: usize| {
            let operations: f64 = self
                .threads
                .iter()
                .map(|products| products[kind].operations())
                .sum();
            STRETCH as f64 * operations / median(self.times[kind].clone())
        };
        (0..KINDS).map(rate).fold(0.0, f64::max)
    }
}

struct Product {
    extents: (usize, usize, usize),
    flags: (bool, bool),
    panel: usize,
    left: Vec<f32>,
    right: Vec<f32>,
    out: Vec<f32>,
}

impl Product {
    fn new(extents: (usize, usize, usize), flags: (bool, bool), panel: usize) -> Self {
        let (rows, inner, columns) = extents;
        Self {
            extents,
            flags,
            panel,
            left: vec![0.5; rows * inner],
            right: vec![0.5; inner * columns],
            out: vec![0.0; rows * columns],
        }
    }

    fn operations(&self) -> f64 {
        let (rows, inner, columns) = self.extents;
        2.0 * (rows * inner * columns) as f64
    }

    fn multiply(&mut self) {
        let (rows, inner, columns) = self.extents;
        let strides = |is_transposed, height: usize, width: usize| match is_transposed {
            false => (1, width as isize),
            true => (height as isize, 1),
        };
        let (left_column, left_row) = strides(self.flags.0, rows, inner);
        let (right_column, right_row) = strides(self.flags.1, inner, columns);
        for first in (0..columns).step_by(self.panel) {
            #[allow(unsafe_code)]
            // SAFETY: the vectors have rows·inner, inner·columns and rows·columns elements, and the
            // panel is within the columns.
            unsafe {
                gemm::gemm(
                    rows,
                    self.panel.min(columns - first),
                    inner,
                    self.out.as_mut_ptr().add(first),
                    1,
                    columns as isize,
                    false,
                    self.left.as_ptr(),
                    left_column,
                    left_row,
                    self.right.as_ptr().offset(first as isize * right_column),
                    right_column,
                    right_row,
                    0.0,
                    1.0,
                    false,
                    false,
                    false,
                    gemm::Parallelism::None,
                );
            }
        }
    }
}
