//! An orthonormal basis that grows by one vector and is recombined in place.

use thalweg_cpu::Element;

use crate::vector::{dot, norm_squared};

/// How many elements of all vectors are worked on at a time: such a block of w stays in the first
/// cache while the basis streams by.
const ROWS: usize = 1024;

/// Orthonormal vectors v₁ … vⱼ of length m, kept in the element type. Vectors still being worked on
/// are in double precision, so that only the last rounding is the element type's.
pub(super) struct Basis<T> {
    vectors: Vec<Vec<T>>,
}

impl<T: Element> Basis<T> {
    pub(super) fn new() -> Self {
        Self {
            vectors: Vec::new(),
        }
    }

    /// j.
    pub(super) fn len(&self) -> usize {
        self.vectors.len()
    }

    pub(super) fn vectors(&self) -> &[Vec<T>] {
        &self.vectors
    }

    pub(super) fn last(&self) -> Option<&Vec<T>> {
        self.vectors.last()
    }

    pub(super) fn into_vectors(self) -> Vec<Vec<T>> {
        self.vectors
    }

    /// w ← (I − VVᵀ)w, twice ("twice is enough", Parlett 1998, section 6.9), and the coefficients
    /// Vᵀw. Costs 8jm operations.
    pub(super) fn remove_projection(&self, w: &mut [f64]) -> Vec<f64> {
        let mut coefficients = self.remove_once(w);
        for (total, correction) in coefficients.iter_mut().zip(self.remove_once(w)) {
            *total += correction;
        }
        coefficients
    }

    fn remove_once(&self, w: &mut [f64]) -> Vec<f64> {
        let mut coefficients = vec![0.0; self.vectors.len()];
        for begin in (0..w.len()).step_by(ROWS) {
            let rows = begin..(begin + ROWS).min(w.len());
            for (vector, coefficient) in self.vectors.iter().zip(&mut coefficients) {
                *coefficient += dot(&vector[rows.clone()], &w[rows.clone()]);
            }
        }
        for begin in (0..w.len()).step_by(ROWS) {
            let rows = begin..(begin + ROWS).min(w.len());
            for (vector, coefficient) in self.vectors.iter().zip(&coefficients) {
                for (w, v) in w[rows.clone()].iter_mut().zip(&vector[rows.clone()]) {
                    *w -= coefficient * v.to_f64();
                }
            }
        }
        coefficients
    }

    /// Appends the part of `w` orthogonal to the basis, normalised; false if there is none.
    pub(super) fn extend(&mut self, mut w: Vec<f64>) -> bool {
        // Each pass leaves a unit vector orthogonal to the basis up to ε over what survived of it.
        const PASSES: usize = 4;
        const SURVIVING: f64 = 0.7;
        if !normalise(&mut w) {
            return false;
        }
        for _ in 0..PASSES {
            self.remove_once(&mut w);
            let surviving = norm_squared(&w).sqrt();
            if !normalise(&mut w) {
                return false;
            }
            if surviving > SURVIVING {
                self.vectors
                    .push(w.iter().map(|x| T::from_f64(*x)).collect());
                return true;
            }
        }
        false
    }

    /// V ← VY for the columns of Y, each of length j, of which there are at most j.
    pub(super) fn recombine(&mut self, columns: &[&[f64]]) {
        let size = self.vectors.first().map_or(0, Vec::len);
        let mut sums = vec![0.0; ROWS * columns.len()];
        for begin in (0..size).step_by(ROWS) {
            let end = (begin + ROWS).min(size);
            for (sum, column) in sums.chunks_exact_mut(ROWS).zip(columns) {
                sum.fill(0.0);
                for (vector, coefficient) in self.vectors.iter().zip(*column) {
                    for (sum, v) in sum.iter_mut().zip(&vector[begin..end]) {
                        *sum += coefficient * v.to_f64();
                    }
                }
            }
            for (vector, sum) in self.vectors.iter_mut().zip(sums.chunks_exact(ROWS)) {
                for (v, sum) in vector[begin..end].iter_mut().zip(sum) {
                    *v = T::from_f64(*sum);
                }
            }
        }
        self.vectors.truncate(columns.len());
    }
}

/// w ← w/‖w‖; false if that is undefined.
fn normalise(w: &mut [f64]) -> bool {
    // Scaled first by the largest element, whose square may be beyond the range of numbers.
    let largest = w.iter().fold(0.0_f64, |largest, x| largest.max(x.abs()));
    if !(largest.is_finite() && largest >= f64::MIN_POSITIVE) {
        return false;
    }
    w.iter_mut().for_each(|x| *x /= largest);
    let norm = norm_squared(w).sqrt();
    w.iter_mut().for_each(|x| *x /= norm);
    true
}

/// A vector in double precision.
pub(super) fn widen<T: Element>(x: &[T]) -> Vec<f64> {
    x.iter().map(|x| x.to_f64()).collect()
}
