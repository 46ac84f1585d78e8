//! Planes in the space of parameters.

use std::ops::Range;

use rand_distr::{Distribution, StandardNormal};
use thalweg_cpu::Element;

use super::SurfaceError;
use crate::curvature::{LanczosOptions, largest_eigenpairs};
use crate::objective::{HessianVector, check_length};
use crate::random::{Purpose, stream};
use crate::vector::{add_scaled, dot, norm_squared};

/// Directions nearer to each other than this angle's sine span no plane that could be told from a line.
const LEAST_SINE: f64 = 1e-4;

/// The plane (a, b) ↦ θ* + a d₁ + b d₂.
#[derive(Clone, Debug, PartialEq)]
pub struct Slice<T> {
    origin: Vec<T>,
    directions: [Vec<f64>; 2],
}

/// The curvature along d₂ of [`Slice::gradient_and_eigenvector`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TopEigenvector {
    /// ‖∇E(θ*)‖.
    pub gradient_norm: f64,
    /// λ_max of the Hessian at θ*.
    pub eigenvalue: f64,
    /// ‖Hv − λv‖ of the eigenvector found.
    pub residual: f64,
    /// |cos| of the angle between ∇E and the eigenvector, before they were made orthogonal.
    pub cosine: f64,
    /// The Hessian–vector products made.
    pub products: usize,
}

impl<T: Element> Slice<T> {
    /// Through `origin` along two directions as they are.
    ///
    /// # Errors
    /// If a direction is not as long as `origin` or has norm 0, or the two are parallel.
    pub fn new(origin: &[T], directions: [Vec<f64>; 2]) -> Result<Self, SurfaceError> {
        let names = ["first direction", "second direction"];
        for (direction, name) in directions.iter().zip(names) {
            check_length("direction", origin.len(), direction.len())?;
            norm_of(direction, name)?;
        }
        check_plane(cosine(&directions))?;
        Ok(Self {
            origin: origin.to_vec(),
            directions,
        })
    }

