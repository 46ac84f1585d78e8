//! Matrix products: large ones by the `gemm` crate, small ones here, without its overhead.

mod large;
mod small;
mod transposition;

use std::ops::Range;

use self::large::{Large, View};
use crate::crew::Crew;
use crate::element::Element;
use crate::plan::MatrixProduct;
use crate::storage::{Location, Storage};

/// Multiply-adds up to which a product is computed by [`small`], which allocates nothing: there it
/// takes at most a microsecond longer than the `gemm` crate, and often less.
const SMALL: usize = 1 << 16;

/// Rows up to which x Wᵀ is computed as (W xᵀ)ᵀ. The `gemm` crate would copy all of W into its own
/// order; so it copies x alone.
const FEW_ROWS: usize = 128;

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

/// The width of a panel in bytes: four vectors of the widest kind.
const PANEL: usize = 256;
/// A product's least rows and terms of each sum for which panels pay.
const PANEL_LEAST: usize = 64;
/// The most panels of a single product whose left operand is transposed: the `gemm` crate copies that
/// operand into its own order again for each.
const MOST_COPIES: usize = 8;

/// The sum of at least one matrix product, all to the same place. Each element's sums run over the
/// inner axes in an order that the shapes alone decide.
pub(crate) fn multiply<T: Element>(
    products: &[MatrixProduct],
    storage: &Storage<'_, T>,
    crew: &Crew,
) {
    let operations = |product: &MatrixProduct| {
        let (rows, inner, columns) = product.extents;
        rows * inner * columns
    };
    let (rows, _, columns) = products[0].extents;
    let is_vector = rows == 1 || columns == 1;
    if !is_vector && products.iter().all(|product| operations(product) <= SMALL) {
        for product in products {
            small::multiply(product, storage);
        }
        return;
    }
    let by_columns = columns >= rows;
    let longer = rows.max(columns);
    let work = products.iter().map(operations).sum::<usize>();
    let most = (longer / LEAST_BLOCK).min(work / LEAST_WORK);
    let blocks = if is_vector {
        1
    } else {
        crew.count().min(most).max(1)
    };
    let panel = panel_width::<T>(products);
    // Cut between whole vectors, evenly, so that no block is smaller than it may be.
    let units = longer.div_ceil(UNIT);
    let start = |index: usize| longer.min(index * units / blocks * UNIT);
    crew.each(blocks, |index| {
        let range = start(index)..start(index + 1);
        let (rows, columns) = match by_columns {
            true => (0..rows, range),
            false => (range, 0..columns),
        };
        let width = panel.unwrap_or(columns.len());
        for columns in panels(columns, width) {
            let rows = rows.clone();
            let block = Block { rows, columns };
            for product in products {
                multiply_block(product, &block, panel.is_some(), storage);
            }
        }
    });
}

/// How many columns of a result are made together, if not all.
///
/// The part of the right operand that belongs to a panel stays in the cache next to the core while all
/// rows pass by, and what one product writes is there when the next one adds to it. The sums are the
/// same to the bit.
fn panel_width<T>(products: &[MatrixProduct]) -> Option<usize> {
    let width = PANEL / size_of::<T>();
    let is_worth_it = |product: &MatrixProduct| {
        let (rows, inner, columns) = product.extents;
        let is_copied_often =
            product.transpose_left && products.len() == 1 && columns > MOST_COPIES * width;
        product.transposed.is_none() && rows.min(inner) >= PANEL_LEAST && !is_copied_often
    };
    products.iter().all(is_worth_it).then_some(width)
}

/// Cuts `columns` into panels of at most `width`, of nearly equal size, in quarters of a width.
fn panels(columns: Range<usize>, width: usize) -> impl Iterator<Item = Range<usize>> {
    let count = columns.len().div_ceil(width);
    let quarter = (width / 4).max(1);
    let quarters = columns.len().div_ceil(quarter);
    let start = move |index: usize| {
        let before = (index * quarters).div_ceil(count) * quarter;
        columns.end.min(columns.start + before)
    };
    (0..count).map(move |index| start(index)..start(index + 1))
}

/// A part of a product's result.
struct Block {
    rows: Range<usize>,
    columns: Range<usize>,
}

fn multiply_block<T: Element>(
    product: &MatrixProduct,
    block: &Block,
    is_panel: bool,
    storage: &Storage<'_, T>,
) {
    let (rows, inner, columns) = product.extents;
    let view = |start: *const T, (row, column): (isize, isize)| View { start, row, column };
    let left_strides = strides(product.transpose_left, rows, inner);
    let right_strides = strides(product.transpose_right, inner, columns);
    let (first_row, first_column) = (block.rows.start, block.columns.start);
    let part = Large {
        extents: (block.rows.len(), inner, block.columns.len()),
        left: view(storage.source(product.left), left_strides).from(first_row, 0),
        right: view(storage.source(product.right), right_strides).from(0, first_column),
        negate: product.negate,
    };
    // SAFETY: both operands are complete and have these extents, the block is within them; the plan
    // keeps what is written apart, and blocks of one product do not overlap.
    unsafe {
        if let Some(transposed) = product.transposed {
            // The same memory read column by column is the transposed result.
            let out = view(storage.target(transposed), (1, rows as isize));
            part.multiply(out.from(first_row, first_column), false);
            write_transposed(product, block, transposed, storage);
            return;
        }
        let out = view(storage.target(product.out), (columns as isize, 1));
        let out = out.from(first_row, first_column);
        let is_done = is_panel
            && product.transpose_right
            && part.multiply_with_turned_right(out, product.accumulate);
        if !is_done {
            part.multiply(out, product.accumulate);
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

#[cfg(test)]
mod tests {
    use super::panels;

    #[test]
    fn panels_cover_all_columns_once_and_none_is_too_wide() {
        for width in [32, 64] {
            for columns in 1..=600 {
                let mut next = 7;
                for panel in panels(7..7 + columns, width) {
                    assert_eq!(panel.start, next);
                    assert!((1..=width).contains(&panel.len()), "{columns}: {panel:?}");
                    next = panel.end;
                }
                assert_eq!(next, 7 + columns);
                let whole = std::iter::once(7..7 + columns);
                assert!(panels(7..7 + columns, columns).eq(whole));
            }
        }
    }
}
