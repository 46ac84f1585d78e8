//! Sums and products of flat vectors, cut among threads by their length alone.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use pulp::{Arch, Simd, WithSimd};

use crate::element::Element;
use crate::threads::Threads;

/// Elements one task handles; a vector no longer than this is handled without the pool.
const TASK: usize = 1 << 14;
/// The most parts a sum is made of.
const PARTS: usize = 64;
/// Independent running sums.
const LANES: usize = 16;

/// Σᵢ xᵢyᵢ, summed in double precision. The shorter length counts; the two may have different
/// element types.
#[must_use]
pub fn dot<X: Element, Y: Element>(x: &[X], y: &[Y], threads: &Threads) -> f64 {
    let [sum] = sums(x.len().min(y.len()), threads, |range| {
        [part_of_dot(&x[range.clone()], &y[range])]
    });
    sum
}

/// ‖x‖² and x·y, both summed in double precision, in one pass. The shorter length counts.
#[must_use]
pub fn norm_squared_and_dot<T: Element>(x: &[T], y: &[T], threads: &Threads) -> (f64, f64) {
    let [norm, product] = sums(x.len().min(y.len()), threads, |range| {
        let (x, y) = (&x[range.clone()], &y[range]);
        [part_of_dot(x, x), part_of_dot(x, y)]
    });
    (norm, product)
}

fn part_of_dot<X: Element, Y: Element>(x: &[X], y: &[Y]) -> f64 {
    Arch::new().dispatch(Dot { x, y })
}

/// Sums over `length` elements from sums over ranges of them.
fn sums<const N: usize>(
    length: usize,
    threads: &Threads,
    of: impl Fn(Range<usize>) -> [f64; N] + Sync,
) -> [f64; N] {
    let mut parts = [[0.0; N]; PARTS];
    let part = part_of_sum(length);
    let parts = &mut parts[..length.div_ceil(part)];
    let task = |index: usize, sum: &mut [f64; N]| {
        *sum = of(index * part..length.min((index + 1) * part));
    };
    match parts {
        [] => {}
        [sum] => task(0, sum),
        _ => threads.enter(|crew| crew.each_of(parts, task)),
    }
    std::array::from_fn(|which| parts.iter().map(|sum| sum[which]).sum())
}

/// How many elements each part of a sum has.
fn part_of_sum(length: usize) -> usize {
    TASK.max(length.div_ceil(PARTS))
}

/// ‖x‖², summed in double precision.
#[must_use]
pub fn norm_squared<T: Element>(x: &[T], threads: &Threads) -> f64 {
    dot(x, x, threads)
}

/// x += factor · y.
pub fn add_scaled<T: Element>(x: &mut [T], factor: f64, y: &[T], threads: &Threads) {
    let factor = T::from_f64(factor);
    in_parts(x, threads, |start, x| {
        let y = &y[start..start + x.len()];
        Arch::new().dispatch(Update {
            x,
            terms: [y],
            function: |x: T, [y]: [T; 1]| x + factor * y,
        });
    });
}

/// x += factor · y; returns what ‖x‖² was before, summed in double precision. One pass instead of two.
pub fn add_scaled_after_norm<T: Element>(
    x: &mut [T],
    factor: f64,
    y: &[T],
    threads: &Threads,
) -> f64 {
    let sums = [const { AtomicU64::new(0) }; PARTS];
    let part = part_of_sum(x.len());
    let add = |index: usize, x: &mut [T]| {
        sums[index].store(part_of_dot(x, x).to_bits(), Ordering::Relaxed);
        add_scaled(
            x,
            factor,
            &y[index * part..index * part + x.len()],
            &Threads::one(),
        );
    };
    match x.len() <= part {
        true => add(0, x),
        false => threads.enter(|crew| crew.each_chunk(x, part, add)),
    }
    let parts = sums
        .iter()
        .map(|sum| f64::from_bits(sum.load(Ordering::Relaxed)));
    parts.sum()
}

/// x += factor · (y − x).
pub fn move_towards<T: Element>(x: &mut [T], factor: f64, y: &[T], threads: &Threads) {
    let factor = T::from_f64(factor);
    in_parts(x, threads, |start, x| {
        let y = &y[start..start + x.len()];
        Arch::new().dispatch(Update {
            x,
            terms: [y],
            function: |x: T, [y]: [T; 1]| x + factor * (y - x),
        });
    });
}