    /// Along d₁ = ∇E/‖∇E‖ and the top eigenvector v of the Hessian, made orthogonal to it:
    /// d₂ = (v − (v·d₁)d₁)/‖·‖. Both have length 1, so that a and b are distances in θ.
    ///
    /// Costs a gradient and the Hessian–vector products of
    /// [`largest_eigenpairs`](crate::curvature::largest_eigenpairs) for one eigenvalue.
    ///
    /// # Errors
    /// If ∇E is 0 or not finite, is itself an eigenvector to the top eigenvalue, or the Hessian cannot
    /// be measured.
    ///
    /// ```
    /// use thalweg::curvature::LanczosOptions;
    /// use thalweg::objective::problem::Quadratic;
    /// use thalweg::surface::Slice;
    ///
    /// let mut objective = Quadratic::diagonal(&[5.0, 1.0, 1.0])?;
    /// let options = LanczosOptions::default();
    /// let (slice, top) =
    ///     Slice::gradient_and_eigenvector(&mut objective, &[0.0, 3.0, 4.0], &options)?;
    /// assert!((top.eigenvalue - 5.0).abs() < 1e-9 && top.cosine < 1e-9);
    /// let [gradient, eigenvector] = slice.directions();
    /// assert!((gradient[1] - 0.6).abs() < 1e-12 && (gradient[2] - 0.8).abs() < 1e-12);
    /// assert!((eigenvector[0].abs() - 1.0).abs() < 1e-9);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn gradient_and_eigenvector(
        objective: &mut impl HessianVector<T>,
        origin: &[T],
        options: &LanczosOptions,
    ) -> Result<(Self, TopEigenvector), SurfaceError> {
        let mut gradient = origin.to_vec();
        objective.gradient(origin, &mut gradient)?;
        let mut first = doubled(&gradient);
        let gradient_norm = norm_of(&first, "gradient")?;
        scale(&mut first, 1.0 / gradient_norm);
        let pairs = largest_eigenpairs(objective, origin, 1, &[], options)?;
        let mut second = doubled(&pairs.vectors[0]);
        let along = dot(&second, &first);
        check_plane(along.abs())?;
        // Twice, since the first time leaves what rounding has added.
        for _ in 0..2 {
            let along = dot(&second, &first);
            add_scaled(&mut second, -along, &first);
        }
        let norm = norm_of(&second, "top eigenvector beside the gradient")?;
        scale(&mut second, 1.0 / norm);
        let top = TopEigenvector {
            gradient_norm,
            eigenvalue: pairs.values[0],
            residual: pairs.residuals[0],
            cosine: along.abs(),
            products: pairs.products,
        };
        Ok((Self::new(origin, [first, second])?, top))
    }

    /// Along two random directions, each with the norm of θ* = `origin` in every one of `filters`:
    /// d_f = ‖θ_f‖η_f/‖η_f‖ with η ~ N(0, 1) (Li et al. 2018, arXiv 1712.09913, section 4). At a = 1
    /// every filter has moved by as much as it is long. Biases are filters like the others, where that
    /// paper leaves them in place. The two are not made orthogonal: in many dimensions they nearly are.
    ///
    /// # Errors
    /// If θ* is 0 or not finite.
    pub fn random(origin: &[T], filters: &[Range<usize>], seed: u64) -> Result<Self, SurfaceError> {
        let direction = |number| {
            let mut random = stream(seed, Purpose::Slice, number);
            let mut direction = vec![0.0; origin.len()];
            for filter in filters {
                let part = &mut direction[filter.clone()];
                part.fill_with(|| StandardNormal.sample(&mut random));
                let own = norm_squared(&origin[filter.clone()]);
                let drawn = norm_squared(part);
                scale(part, (own / drawn).sqrt());
            }
            direction
        };
        Self::new(origin, [direction(0), direction(1)])
    }

    /// θ*.
    #[must_use]
    pub fn origin(&self) -> &[T] {
        &self.origin
    }

    /// d₁ and d₂.
    #[must_use]
    pub fn directions(&self) -> &[Vec<f64>; 2] {
        &self.directions
    }

    /// |cos| of the angle between d₁ and d₂.
    #[must_use]
    pub fn cosine(&self) -> f64 {
        cosine(&self.directions)
    }

    /// Writes θ* + a d₁ + b d₂ to `theta`, rounded once; (0, 0) is θ* exactly.
    ///
    /// # Panics
    /// If `theta` is shorter than θ*.
    pub fn point(&self, [a, b]: [f64; 2], theta: &mut [T]) {
        let [first, second] = &self.directions;
        let theta = &mut theta[..self.origin.len()];
        for (index, to) in theta.iter_mut().enumerate() {
            let from = self.origin[index].to_f64();
            *to = T::from_f64(from + a * first[index] + b * second[index]);
        }
    }
}

fn doubled<T: Element>(vector: &[T]) -> Vec<f64> {
    vector.iter().map(|value| value.to_f64()).collect()
}

fn scale(vector: &mut [f64], factor: f64) {
    vector.iter_mut().for_each(|value| *value *= factor);
}

/// The norm of a vector, which must be one to divide by.
fn norm_of(vector: &[f64], direction: &'static str) -> Result<f64, SurfaceError> {
    let norm = norm_squared(vector).sqrt();
    match norm.is_finite() && norm > 0.0 {
        true => Ok(norm),
        false => Err(SurfaceError::NoDirection { direction, norm }),
    }
}

fn cosine([first, second]: &[Vec<f64>; 2]) -> f64 {
    (dot(first, second) / (norm_squared(first) * norm_squared(second)).sqrt()).abs()
}

fn check_plane(cosine: f64) -> Result<(), SurfaceError> {
    match (1.0 - cosine * cosine).max(0.0).sqrt() > LEAST_SINE {
        true => Ok(()),
        false => Err(SurfaceError::Parallel { cosine }),
    }
}
