//! Thick-restart Lanczos: the iteration behind `lanczos.rs`.
//!
//! V is an orthonormal basis and S = VᵀHV. Each round multiplies the newest vector, which gives a
//! column of S and a remainder w = β·vⱼ₊₁ orthogonal to V, so that HV = VS + w eⱼᵀ. A Ritz pair
//! (ρ, Vy) with Sy = ρy then has the residual β|yⱼ|. Whole columns of S are computed, not only the
//! two entries that are not zero in exact arithmetic: after a restart or a fresh random direction
//! others are not, and nothing has to be known about which.

use thalweg_cpu::Element;

use super::CurvatureError;
use super::basis::{Basis, widen};
use super::direction::{User, gaussian};
use super::lanczos::{Eigenpair, LanczosOptions};
use super::operator::Hessian;
use super::ritz::{Ritz, Wanted, start_direction};
use super::symmetric::symmetric_eigen;
use crate::objective::HessianVector;
use crate::vector::{dot, norm_squared};

/// Eigenpairs in the order of [`Ritz::wanted`], and the products made.
pub(super) type Found<T> = (Vec<Eigenpair<T>>, usize);

/// What a round is for.
enum Phase {
    /// Until the wanted pairs have converged.
    Converging,
    /// Looking from a random direction, up to so many products, for values beyond these.
    Searching { until: usize, known: Vec<f64> },
}

/// Basis, projection and remainder.
pub(super) struct ThickRestart<'a, T: Element, O: HessianVector<T> + ?Sized> {
    hessian: Hessian<'a, T, O>,
    wanted: Wanted,
    options: LanczosOptions,
    capacity: usize,
    basis: Basis<T>,
    /// The columns of S, of which column j has j + 1 entries.
    projected: Vec<Vec<f64>>,
    /// w, orthogonal to the basis, and β.
    remainder: Vec<f64>,
    remainder_norm: f64,
    /// The largest ‖Hvⱼ‖ so far.
    largest_product: f64,
    random_directions: u64,
    searches: usize,
}

impl<'a, T: Element, O: HessianVector<T> + ?Sized> ThickRestart<'a, T, O> {
    pub(super) fn new(hessian: Hessian<'a, T, O>, wanted: Wanted, options: LanczosOptions) -> Self {
        let count = wanted.count();
        let capacity = options.basis.unwrap_or(2 * count + 20);
        Self {
            capacity: capacity.max(count + 2).min(hessian.size()),
            hessian,
            wanted,
            options,
            basis: Basis::new(),
            projected: Vec::new(),
            remainder: Vec::new(),
            remainder_norm: 0.0,
            searches: 0,
            largest_product: 0.0,
            random_directions: 0,
        }
    }

    /// Iterates from the sum of the start vectors, or at random if there are none.
    pub(super) fn run(mut self, start: &[Vec<T>]) -> Result<Found<T>, CurvatureError> {
        let must_search = self.options.search > 0 && (!start.is_empty() || self.wanted.repeated());
        match start_direction(start)? {
            Some(direction) => self.grow(direction),
            None => self.grow_at_random(),
        };
        let mut phase = Phase::Converging;
        loop {
            self.expand()?;
            let ritz = self.ritz()?;
            let settled = self.settled(&ritz);
            let spanned = self.basis.len() == self.hessian.size();
            let left = self.options.maximum_products - self.hessian.products();
            if spanned || left <= self.wanted.count() {
                return self.finish(&ritz);
            }
            match &phase {
                Phase::Converging if settled && !must_search => return self.finish(&ritz),
                Phase::Converging if settled => {
                    phase = Phase::Searching {
                        until: self.hessian.products() + self.options.search,
                        known: ritz.wanted_values(),
                    };
                    // The wanted Ritz vectors alone, so that a random direction follows.
                    self.contract(&ritz, &ritz.wanted());
                    self.remainder_norm = 0.0;
                    self.searches += 1;
                }
                Phase::Searching { until, .. } if settled && self.hessian.products() >= *until => {
                    return self.finish(&ritz);
                }
                Phase::Searching { known, .. }
                    if ritz.beyond(known, self.options.tolerance * ritz.scale()) =>
                {
                    phase = Phase::Converging;
                }
                _ => {}
            }
            if self.basis.len() == self.capacity {
                self.contract(&ritz, &ritz.retained());
            }
            if !self.follow_remainder() {
                let ritz = self.ritz()?;
                return self.finish(&ritz);
            }
        }
    }

