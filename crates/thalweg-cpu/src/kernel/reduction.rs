//! Sums, in an order fixed by the shapes alone.

use pulp::{Arch, Simd, WithSimd};

use super::elementwise::{Registers, evaluate};
use super::expression::{Expression, TILE};
use crate::crew::Crew;
use crate::element::Element;
use crate::storage::{Location, Storage};

/// Independent running sums: enough to keep the adders busy, and to keep rounding small.
const LANES: usize = 32;
/// Elements summed as one partial sum.
const BLOCK: usize = 16 * TILE;
/// Columns one task sums.
const COLUMNS: usize = 256;

/// Sums each of `rows` runs of `length` neighbouring elements of an expression.
///
/// `partials` has room for one number per started block of each row.
pub(crate) fn sum_rows<T: Element>(
    expression: &Expression<T>,
    (rows, length): (usize, usize),
    out: Location,
    partials: Location,
    storage: &Storage<'_, T>,
    crew: &Crew,
) {
    let blocks = blocks_of(length);
    crew.each((rows * blocks).div_ceil(tasks_together(length)), |task| {
        let mut registers = Registers::new();
        let first = task * tasks_together(length);
        let last = (first + tasks_together(length)).min(rows * blocks);
        for index in first..last {
            let (row, block) = (index / blocks, index % blocks);
            let start = row * length + block * BLOCK;
            let end = (start + BLOCK).min((row + 1) * length);
            let sum = sum_block(expression, start..end, &mut registers, storage);
            // SAFETY: every block has a place of its own.
            unsafe { storage.write(partials, index, 1)[0] = sum };
        }
    });
    // SAFETY: all partial sums are written; the plan keeps them apart from `out`.
    let (partials, out) = unsafe {
        (
            storage.read(partials, rows * blocks),
            storage.write(out, 0, rows),
        )
    };
    for (row, out) in out.iter_mut().enumerate() {
        let row = &partials[row * blocks..(row + 1) * blocks];
        *out = row.iter().fold(T::ZERO, |sum, partial| sum + *partial);
    }
}

/// How many partial sums a row of this length has.
pub(crate) fn blocks_of(length: usize) -> usize {
    length.div_ceil(BLOCK).max(1)
}

/// Short rows are handled many at a time.
fn tasks_together(length: usize) -> usize {
    (BLOCK / length.max(1)).max(1)
}

fn sum_block<T: Element>(
    expression: &Expression<T>,
    range: std::ops::Range<usize>,
    registers: &mut Registers<T>,
    storage: &Storage<'_, T>,
) -> T {
    let mut tile = [T::ZERO; TILE];
    let mut lanes = [T::ZERO; LANES];
    for start in range.clone().step_by(TILE) {
        let tile = &mut tile[..TILE.min(range.end - start)];
        evaluate(expression, start, tile, registers, storage);
        add_to_lanes(tile, &mut lanes);
    }
    sum_lanes(&mut lanes)
}

fn add_to_lanes<T: Element>(values: &[T], lanes: &mut [T; LANES]) {
    Arch::new().dispatch(LaneSums { values, lanes });
}

/// A type and not a closure for the reason given at the elementwise kernel.
struct LaneSums<'a, T> {
    values: &'a [T],
    lanes: &'a mut [T; LANES],
}

impl<T: Element> WithSimd for LaneSums<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let mut chunks = self.values.chunks_exact(LANES);
        for chunk in &mut chunks {
            for (lane, value) in self.lanes.iter_mut().zip(chunk) {
                *lane += *value;
            }
        }
        for (lane, value) in self.lanes.iter_mut().zip(chunks.remainder()) {
            *lane += *value;
        }
    }
}

/// Adds the lanes pairwise.
fn sum_lanes<T: Element>(lanes: &mut [T; LANES]) -> T {
    let mut half = LANES / 2;
    while half > 0 {
        for lane in 0..half {
            lanes[lane] += lanes[lane + half];
        }
        half /= 2;
    }
    lanes[0]
}

/// From values `[outer, reduced, inner]` with inner > 1: the sums over the middle axis.
pub(crate) fn sum_columns<T: Element>(
    from: Location,
    (outer, reduced, inner): (usize, usize, usize),
    out: Location,
    storage: &Storage<'_, T>,
    crew: &Crew,
) {
    let blocks = inner.div_ceil(COLUMNS);
    // SAFETY: the value is complete and has this many elements.
    let values = unsafe { storage.read(from, outer * reduced * inner) };
    crew.each(outer * blocks, |task| {
        let (index, block) = (task / blocks, task % blocks);
        let columns = block * COLUMNS..inner.min((block + 1) * COLUMNS);
        // SAFETY: every task has columns of its own.
        let out = unsafe { storage.write(out, index * inner + columns.start, columns.len()) };
        let rows = &values[index * reduced * inner..(index + 1) * reduced * inner];
        add_rows(rows, inner, columns, out);
    });
}

fn add_rows<T: Element>(rows: &[T], inner: usize, columns: std::ops::Range<usize>, out: &mut [T]) {
    Arch::new().dispatch(ColumnSums {
        rows,
        inner,
        columns,
        out,
    });
}

/// A type and not a closure for the reason given at the elementwise kernel.
struct ColumnSums<'a, T> {
    rows: &'a [T],
    inner: usize,
    columns: std::ops::Range<usize>,
    out: &'a mut [T],
}

impl<T: Element> WithSimd for ColumnSums<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        self.out.fill(T::ZERO);
        for row in self.rows.chunks_exact(self.inner) {
            for (sum, value) in self.out.iter_mut().zip(&row[self.columns.clone()]) {
                *sum += *value;
            }
        }
    }
}