/// x += factor · (y − z).
pub fn add_scaled_difference<T: Element>(
    x: &mut [T],
    factor: f64,
    y: &[T],
    z: &[T],
    threads: &Threads,
) {
    let factor = T::from_f64(factor);
    in_parts(x, threads, |start, x| {
        let range = start..start + x.len();
        Arch::new().dispatch(Update {
            x,
            terms: [&y[range.clone()], &z[range]],
            function: |x: T, [y, z]: [T; 2]| x + factor * (y - z),
        });
    });
}

/// out = x + factor · y.
pub fn displaced<T: Element>(out: &mut [T], x: &[T], factor: f64, y: &[T], threads: &Threads) {
    let factor = T::from_f64(factor);
    in_parts(out, threads, |start, out| {
        let range = start..start + out.len();
        Arch::new().dispatch(Update {
            x: out,
            terms: [&x[range.clone()], &y[range]],
            function: |_, [x, y]: [T; 2]| x + factor * y,
        });
    });
}

/// out = `own` · out + Σ weight · x over the `terms` (weight, x), added in their order. Without
/// `own` what `out` holds does not count.
pub fn weighted_sum<T: Element>(
    out: &mut [T],
    own: Option<f64>,
    terms: &[(f64, &[T])],
    threads: &Threads,
) {
    in_parts(out, threads, |start, out| {
        let (mut own, mut left) = (own, terms);
        loop {
            let range = start..start + out.len();
            let (few, others) = left.split_at(left.len().min(4));
            match few {
                [a, b, c, d] => add_weighted(out, own, &[*a, *b, *c, *d], range),
                [a, b, c] => add_weighted(out, own, &[*a, *b, *c], range),
                [a, b] => add_weighted(out, own, &[*a, *b], range),
                [a] => add_weighted(out, own, &[*a], range),
                _ => add_weighted(out, own, &[], range),
            }
            if others.is_empty() {
                break;
            }
            (own, left) = (Some(1.0), others);
        }
    });
}

/// out = `own` · out + Σ weight · x, in one pass; of each x that `range`.
fn add_weighted<T: Element, const N: usize>(
    out: &mut [T],
    own: Option<f64>,
    terms: &[(f64, &[T]); N],
    range: Range<usize>,
) {
    let weights = terms.map(|(weight, _)| T::from_f64(weight));
    let terms = terms.map(|(_, x)| &x[range.clone()]);
    match own.map(T::from_f64) {
        Some(own) => Arch::new().dispatch(AddWeighted::<'_, T, N, true> {
            out,
            own,
            weights,
            terms,
        }),
        None => Arch::new().dispatch(AddWeighted::<'_, T, N, false> {
            out,
            own: T::ZERO,
            weights,
            terms,
        }),
    }
}

/// x ← function(x, terms), element by element; the terms are at least as long as x.
pub fn update<T: Element, const N: usize>(
    x: &mut [T],
    terms: [&[T]; N],
    threads: &Threads,
    function: impl Fn(T, [T; N]) -> T + Sync,
) {
    in_parts(x, threads, |start, x| {
        let terms = terms.map(|term| &term[start..start + x.len()]);
        Arch::new().dispatch(Update {
            x,
            terms,
            function: &function,
        });
    });
}

fn in_parts<T: Element>(x: &mut [T], threads: &Threads, task: impl Fn(usize, &mut [T]) + Sync) {
    // Parts that stay in the second-level cache while a few terms are added to them.
    if x.len() <= TASK {
        return task(0, x);
    }
    threads.enter(|crew| {
        crew.each_chunk(x, TASK, |index, part| task(index * TASK, part));
    });
}

/// x ← function(x, terms), element by element.
struct Update<'a, T, F, const N: usize> {
    x: &'a mut [T],
    terms: [&'a [T]; N],
    function: F,
}

impl<T: Element, F: Fn(T, [T; N]) -> T, const N: usize> WithSimd for Update<'_, T, F, N> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let length = self.x.len();
        let terms = self.terms.map(|term| &term[..length]);
        for (index, x) in self.x.iter_mut().enumerate() {
            *x = (self.function)(*x, std::array::from_fn(|term| terms[term][index]));
        }
    }
}

/// out = `own` · out + Σ weight · x; without `OWN` what `out` holds does not count.
struct AddWeighted<'a, T, const N: usize, const OWN: bool> {
    out: &'a mut [T],
    own: T,
    weights: [T; N],
    terms: [&'a [T]; N],
}

