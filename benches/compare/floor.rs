//! The best rate of matrix products.

use std::time::Instant;

use crate::work::median;

/// The width of a hidden layer.
const WIDTH: usize = 400;

/// The products of a hidden layer, in the three transpositions that a step has.
pub struct Floor {
    products: [Product; 3],
    parallelism: gemm::Parallelism,
}

impl Floor {
    pub fn new(batch_size: usize, threads: usize) -> Self {
        let parallelism = match threads {
            1 => gemm::Parallelism::None,
            threads => gemm::Parallelism::Rayon(threads),
        };
        Self {
            products: [
                Product::new((batch_size, WIDTH, WIDTH), (false, false)),
                Product::new((batch_size, WIDTH, WIDTH), (false, true)),
                Product::new((WIDTH, batch_size, WIDTH), (true, false)),
            ],
            parallelism,
        }
    }

    /// Times each product once.
    pub fn time(&mut self) {
        for product in &mut self.products {
            product.time(self.parallelism);
        }
    }

    /// The best of the three, by the median of its times, in operations a second.
    pub fn best_rate(&self) -> f64 {
        let rates = self.products.iter().map(Product::rate);
        rates.fold(0.0, f64::max)
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

    fn time(&mut self, parallelism: gemm::Parallelism) {
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
                parallelism,
            );
        }
        self.times.push(started.elapsed().as_secs_f64());
    }
}
