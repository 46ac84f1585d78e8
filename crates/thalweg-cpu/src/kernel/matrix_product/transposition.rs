//! The rows of a matrix as columns, by vectors of 512 bits.
//!
//! The `gemm` crate copies the right operand of x Wᵀ element by element, in some 0.45 ns each; tiles
//! turned in registers take a fifth of that.

use std::cell::RefCell;

use crate::element::Element;

#[repr(align(64))]
#[derive(Clone, Copy)]
struct Line(#[expect(dead_code, reason = "only size and alignment count")] [u8; 64]);

thread_local! {
    static MEMORY: RefCell<Vec<Line>> = const { RefCell::new(Vec::new()) };
}

/// Gives `work` the transposed of the matrix of `rows` rows and `columns` columns at `from`, whose rows
/// begin `stride` elements apart.
///
/// Returns false, and has not called it, where the processor has no such vectors.
///
/// # Safety
/// The matrix can be read.
pub(super) unsafe fn with_transposed<T: Element>(
    from: *const T,
    stride: usize,
    (rows, columns): (usize, usize),
    work: impl FnOnce(&[T]),
) -> bool {
    let count = rows * columns;
    MEMORY.with_borrow_mut(|memory| {
        let lines = (count * size_of::<T>()).div_ceil(size_of::<Line>());
        if memory.len() < lines {
            memory.resize(lines, Line([0; 64]));
        }
        // SAFETY: the memory is aligned, long enough and written, and any bits are an element; the
        // matrix can be read by the caller.
        unsafe {
            let to = std::slice::from_raw_parts_mut(memory.as_mut_ptr().cast::<T>(), count);
            let is_done = transpose(from, stride, (rows, columns), to);
            if is_done {
                work(to);
            }
            is_done
        }
    })
}

/// Writes the transposed of the matrix at `from` to `to`, unless there are no such vectors.
///
/// # Safety
/// The matrix can be read, and `to` has as many elements.
#[cfg(target_arch = "x86_64")]
unsafe fn transpose<T: Copy>(
    from: *const T,
    stride: usize,
    (rows, columns): (usize, usize),
    to: &mut [T],
) -> bool {
    let Some(simd) = pulp::x86::V4::try_new() else {
        return false;
    };
    // Bits are moved, whatever they mean: the size of an element is all that matters.
    match size_of::<T>() {
        4 => simd.vectorize(vectors::ByTiles::<'_, T, 16> {
            simd,
            from,
            stride,
            rows,
            columns,
            to,
        }),
        8 => simd.vectorize(vectors::ByTiles::<'_, T, 8> {
            simd,
            from,
            stride,
            rows,
            columns,
            to,
        }),
        _ => return false,
    }
    true
}

/// Other processors have no such vectors.
#[cfg(not(target_arch = "x86_64"))]
unsafe fn transpose<T>(_: *const T, _: usize, _: (usize, usize), _: &mut [T]) -> bool {
    false
}

// All of this is inlined into one function that may use the vectors; a closure might not be.
#[cfg(target_arch = "x86_64")]
mod vectors {
    use core::arch::x86_64::{__m512, _MM_HINT_T0, _mm_prefetch};

    use pulp::NullaryFnOnce;
    use pulp::x86::V4;

