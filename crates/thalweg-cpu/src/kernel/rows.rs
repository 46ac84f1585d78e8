//! Operations on the rows of a matrix: log-sum-exp, and what labels pick.

use pulp::{Arch, Simd, WithSimd};

use super::elementwise::is_undefined;
use super::expression::TILE;
use crate::crew::Crew;
use crate::element::Element;
use crate::storage::{Location, Storage};

/// Rows one task handles.
const ROWS: usize = 64;

/// log Σ exp of each of `rows` rows, with the greatest element taken out so that nothing overflows.
pub(crate) fn log_sum_exp<T: Element>(
    from: Location,
    (rows, columns): (usize, usize),
    out: Location,
    storage: &Storage<'_, T>,
    crew: &Crew,
) {
    // SAFETY: the value is complete and has this many elements.
    let values = unsafe { storage.read(from, rows * columns) };
    crew.each(rows.div_ceil(ROWS), |task| {
        let range = task * ROWS..rows.min((task + 1) * ROWS);
        // SAFETY: every task has rows of its own.
        let out = unsafe { storage.write(out, range.start, range.len()) };
        let rows = &values[range.start * columns..range.end * columns];
        Arch::new().dispatch(LogSumExp { rows, columns, out });
    });
}

/// Rows that fit a tile together, or the tiles of one long row.
struct LogSumExp<'a, T> {
    rows: &'a [T],
    columns: usize,
    out: &'a mut [T],
}

impl<T: Element> WithSimd for LogSumExp<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let columns = self.columns;
        if columns == 0 {
            self.out.fill(T::ZERO.log()); // the logarithm of an empty sum is −∞
            return;
        }
        let together = (TILE / columns).max(1);
        let mut tile = [T::ZERO; TILE];
        let blocks = self.rows.chunks(together * columns);
        for (rows, out) in blocks.zip(self.out.chunks_mut(together)) {
            for (out, row) in out.iter_mut().zip(rows.chunks_exact(columns)) {
                *out = greatest(row);
            }
            if columns > TILE {
                let mut sum = T::ZERO;
                for part in rows.chunks(TILE) {
                    sum += exponentials(part, &out[..1], part.len(), &mut tile).sum();
                }
                out[0] = finished(out[0], sum);
                continue;
            }
            let terms = exponentials(rows, out, columns, &mut tile);
            for (out, terms) in out.iter_mut().zip(terms.0.chunks_exact(columns)) {
                *out = finished(*out, Terms(terms).sum());
            }
        }
    }
}

#[inline(always)]
fn greatest<T: Element>(row: &[T]) -> T {
    // An undefined number anywhere is passed on.
    row.iter().fold(row[0], |greatest, x| {
        if *x > greatest || is_undefined(*x) {
            *x
        } else {
            greatest
        }
    })
}

/// e^(x − greatest) for each x of each row.
#[inline(always)]
fn exponentials<'a, T: Element>(
    rows: &[T],
    greatest: &[T],
    columns: usize,
    tile: &'a mut [T; TILE],
) -> Terms<'a, T> {
    let tile = &mut tile[..rows.len()];
    let pairs = rows
        .chunks_exact(columns)
        .zip(tile.chunks_exact_mut(columns));
    for ((row, terms), greatest) in pairs.zip(greatest) {
        for (term, x) in terms.iter_mut().zip(row) {
            *term = *x - *greatest;
        }
    }
    for term in tile.iter_mut() {
        *term = term.exp();
    }
    Terms(tile)
}

struct Terms<'a, T>(&'a [T]);

impl<T: Element> Terms<'_, T> {
    #[inline(always)]
    fn sum(&self) -> T {
        self.0.iter().fold(T::ZERO, |sum, term| sum + *term)
    }
}

#[inline(always)]
fn finished<T: Element>(greatest: T, sum: T) -> T {
    if greatest.is_finite() {
        greatest + sum.log()
    } else {
        greatest // all −∞, or an infinity or undefined number to pass on
    }
}

/// The value at each row's label.
pub(crate) fn select<T: Element>(
    from: Location,
    labels: Location,
    (rows, columns): (usize, usize),
    out: Location,
    storage: &Storage<'_, T>,
) {
    // SAFETY: the value is complete; `out` is another one.
    let (values, out) = unsafe {
        (
            storage.read(from, rows * columns),
            storage.write(out, 0, rows),
        )
    };
    let labels = storage.labels(labels);
    for ((row, label), out) in values.chunks_exact(columns).zip(labels).zip(out) {
        *out = row[*label as usize];
    }
}

/// Zeros but for each row's value at its label.
pub(crate) fn place<T: Element>(
    from: Location,
    labels: Location,
    (rows, columns): (usize, usize),
    out: Location,
    storage: &Storage<'_, T>,
) {
    // SAFETY: the value is complete; `out` is another one.
    let (values, out) = unsafe {
        (
            storage.read(from, rows),
            storage.write(out, 0, rows * columns),
        )
    };
    out.fill(T::ZERO);
    let labels = storage.labels(labels);
    for ((row, label), value) in out.chunks_exact_mut(columns).zip(labels).zip(values) {
        row[*label as usize] = *value;
    }
}
