//! Large matrix products, by the `gemm` crate.

use super::transposition::with_transposed;
use crate::element::Element;

/// The most rows for which the `gemm` crate multiplies with a right operand as it stands, uncopied, if
/// its rows are whole cache lines.
const UNCOPIED_ROWS: usize = 48;
const LINE: usize = 64;
/// The most terms that the `gemm` crate sums at once for any number of rows and columns; with more it
/// matters for the bits of a sum how many there are.
const DEPTH: usize = 512;

/// A matrix somewhere in memory.
#[derive(Clone, Copy)]
pub(super) struct View<T> {
    pub(super) start: *const T,
    pub(super) row: isize,
    pub(super) column: isize,
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
    /// As for [`Self::multiply`]; the columns of the right operand are neighbours.
    pub(super) unsafe fn multiply_with_turned_right(self, out: View<T>, accumulate: bool) -> bool {
        let (rows, inner, columns) = self.extents;
        // SAFETY: by the caller.
        let right = unsafe { std::slice::from_raw_parts(self.right.start, inner * columns) };
        with_transposed(right, inner, |turned| {
            let has_whole_lines = (columns * size_of::<T>()).is_multiple_of(LINE);
            let step = match has_whole_lines && inner <= DEPTH {
                true => UNCOPIED_ROWS,
                false => rows,
            };
            for row in (0..rows).step_by(step) {
                let below = |view: View<T>| View {
                    start: view.start.wrapping_offset(row as isize * view.row),
                    ..view
                };
                let part = Self {
                    extents: (step.min(rows - row), inner, columns),
                    left: below(self.left),
                    right: View {
                        start: turned.as_ptr(),
                        row: columns as isize,
                        column: 1,
                    },
                    ..self
                };
                // SAFETY: by the caller, for a part of the rows.
                unsafe { part.multiply(below(out), accumulate) };
            }
        })
    }
}
