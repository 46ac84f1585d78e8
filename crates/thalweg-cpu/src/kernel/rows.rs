//! Operations on the rows of a matrix: log-sum-exp, and what labels pick.

use crate::element::Element;
use crate::storage::{Location, Storage};
use crate::threads::Threads;

/// Rows one task handles.
const ROWS: usize = 64;

/// log Σ exp of each of `rows` rows, with the greatest element taken out so that nothing overflows.
pub(crate) fn log_sum_exp<T: Element>(
    from: Location,
    (rows, columns): (usize, usize),
    out: Location,
    storage: &Storage<'_, T>,
    threads: &Threads,
) {
    // SAFETY: the value is complete and has this many elements.
    let values = unsafe { storage.read(from, rows * columns) };
    threads.each(rows.div_ceil(ROWS), |task| {
        let range = task * ROWS..rows.min((task + 1) * ROWS);
        // SAFETY: every task has rows of its own.
        let out = unsafe { storage.write(out, range.start, range.len()) };
        let own = values[range.start * columns..].chunks_exact(columns.max(1));
        for (out, row) in out.iter_mut().zip(own) {
            *out = log_sum_exp_of(row);
        }
    });
}

fn log_sum_exp_of<T: Element>(row: &[T]) -> T {
    let greatest = row.iter().fold(
        row[0],
        |greatest, x| if *x > greatest { *x } else { greatest },
    );
    if !greatest.is_finite() {
        return greatest; // all −∞, or an infinity or undefined number to pass on
    }
    let sum = row
        .iter()
        .fold(T::ZERO, |sum, x| sum + (*x - greatest).exp());
    greatest + sum.log()
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
