//! Small matrix products: without the overhead and the allocations of the `gemm` crate.

use pulp::{Arch, Simd, WithSimd};

use super::strides;
use crate::element::Element;
use crate::plan::MatrixProduct;
use crate::storage::Storage;

/// Columns that a block of a small product has.
const WIDTH: usize = 16;
/// Rows that are computed together.
const HEIGHT: usize = 4;
/// Terms of a sum that are handled together.
const DEPTH: usize = 64;

/// One small product.
pub(super) fn multiply<T: Element>(product: &MatrixProduct, storage: &Storage<'_, T>) {
    let (rows, inner, columns) = product.extents;
    // SAFETY: both operands are complete and have these extents; the plan keeps `out` apart.
    let (left, right, out) = unsafe {
        (
            storage.read(product.left, rows * inner),
            storage.read(product.right, inner * columns),
            storage.write(product.out, 0, rows * columns),
        )
    };
    if !product.accumulate {
        out.fill(T::ZERO);
    }
    let unsigned = |(row, column): (isize, isize)| (row as usize, column as usize);
    Arch::new().dispatch(Small {
        left,
        left_strides: unsigned(strides(product.transpose_left, rows, inner)),
        right,
        right_strides: unsigned(strides(product.transpose_right, inner, columns)),
        out,
        extents: product.extents,
        negate: product.negate,
    });
}

/// `out` += ± op(left) op(right), block by block: the right block is copied into order, then a few
/// rows at a time are computed in registers.
struct Small<'a, T> {
    left: &'a [T],
    left_strides: (usize, usize),
    right: &'a [T],
    right_strides: (usize, usize),
    out: &'a mut [T],
    extents: (usize, usize, usize),
    negate: bool,
}

impl<T: Element> WithSimd for Small<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, _: S) {
        let (rows, inner, columns) = self.extents;
        let mut block = [[T::ZERO; WIDTH]; DEPTH];
        for first_column in (0..columns).step_by(WIDTH) {
            let width = WIDTH.min(columns - first_column);
            for first_term in (0..inner).step_by(DEPTH) {
                let depth = DEPTH.min(inner - first_term);
                self.copy(&mut block[..depth], first_term, first_column, width);
                let mut row = 0;
                let block = &block[..depth];
                while row + HEIGHT <= rows {
                    self.rows::<HEIGHT>(row, first_term, block, first_column, width);
                    row += HEIGHT;
                }
                while row < rows {
                    self.rows::<1>(row, first_term, block, first_column, width);
                    row += 1;
                }
            }
        }
    }
}

impl<T: Element> Small<'_, T> {
    /// Copies a block of the right operand; columns beyond `width` keep what they held and their
    /// results are not stored.
    #[inline(always)]
    fn copy(&self, block: &mut [[T; WIDTH]], first_term: usize, first_column: usize, width: usize) {
        let (row_stride, column_stride) = self.right_strides;
        for (term, line) in block.iter_mut().enumerate() {
            let start = (first_term + term) * row_stride + first_column * column_stride;
            if column_stride == 1 {
                line[..width].copy_from_slice(&self.right[start..start + width]);
            } else {
                let from = self.right[start..].iter().step_by(column_stride);
                for (to, from) in line[..width].iter_mut().zip(from) {
                    *to = *from;
                }
            }
            if self.negate {
                for value in line.iter_mut() {
                    *value = -*value;
                }
            }
        }
    }

    #[inline(always)]
    fn rows<const R: usize>(
        &mut self,
        first_row: usize,
        first_term: usize,
        block: &[[T; WIDTH]],
        first_column: usize,
        width: usize,
    ) {
        let (row_stride, term_stride) = self.left_strides;
        let starts: [usize; R] =
            std::array::from_fn(|row| (first_row + row) * row_stride + first_term * term_stride);
        let mut sums = [[T::ZERO; WIDTH]; R];
        for (term, line) in block.iter().enumerate() {
            #[allow(clippy::needless_range_loop)] // so that the sums stay in registers
            for row in 0..R {
                let place = starts[row] + term * term_stride;
                debug_assert!(place < self.left.len());
                // SAFETY: rows and terms are within the extents of the left operand.
                let factor = unsafe { *self.left.get_unchecked(place) };
                for column in 0..WIDTH {
                    sums[row][column] = factor.mul_add(line[column], sums[row][column]);
                }
            }
        }
        for (row, sums) in sums.iter().enumerate() {
            let start = (first_row + row) * self.extents.2 + first_column;
            let out = &mut self.out[start..start + width];
            for (out, sum) in out.iter_mut().zip(sums) {
                *out += *sum;
            }
        }
    }
}