    /// Multiplies the newest basis vector: a column of S, and the remainder.
    fn expand(&mut self) -> Result<(), CurvatureError> {
        let mut product = vec![T::ZERO; self.hessian.size()];
        if let Some(vector) = self.basis.last() {
            let norm = self.hessian.apply(vector, &mut product)?;
            self.largest_product = self.largest_product.max(norm);
        }
        self.remainder = widen(&product);
        self.projected
            .push(self.basis.remove_projection(&mut self.remainder));
        self.remainder_norm = norm_squared(&self.remainder).sqrt();
        Ok(())
    }

    /// The eigenpairs of S.
    fn ritz(&self) -> Result<Ritz, CurvatureError> {
        let size = self.projected.len();
        let mut entries = vec![0.0; size * size];
        for (column, values) in self.projected.iter().enumerate() {
            for (row, value) in values.iter().enumerate() {
                entries[row * size + column] = *value;
                entries[column * size + row] = *value;
            }
        }
        let eigen = symmetric_eigen(&entries, size)?;
        Ok(Ritz::new(eigen, self.wanted))
    }

    /// Whether the wanted Ritz pairs have residuals within the tolerance, by β|yⱼ|.
    ///
    /// A search drops them, and the pairs may be rotated into each other afterwards. So the root of
    /// their squares' sum is held below τ/(n(n + 1)) before the n-th search or the end: whatever is
    /// dropped remains below τ together, since the sum over n is 1.
    fn settled(&self, ritz: &Ritz) -> bool {
        let share = 1.0 / ((self.searches + 1) * (self.searches + 2)) as f64;
        let bound = share * self.options.tolerance * ritz.scale();
        let wanted = ritz.wanted();
        let last = |&index: &usize| ritz.vector(index).last().map_or(0.0, |y| y.powi(2));
        let squares: f64 = wanted.iter().map(last).sum();
        wanted.len() == self.wanted.count() && self.remainder_norm * squares.sqrt() <= bound
    }

    /// Replaces the basis by the Ritz vectors of `indices`, on which S is diagonal.
    fn contract(&mut self, ritz: &Ritz, indices: &[usize]) {
        let columns: Vec<&[f64]> = indices.iter().map(|&index| ritz.vector(index)).collect();
        self.basis.recombine(&columns);
        self.projected.clear();
        for (position, &index) in indices.iter().enumerate() {
            let mut column = vec![0.0; position + 1];
            column[position] = ritz.value(index);
            self.projected.push(column);
        }
    }

    /// The next basis vector: the remainder's direction, or a random one where the basis is
    /// invariant under H. False if there is none.
    fn follow_remainder(&mut self) -> bool {
        let noise = super::NOISE * T::EPSILON.to_f64() * self.largest_product;
        if self.remainder_norm > noise {
            let remainder = std::mem::take(&mut self.remainder);
            return self.grow(remainder) || self.grow_at_random();
        }
        self.grow_at_random()
    }

    fn grow_at_random(&mut self) -> bool {
        let number = self.random_directions;
        self.random_directions += 1;
        let direction = gaussian::<f64>(
            self.hessian.size(),
            self.options.seed,
            User::Lanczos,
            number,
        );
        self.grow(direction)
    }

    fn grow(&mut self, direction: Vec<f64>) -> bool {
        self.basis.extend(direction)
    }

    /// The wanted pairs with Rayleigh quotients and residuals from new products.
    fn finish(mut self, ritz: &Ritz) -> Result<Found<T>, CurvatureError> {
        let bound = self.options.tolerance * ritz.scale();
        self.contract(ritz, &ritz.wanted());
        let mut product = vec![T::ZERO; self.hessian.size()];
        let mut pairs = Vec::new();
        let basis = std::mem::replace(&mut self.basis, Basis::new());
        for vector in basis.into_vectors() {
            self.hessian.apply(&vector, &mut product)?;
            let value = dot(&vector, &product) / norm_squared(&vector);
            let difference = product.iter().zip(&vector);
            let residual = difference
                .map(|(product, v)| (product.to_f64() - value * v.to_f64()).powi(2))
                .sum::<f64>()
                .sqrt();
            pairs.push(Eigenpair {
                value,
                vector,
                residual,
                converged: residual <= bound,
            });
        }
        self.wanted.sort(&mut pairs);
        Ok((pairs, self.hessian.products()))
    }
}
