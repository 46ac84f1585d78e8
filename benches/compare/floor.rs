//! The best rate of matrix products: every thread multiplies for itself, all at the same time, so that
//! no thread waits for another one.

use std::time::Instant;

use crate::work::median;

/// The width of a hidden layer.
const WIDTH: usize = 400;
/// Products that are not counted, while threads start.
const WARM_UP: usize = 3;

/// For each thread, the products of a hidden layer in the three transpositions that a step has.
pub struct Floor(Vec<[Product; 3]>);

impl Floor {
    pub fn new(batch_size: usize, threads: usize) -> Self {
        let products = || {
            [
                Product::new((batch_size, WIDTH, WIDTH), (false, false)),
                Product::new((batch_size, WIDTH, WIDTH), (false, true)),
                Product::new((WIDTH, batch_size, WIDTH), (true, false)),
            ]
        };
        Self((0..threads).map(|_| products()).collect())
    }

    /// Times each product so many times on all threads.
    pub fn time(&mut self, times: usize) {
        std::thread::scope(|scope| {
            for products in &mut self.0 {
                scope.spawn(move || {
                    for product in products {
                        (0..WARM_UP).for_each(|_| _ = product.seconds());
                        for _ in 0..times {
                            let seconds = product.seconds();
                            product.times.push(seconds);
                        }
                    }
                });
            }
        });
    }

    /// The best of the three, by the medians of its times, in operations a second on all threads.
    pub fn best_rate(&self) -> f64 {
        let rate = |kind: usize| self.0.iter().map(|products| products[kind].rate()).sum();
        (0..3).map(rate).fold(0.0, f64::max)
    }
}

struct Product {
    extents: (usize, usize, usize),
    flags: (bool, bool),
    left: Vec<f32>,
    right: Vec<f32>,
    out: Vec<f32>,
    times: Vec<f64>,
}

impl Product {
    fn new(extents: (usize, usize, usize), flags: (bool, bool)) -> Self {
        let (rows, inner, columns) = extents;
        Self {
            extents,
            flags,
            left: vec![0.5; rows * inner],
            right: vec![0.5; inner * columns],
            out: vec![0.0; rows * columns],
            times: Vec::new(),
        }
    }

    fn rate(&self) -> f64 {
        let (rows, inner, columns) = self.extents;
        2.0 * (rows * inner * columns) as f64 / median(self.times.clone())
    }

    fn seconds(&mut self) -> f64 {
        let (rows, inner, columns) = self.extents;
        let strides = |is_transposed, height: usize, width: usize| match is_transposed {
            false => (1, width as isize),
            true => (height as isize, 1),
        };
        let (left_column, left_row) = strides(self.flags.0, rows, inner);
        let (right_column, right_row) = strides(self.flags.1, inner, columns);
        let started = Instant::now();
        #[allow(unsafe_code)]
        // SAFETY: the vectors have rows·inner, inner·columns and rows·columns elements.
        unsafe {
            gemm::gemm(
                rows,
                columns,
                inner,
                self.out.as_mut_ptr(),
                1,
                columns as isize,
                false,
                self.left.as_ptr(),
                left_column,
                left_row,
                self.right.as_ptr(),
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
        started.elapsed().as_secs_f64()
    }
}
