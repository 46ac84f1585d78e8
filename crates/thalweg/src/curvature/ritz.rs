//! Which Ritz pairs are wanted, kept and started from.

use thalweg_cpu::Element;

use super::lanczos::Eigenpair;
use super::{CurvatureError, SymmetricEigen};
use crate::vector::{add_scaled, norm_squared};

/// How many eigenvalues are wanted at each end.
#[derive(Clone, Copy)]
pub(super) struct Wanted {
    pub(super) largest: usize,
    pub(super) smallest: usize,
}

impl Wanted {
    /// k.
    pub(super) fn count(self) -> usize {
        self.largest + self.smallest
    }

    /// Whether an eigenvalue and its copy could both be wanted.
    pub(super) fn repeated(self) -> bool {
        self.largest > 1 || self.smallest > 1
    }

    /// Puts the largest first, descending, then the smallest, ascending.
    pub(super) fn sort<T>(self, pairs: &mut [Eigenpair<T>]) {
        let (largest, smallest) = pairs.split_at_mut(self.largest.min(pairs.len()));
        largest.sort_by(|left, right| right.value.total_cmp(&left.value));
        smallest.sort_by(|left, right| left.value.total_cmp(&right.value));
    }
}

/// The eigenpairs of the projection S.
pub(super) struct Ritz {
    eigen: SymmetricEigen,
    wanted: Wanted,
}

impl Ritz {
    pub(super) fn new(eigen: SymmetricEigen, wanted: Wanted) -> Self {
        Self { eigen, wanted }
    }

    fn len(&self) -> usize {
        self.eigen.values.len()
    }

    pub(super) fn value(&self, index: usize) -> f64 {
        self.eigen.values[index]
    }

    pub(super) fn vector(&self, index: usize) -> &[f64] {
        &self.eigen.vectors[index]
    }

    /// max|ρ|, which stands for ‖H‖.
    pub(super) fn scale(&self) -> f64 {
        let values = self.eigen.values.iter();
        values.fold(0.0_f64, |scale, value| scale.max(value.abs()))
    }

    /// The indices of `largest` from the upper end, then of `smallest` from the lower one.
    fn ends(&self, largest: usize, smallest: usize) -> Vec<usize> {
        let upper = largest.min(self.len());
        let lower = smallest.min(self.len() - upper);
        let descending = (self.len() - upper..self.len()).rev();
        descending.chain(0..lower).collect()
    }

    /// The wanted pairs, fewer if the basis is smaller.
    pub(super) fn wanted(&self) -> Vec<usize> {
        self.ends(self.wanted.largest, self.wanted.smallest)
    }

    pub(super) fn wanted_values(&self) -> Vec<f64> {
        self.wanted()
            .iter()
            .map(|&index| self.value(index))
            .collect()
    }

    /// Whether a wanted value lies further out than its like in `known` by more than `margin`.
    pub(super) fn beyond(&self, known: &[f64], margin: f64) -> bool {
        let values = self.wanted_values();
        let (upper, lower) = values.split_at(self.wanted.largest.min(values.len()));
        let (known_upper, known_lower) = known.split_at(self.wanted.largest.min(known.len()));
        let above = upper
            .iter()
            .zip(known_upper)
            .any(|(new, old)| *new > old + margin);
        let below = lower
            .iter()
            .zip(known_lower)
            .any(|(new, old)| *new < old - margin);
        above || below
    }

    /// What a restart keeps: the wanted pairs and half of the others, nearest the wanted ends,
    /// since those would be found again first. One place is left for what is new.
    pub(super) fn retained(&self) -> Vec<usize> {
        let count = self.wanted.count();
        let others = self.len().saturating_sub(count) / 2;
        let others = others.min(self.len().saturating_sub(count + 1));
        let (upper, lower) = match (self.wanted.largest, self.wanted.smallest) {
            (_, 0) => (others, 0),
            (0, _) => (0, others),
            _ => (others - others / 2, others / 2),
        };
        self.ends(self.wanted.largest + upper, self.wanted.smallest + lower)
    }
}

/// Σ qᵢ/√(i + 1) over the normalised start vectors, or nothing if there are none. The weights keep
/// two opposite vectors from cancelling.
pub(super) fn start_direction<T: Element>(
    start: &[Vec<T>],
) -> Result<Option<Vec<f64>>, CurvatureError> {
    let Some(first) = start.first() else {
        return Ok(None);
    };
    let mut sum = vec![0.0; first.len()];
    for (number, vector) in start.iter().enumerate() {
        if let Some(index) = vector.iter().position(|x| !x.is_finite()) {
            return Err(CurvatureError::NonFiniteStart {
                vector: number,
                index,
                value: vector[index].to_f64(),
            });
        }
        let vector = super::basis::widen(vector);
        let norm = norm_squared(&vector).sqrt();
        if !(norm.is_finite() && norm > 0.0) {
            return Err(CurvatureError::ZeroStart { vector: number });
        }
        let weight = 1.0 / ((number + 1) as f64).sqrt();
        add_scaled(&mut sum, weight / norm, &vector);
        if norm_squared(&sum) <= f64::EPSILON {
            return Err(CurvatureError::ZeroStart { vector: number });
        }
    }
    Ok(Some(sum))
}
