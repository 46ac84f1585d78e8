//! Random directions, each from a stream of its own.

use rand::Rng;
use rand_distr::{Distribution, StandardNormal};
use thalweg_cpu::Element;

use crate::random::{Purpose, stream};

/// Who draws: directions of different users are independent even for the same seed.
#[derive(Clone, Copy)]
pub(super) enum User {
    Lanczos = 0,
    Sketch = 1,
    Trace = 2,
    Density = 3,
    Determinism = 4,
}

/// Users share the streams of [`Purpose::Probing`] by the upper half of the index.
fn stream_of(seed: u64, user: User, number: u64) -> impl Rng {
    stream(seed, Purpose::Probing, ((user as u64) << 32) | number)
}

/// Independent standard normal elements: a direction uniform on the sphere.
///
/// A start of Lanczos must not be a vector of ±1, which is orthogonal to (1, −1, 0, …) every
/// second time.
pub(super) fn gaussian<T: Element>(count: usize, seed: u64, user: User, number: u64) -> Vec<T> {
    let mut stream = stream_of(seed, user, number);
    let mut draw = || -> f64 { StandardNormal.sample(&mut stream) };
    (0..count).map(|_| T::from_f64(draw())).collect()
}

/// Independent elements ±1: of all probes with E[zzᵀ] = I those of least variance for traces
/// (Hutchinson 1990), and ‖z‖² = m exactly.
pub(super) fn rademacher<T: Element>(count: usize, seed: u64, user: User, number: u64) -> Vec<T> {
    let mut stream = stream_of(seed, user, number);
    let mut signs = Vec::with_capacity(count.next_multiple_of(64));
    while signs.len() < count {
        let bits = stream.next_u64();
        signs.extend((0..64).map(|bit| {
            if bits >> bit & 1 == 1 {
                T::ONE
            } else {
                -T::ONE
            }
        }));
    }
    signs.truncate(count);
    signs
}
