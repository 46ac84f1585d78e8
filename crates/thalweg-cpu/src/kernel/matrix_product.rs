//! Matrix products: large ones by the `gemm` crate, small ones here, without its overhead.

use std::ops::Range;

use pulp::{Arch, Simd, WithSimd};

use crate::crew::Crew;
use crate::element::Element;
use crate::plan::MatrixProduct;
use crate::storage::{Location, Storage};

/// Multiply-adds up to which a product is computed by [`Small`], which allocates nothing: there it
/// takes at most a microsecond longer than the `gemm` crate, and often less.
const SMALL: usize = 1 << 16;

/// Rows up to which x Wᵀ is computed as (W xᵀ)ᵀ. The `gemm` crate would copy all of W into its own
/// order; so it copies x alone.
const FEW_ROWS: usize = 128;

/// Columns that a block of a small product has.
const WIDTH: usize = 16;
/// Rows that are computed together.
const HEIGHT: usize = 4;
/// Terms of a sum that are handled together.
const DEPTH: usize = 64;

/// Whether a product needs memory for its transposed result.
pub(crate) fn is_transposed_first(
    (rows, inner, columns): (usize, usize, usize),
    transpose_right: bool,
) -> bool {
    transpose_right && (2..=FEW_ROWS).contains(&rows) && rows * inner * columns > SMALL
}

/// Blocks of a large product begin at multiples of this many rows or columns.
const UNIT: usize = 32;
/// Rows or columns for each block of a large product. The smallest is at most a unit smaller: still
/// above 64, up to which the `gemm` crate works differently, so that blocks give the same bits as the
/// whole.
const LEAST_BLOCK: usize = 3 * UNIT;
/// Multiply-adds that a block has at least.
const LEAST_WORK: usize = 1 << 20;

/// One matrix product. Each sum runs over the inner axis in an order that the shapes alone decide.
pub(crate) fn multiply<T: Element>(product: &MatrixProduct, storage: &Storage<'_, T>, crew: &Crew) {
    let (rows, inner, columns) = product.extents;
    if rows * inner * columns <= SMALL && rows > 1 && columns > 1 {
        return multiply_small(product, storage);
    }
    let by_columns = columns >= rows;
    let longer = rows.max(columns);
    let most = (longer / LEAST_BLOCK).min(rows * inner * columns / LEAST_WORK);
    let is_vector = rows == 1 || columns == 1;
    let blocks = if is_vector {
        1
    } else {
        crew.count().min(most).max(1)
    };
    // Cut between whole vectors, evenly, so that no block is smaller than it may be.
    let units = longer.div_ceil(UNIT);
    let start = |index: usize| longer.min(index * units / blocks * UNIT);
    crew.each(blocks, |index| {
        let range = start(index)..start(index + 1);
        let block = match by_columns {
            true => Block {
                rows: 0..rows,
                columns: range,
            },
            false => Block {
                rows: range,
                columns: 0..columns,
            },
        };
        multiply_block(product, &block, storage);
    });
}

/// A part of a product's result.
struct Block {
    rows: Range<usize>,
    columns: Range<usize>,
}

fn multiply_block<T: Element>(product: &MatrixProduct, block: &Block, storage: &Storage<'_, T>) {
    let (rows, _, columns) = product.extents;
    match product.transposed {
        Some(transposed) => {
            // The same memory read column by column is the transposed result.
            let out = (storage.target(transposed), (1, rows as isize));
            multiply_large(product, block, out, false, storage);
            write_transposed(product, block, transposed, storage);
        }
        None => {
            let out = (storage.target(product.out), (columns as isize, 1));
            multiply_large(product, block, out, product.accumulate, storage);
        }
    }
}

/// Row and column strides of op(matrix) of a matrix stored row by row.
fn strides(is_transposed: bool, rows: usize, columns: usize) -> (isize, isize) {
    match is_transposed {
        false => (columns as isize, 1),
        true => (1, rows as isize),
    }
}

fn multiply_large<T: Element>(
    product: &MatrixProduct,
    block: &Block,
    (out, (out_row, out_column)): (*mut T, (isize, isize)),
    accumulate: bool,
    storage: &Storage<'_, T>,
) {
    let (rows, inner, columns) = product.extents;
    let (left_row, left_column) = strides(product.transpose_left, rows, inner);
    let (right_row, right_column) = strides(product.transpose_right, inner, columns);
    let first_row = block.rows.start as isize;
    let first_column = block.columns.start as isize;
    let left = storage.source(product.left);
    let right = storage.source(product.right);
    // SAFETY: both operands are complete and have these extents, the block is within them; the plan
    // keeps `out` apart, and blocks of one product do not overlap.
    unsafe {
        gemm::gemm(
            block.rows.len(),
            block.columns.len(),
            inner,
            out.offset(first_row * out_row + first_column * out_column),
            out_column,
            out_row,
            accumulate,
            left.offset(first_row * left_row),
            left_column,
            left_row,
            right.offset(first_column * right_column),
            right_column,
            right_row,
            T::ONE,
            if product.negate { -T::ONE } else { T::ONE },
            false,
            false,
            false,
            gemm::Parallelism::None,
        );
    }
}

/// Writes, or adds, the transposed of what stands in `transposed` to the product's place.
fn write_transposed<T: Element>(
    product: &MatrixProduct,
    block: &Block,
    transposed: Location,
    storage: &Storage<'_, T>,
) {
    let (rows, _, columns) = product.extents;
    let from = storage.source(transposed);
    for row in block.rows.clone() {
        let start = row * columns + block.columns.start;
        // SAFETY: the block's part of a row is within the result and belongs to this task; the
        // transposed result is complete in this block.
        unsafe {
            let out = storage.write(product.out, start, block.columns.len());
            for (out, column) in out.iter_mut().zip(block.columns.clone()) {
                let value = *from.add(column * rows + row);
                *out = if product.accumulate {
                    *out + value
                } else {
                    value
                };
            }
        }
    }
}

fn multiply_small<T: Element>(product: &MatrixProduct, storage: &Storage<'_, T>) {
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