    /// Turns tiles of SIDE rows of one vector of SIDE elements each; what is left over at the edges is
    /// moved element by element.
    ///
    /// Only [`super::transpose`] makes one: it answers for what can be read and written.
    pub(super) struct ByTiles<'a, T, const SIDE: usize> {
        pub(super) simd: V4,
        pub(super) from: *const T,
        pub(super) stride: usize,
        pub(super) rows: usize,
        pub(super) columns: usize,
        pub(super) to: &'a mut [T],
    }

    impl<T: Copy, const SIDE: usize> NullaryFnOnce for ByTiles<'_, T, SIDE>
    where
        [__m512; SIDE]: Turn,
    {
        type Output = ();

        #[inline(always)]
        fn call(self) {
            let Self {
                simd,
                from,
                stride,
                rows,
                columns,
                to,
            } = self;
            assert!(SIDE * size_of::<T>() == size_of::<__m512>() && to.len() == rows * columns);
            let (whole_rows, whole_columns) = (rows / SIDE * SIDE, columns / SIDE * SIDE);
            for row in (0..whole_rows).step_by(SIDE) {
                for column in (0..whole_columns).step_by(SIDE) {
                    let source = from.wrapping_add(row * stride + column);
                    let mut tile = [simd.avx512f._mm512_setzero_ps(); SIDE];
                    for (line, vector) in tile.iter_mut().enumerate() {
                        // SAFETY: the tile lies within the matrix; any bits make a vector. The
                        // address of the tile below, whose rows lie far apart, is a hint.
                        unsafe {
                            let source = source.wrapping_add(line * stride);
                            *vector = source.cast::<__m512>().read_unaligned();
                            _mm_prefetch::<_MM_HINT_T0>(source.wrapping_add(SIDE * stride).cast());
                        }
                    }
                    let target = to[column * rows + row..].as_mut_ptr();
                    for (line, vector) in tile.turn(simd).iter().enumerate() {
                        // SAFETY: the tile lies within the transposed, which `to` holds.
                        unsafe {
                            let target = target.add(line * rows).cast::<__m512>();
                            target.write_unaligned(*vector);
                        }
                    }
                }
            }
            for row in 0..rows {
                let first = if row < whole_rows { whole_columns } else { 0 };
                for column in first..columns {
                    // SAFETY: the element lies within the matrix.
                    to[column * rows + row] = unsafe { *from.add(row * stride + column) };
                }
            }
        }
    }

    /// The rows of a tile as its columns.
    pub(super) trait Turn {
        fn turn(self, simd: V4) -> Self;
    }

    /// Sixteen elements of four bytes.
    impl Turn for [__m512; 16] {
        #[inline(always)]
        fn turn(self, simd: V4) -> Self {
            let vectors = simd.avx512f;
            let mut pairs = self;
            for first in (0..16).step_by(2) {
                let (above, below) = (self[first], self[first + 1]);
                pairs[first] = vectors._mm512_unpacklo_ps(above, below);
                pairs[first + 1] = vectors._mm512_unpackhi_ps(above, below);
            }
            // In each quarter of a vector, four rows of one column.
            let mut fours = pairs;
            for first in (0..16).step_by(4) {
                for half in 0..2 {
                    let (above, below) = (pairs[first + half], pairs[first + 2 + half]);
                    let halves = turn_halves(simd, above, below);
                    fours[first + 2 * half] = halves[0];
                    fours[first + 2 * half + 1] = halves[1];
                }
            }
            let mut columns = fours;
            for column in 0..4 {
                let [a, b, c, d] = [column, column + 4, column + 8, column + 12];
                let quarters = turn_quarters(simd, [fours[a], fours[b], fours[c], fours[d]]);
                [columns[a], columns[b], columns[c], columns[d]] = quarters;
            }
            columns
        }
    }

    /// Eight elements of eight bytes.
    impl Turn for [__m512; 8] {
        #[inline(always)]
        fn turn(self, simd: V4) -> Self {
            // In each quarter of a vector, two rows of one column.
            let mut pairs = self;
            for first in (0..8).step_by(2) {
                let halves = turn_halves(simd, self[first], self[first + 1]);
                pairs[first] = halves[0];
                pairs[first + 1] = halves[1];
            }
            let mut columns = pairs;
            for column in 0..2 {
                let [a, b, c, d] = [column, column + 2, column + 4, column + 6];
                let quarters = turn_quarters(simd, [pairs[a], pairs[b], pairs[c], pairs[d]]);
                [columns[a], columns[b], columns[c], columns[d]] = quarters;
            }
            columns
        }
    }

    /// In each quarter, the first halves of both and the second halves of both.
    #[inline(always)]
    fn turn_halves(simd: V4, a: __m512, b: __m512) -> [__m512; 2] {
        let vectors = simd.avx512f;
        let (a, b) = (vectors._mm512_castps_pd(a), vectors._mm512_castps_pd(b));
        let first = vectors._mm512_unpacklo_pd(a, b);
        let second = vectors._mm512_unpackhi_pd(a, b);
        [
            vectors._mm512_castpd_ps(first),
            vectors._mm512_castpd_ps(second),
        ]
    }

    /// The first quarters of all four, the second, third and fourth ones.
    #[inline(always)]
    fn turn_quarters(simd: V4, [a, b, c, d]: [__m512; 4]) -> [__m512; 4] {
        /// Quarters 0 and 2 of both vectors.
        const EVEN: i32 = 0b10_00_10_00;
        /// Quarters 1 and 3 of both vectors.
        const ODD: i32 = 0b11_01_11_01;
        let vectors = simd.avx512f;
        let even_ab = vectors._mm512_shuffle_f32x4::<EVEN>(a, b);
        let odd_ab = vectors._mm512_shuffle_f32x4::<ODD>(a, b);
        let even_cd = vectors._mm512_shuffle_f32x4::<EVEN>(c, d);
        let odd_cd = vectors._mm512_shuffle_f32x4::<ODD>(c, d);
        [
            vectors._mm512_shuffle_f32x4::<EVEN>(even_ab, even_cd),
            vectors._mm512_shuffle_f32x4::<EVEN>(odd_ab, odd_cd),
            vectors._mm512_shuffle_f32x4::<ODD>(even_ab, even_cd),
            vectors._mm512_shuffle_f32x4::<ODD>(odd_ab, odd_cd),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::transpose;

    fn check<T: Copy + PartialEq + std::fmt::Debug>(
        (rows, columns): (usize, usize),
        element: impl Fn(usize) -> T,
    ) {
        let stride = columns + 3;
        let from: Vec<T> = (0..rows * stride).map(&element).collect();
        let mut to = vec![element(usize::MAX >> 12); rows * columns];
        let before = to.clone();
        // SAFETY: the matrix lies within `from`.
        let is_done = unsafe { transpose(from.as_ptr(), stride, (rows, columns), &mut to) };
        for row in 0..rows {
            for column in 0..columns {
                let place = column * rows + row;
                let expected = match is_done {
                    true => from[row * stride + column],
                    false => before[place],
                };
                assert_eq!(to[place], expected, "{rows} x {columns}: {row}, {column}");
            }
        }
    }

    #[test]
    fn every_element_of_every_shape_is_in_its_new_place() {
        for rows in [1, 7, 8, 15, 16, 17, 32, 45, 64] {
            for columns in [1, 3, 8, 16, 31, 32, 100] {
                check((rows, columns), |index| index as f32);
                check((rows, columns), |index| index as f64);
            }
        }
    }
}
