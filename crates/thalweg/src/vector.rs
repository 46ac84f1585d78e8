//! Norms and sums of flat vectors: here on the calling thread, in [`threaded`] on several.

use thalweg_cpu::{Element, Threads, vector};

/// The same cut among threads by length alone, so that results do not depend on their number.
pub use thalweg_cpu::vector as threaded;

/// x·y, summed in double precision. The two may have different element types.
#[must_use]
pub fn dot<X: Element, Y: Element>(x: &[X], y: &[Y]) -> f64 {
    vector::dot(x, y, &Threads::one())
}

/// ‖x‖², summed in double precision.
#[must_use]
pub fn norm_squared<T: Element>(x: &[T]) -> f64 {
    dot(x, x)
}

/// x += factor · y.
pub fn add_scaled<T: Element>(x: &mut [T], factor: f64, y: &[T]) {
    vector::add_scaled(x, factor, y, &Threads::one());
}

/// x += factor · (y − x).
pub fn move_towards<T: Element>(x: &mut [T], factor: f64, y: &[T]) {
    vector::move_towards(x, factor, y, &Threads::one());
}

/// x ← function(x, terms), element by element; the terms are at least as long as x.
pub fn update<T: Element, const N: usize>(
    x: &mut [T],
    terms: [&[T]; N],
    function: impl Fn(T, [T; N]) -> T + Sync,
) {
    vector::update(x, terms, &Threads::one(), function);
}
