//! Large matrix products, by the `gemm` crate.

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
        for first in (0..inner).step_by(depth) {
            let own = depth.min(inner - first);
            let right = self.right.from(first, 0);
            // SAFETY: by the caller: each column has `own` terms from here on.
            let is_turned = unsafe {
                with_transposed(
                    right.start,
                    right.column as usize,
                    (columns, own),
                    |turned| {
                        for row in (0..rows).step_by(step) {
                            let part = Self {
                                extents: (step.min(rows - row), own, columns),
                                left: self.left.from(row, first),
                                right: View {
                                    start: turned.as_ptr(),
                                    row: columns as isize,
                                    column: 1,
                                },
                                ..self
                            };
                            part.multiply(out.from(row, 0), accumulate || first > 0);
                        }
                    },
                )
            };
            if !is_turned {
                return false;
            }
        }
        true
    }
}