impl<T: Element, const N: usize, const OWN: bool> WithSimd for AddWeighted<'_, T, N, OWN> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self {
            out,
            own,
            weights,
            terms,
        } = self;
        let length = out.len();
        let terms = terms.map(|term| &term[..length]);
        for (index, out) in out.iter_mut().enumerate() {
            let mut sum = if OWN { own * *out } else { T::ZERO };
            #[allow(clippy::needless_range_loop)] // so that the loop over elements is vectorised
            for term in 0..N {
                sum += weights[term] * terms[term][index];
            }
            *out = sum;
        }
    }
}

struct Dot<'a, X, Y> {
    x: &'a [X],
    y: &'a [Y],
}

impl<X: Element, Y: Element> WithSimd for Dot<'_, X, Y> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> f64 {
        let mut lanes = [0.0; LANES];
        let (mut xs, mut ys) = (self.x.chunks_exact(LANES), self.y.chunks_exact(LANES));
        for (x, y) in (&mut xs).zip(&mut ys) {
            for ((lane, x), y) in lanes.iter_mut().zip(x).zip(y) {
                *lane += x.to_f64() * y.to_f64();
            }
        }
        for ((lane, x), y) in lanes.iter_mut().zip(xs.remainder()).zip(ys.remainder()) {
            *lane += x.to_f64() * y.to_f64();
        }
        lanes.iter().sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wave(count: usize, frequency: f64) -> Vec<f32> {
        (0..count)
            .map(|i| (frequency * i as f64).sin() as f32)
            .collect()
    }

    #[test]
    fn long_vectors_give_the_same_bits_on_any_number_of_threads() {
        let (x, y) = (wave(300_001, 0.7), wave(300_001, 1.3));
        let run = |count| {
            let threads = Threads::new(count).unwrap();
            let mut z = x.clone();
            add_scaled(&mut z, 0.3, &y, &threads);
            add_scaled_difference(&mut z, -2.0, &x, &y, &threads);
            move_towards(&mut z, 0.5, &y, &threads);
            let mut out = vec![0.0; z.len()];
            weighted_sum(&mut out, None, &[(0.5, &z), (1.5, &x)], &threads);
            weighted_sum(&mut out, Some(0.5), &[], &threads);
            displaced(&mut z, &out, 0.1, &y, &threads);
            update(&mut z, [&x, &y], &threads, |z, [x, y]| z - x * y);
            let (norm, product) = norm_squared_and_dot(&z, &out, &threads);
            assert_eq!(norm.to_bits(), norm_squared(&z, &threads).to_bits());
            assert_eq!(product.to_bits(), dot(&z, &out, &threads).to_bits());
            let (mut fused, mut added) = (z.clone(), z.clone());
            let before = add_scaled_after_norm(&mut fused, 0.7, &y, &threads);
            add_scaled(&mut added, 0.7, &y, &threads);
            assert_eq!((before.to_bits(), fused), (norm.to_bits(), added));
            (product.to_bits(), z)
        };
        let alone = run(1);
        assert_eq!(alone, run(2));
        assert_eq!(alone, run(5));
        let z: f64 = f64::from(x[7]) + 0.3 * f64::from(y[7]) - 2.0 * f64::from(x[7] - y[7]);
        let z = 0.5 * (z + f64::from(y[7]));
        let out = 0.25 * z + 0.75 * f64::from(x[7]);
        let expected = out + 0.1 * f64::from(y[7]) - f64::from(x[7]) * f64::from(y[7]);
        assert!((f64::from(alone.1[7]) - expected).abs() < 1e-6);
    }

    #[test]
    fn weighted_sums_of_any_number_of_terms_are_added_in_their_order() {
        let vectors: Vec<_> = (0..10).map(|k| wave(40, 0.3 + f64::from(k))).collect();
        for count in 0..=9 {
            let terms = vectors[1..=count].iter().enumerate();
            let terms: Vec<(f64, &[f32])> = terms.map(|(k, x)| (0.1 + k as f64, &x[..])).collect();
            for own in [None, Some(0.7)] {
                let mut out = vectors[0].clone();
                weighted_sum(&mut out, own, &terms, &Threads::one());
                for (place, out) in out.iter().enumerate() {
                    let start = own.map_or(0.0, |own| own as f32 * vectors[0][place]);
                    let add = |sum, (weight, x): &(f64, &[f32])| sum + *weight as f32 * x[place];
                    assert_eq!(*out, terms.iter().fold(start, add), "{count} terms");
                }
            }
        }
    }

    #[test]
    fn a_sum_of_squares_does_not_lose_single_precision() {
        let x = vec![1e-4_f32; 1 << 20];
        let exact = f64::from(1e-4_f32).powi(2) * x.len() as f64;
        assert!((norm_squared(&x, &Threads::one()) / exact - 1.0).abs() < 1e-12);
    }
}
