//! Large matrix products, by the `gemm` crate.

use std::ops::Range;

use super::transposition::with_transposed;
use crate::element::Element;

/// The most rows for which the `gemm` crate multiplies with a right operand as it stands, uncopied, if
/// its rows are whole cache lines.
const UNCOPIED_ROWS: usize = 48;
const LINE: usize = 64;
/// The most terms that the `gemm` crate sums at once; it cuts more into equal parts, as is done here,
/// so that sums are the same to the bit.
const DEPTH: usize = 512;

/// A matrix somewhere in memory.
#[derive(Clone, Copy)]
pub(super) struct View<T> {
    pub(super) start: *const T,
    pub(super) row: isize,
    pub(super) column: isize,
}

impl<T> View<T> {
    /// The part that begins in this row and column.
    pub(super) fn from(self, row: usize, column: usize) -> Self {
        let offset = row as isize * self.row + column as isize * self.column;
        Self {
            start: self.start.wrapping_offset(offset),
            ..self
        }
    }
}

/// A product for the `gemm` crate.
#[derive(Clone, Copy)]
pub(super) struct Large<T> {
    /// Rows of the result, terms of each sum, columns of the result.
    pub(super) extents: (usize, usize, usize),
    pub(super) left: View<T>,
    pub(super) right: View<T>,
    pub(super) negate: bool,
}

impl<T: Element> Large<T> {
    /// # Safety
    /// The views are of matrices with these extents; `out` may be written, and by nobody else.
    pub(super) unsafe fn multiply(self, out: View<T>, accumulate: bool) {
        let (rows, inner, columns) = self.extents;
        // SAFETY: by the caller.
        unsafe {
            gemm::gemm(
                rows,
                columns,
                inner,
                out.start.cast_mut(),
                out.column,
                out.row,
                accumulate,
                self.left.start,
                self.left.column,
                self.left.row,
                self.right.start,
                self.right.column,
                self.right.row,
                T::ONE,
                if self.negate { -T::ONE } else { T::ONE },
                false,
                false,
                false,
                gemm::Parallelism::None,
            );
        }
    }

    /// The same with the right operand, which stands column by column, copied row by row first. Returns
    /// false and has done nothing where that does not pay.
    ///
    /// # Safety
    /// As for [`Self::multiply`].
    pub(super) unsafe fn multiply_with_turned_right(self, out: View<T>, accumulate: bool) -> bool {
        let (rows, inner, columns) = self.extents;
        let has_whole_lines = (columns * size_of::<T>()).is_multiple_of(LINE);
        let step = if has_whole_lines { UNCOPIED_ROWS } else { rows };
        let depth = inner.div_ceil(inner.div_ceil(DEPTH));
        (0..inner).step_by(depth).all(|first| {
            let own = depth.min(inner - first);
            let right = self.right.from(first, 0);
            let multiply = |turned: &[T]| {
                let right = View {
                    start: turned.as_ptr(),
                    row: columns as isize,
                    column: 1,
                };
                for rows in steps(rows, step) {
                    let left = self.left.from(rows.start, first);
                    let part = Self {
                        extents: (rows.len(), own, columns),
                        left,
                        right,
                        ..self
                    };
                    // SAFETY: by the caller, for a part of the rows and terms.
                    unsafe { part.multiply(out.from(rows.start, 0), accumulate || first > 0) };
                }
            };
            let stride = right.column as usize;
            // SAFETY: by the caller: each column has `own` terms from here on.
            unsafe { with_transposed(right.start, stride, (columns, own), multiply) }
        })
    }
}

/// Cuts rows into steps, none of them a single row, whose sums the `gemm` crate would make in another
/// order.
fn steps(rows: usize, step: usize) -> impl Iterator<Item = Range<usize>> {
    let mut next = 0;
    std::iter::from_fn(move || {
        let start = next;
        next += match rows - start {
            left if left == step + 1 => left,
            left => left.min(step),
        };
        (next > start).then_some(start..next)
    })
}
