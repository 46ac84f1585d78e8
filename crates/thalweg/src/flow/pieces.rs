//! Sums over all elements, of what is computed piece by piece.

use std::ops::Range;

use thalweg_cpu::{Threads, vector};

use super::control::Tolerance;

/// Elements in one piece: what is computed on the way stays in the first-level cache.
pub(super) const PIECE: usize = 512;
/// The most parts that are cut among threads, and the least pieces in one.
const PARTS: usize = 64;
const LEAST: usize = 32;

/// Σ `piece`(range) over ranges of no more than [`PIECE`] elements that cover 0..`length`; the same
/// bits for any number of threads.
pub(super) fn sums<const N: usize>(
    length: usize,
    threads: &Threads,
    piece: impl Fn(Range<usize>) -> [f64; N] + Sync + Send,
) -> [f64; N] {
    let part = PIECE * length.div_ceil(PIECE).div_ceil(PARTS).max(LEAST);
    let mut parts = [[0.0; N]; PARTS];
    let used = &mut parts[..length.div_ceil(part)];
    let task = |index: usize, sums: &mut [f64; N], _: &Threads| {
        let end = length.min((index + 1) * part);
        for start in (index * part..end).step_by(PIECE) {
            add(sums, &piece(start..end.min(start + PIECE)));
        }
    };
    match used {
        [] => {}
        [sums] => task(0, sums, threads),
        parts => threads.each_of(parts, task),
    }
    let mut total = [0.0; N];
    parts.iter().for_each(|sums| add(&mut total, sums));
    total
}

fn add<const N: usize>(sums: &mut [f64; N], more: &[f64; N]) {
    sums.iter_mut()
        .zip(more)
        .for_each(|(sum, more)| *sum += more);
}

/// Σ x².
pub(super) fn square(x: &[f64]) -> f64 {
    vector::norm_squared(x, &Threads::one())
}

/// Σ (eᵢ/sᵢ)² of `errors`, which are overwritten, for θ `before` and `after` the step; NaN if θ is
/// not finite afterwards.
pub(super) fn scaled_square(
    tolerance: &Tolerance,
    errors: &mut [f64],
    before: &[f64],
    after: &[f64],
) -> f64 {
    for ((error, before), after) in errors.iter_mut().zip(before).zip(after) {
        // 0 but for what is not finite. A maximum would hide it.
        let broken = 0.0 * after;
        *error = *error / tolerance.scale(*before, *after) + broken;
    }
    square(errors)
}

/// √(Σ/m).
pub(super) fn root_mean(sum: f64, length: usize) -> f64 {
    (sum / length.max(1) as f64).sqrt()
}
