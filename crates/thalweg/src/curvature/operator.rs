//! The Hessian at one θ as a linear operator that counts and checks its products.

use std::marker::PhantomData;

use thalweg_cpu::Element;

use super::CurvatureError;
use crate::objective::{HessianVector, ObjectiveError};
use crate::vector::norm_squared;

/// v ↦ Hv at a fixed θ.
pub(super) struct Hessian<'a, T: Element, O: HessianVector<T> + ?Sized> {
    objective: &'a mut O,
    theta: &'a [T],
    products: usize,
    element: PhantomData<T>,
}

impl<'a, T: Element, O: HessianVector<T> + ?Sized> Hessian<'a, T, O> {
    /// The Hessian of `objective` at `theta`.
    pub(super) fn new(objective: &'a mut O, theta: &'a [T]) -> Result<Self, CurvatureError> {
        let wanted = objective.parameter_count();
        if wanted == 0 {
            return Err(CurvatureError::NoParameters);
        }
        check_length("theta", wanted, theta.len())?;
        Ok(Self {
            objective,
            theta,
            products: 0,
            element: PhantomData,
        })
    }

    /// m.
    pub(super) fn size(&self) -> usize {
        self.theta.len()
    }

    /// How many products were made.
    pub(super) fn products(&self) -> usize {
        self.products
    }

    /// Writes Hv to `product` and returns ‖Hv‖, which is finite.
    pub(super) fn apply(&mut self, vector: &[T], product: &mut [T]) -> Result<f64, CurvatureError> {
        self.objective.hessian_vector(self.theta, vector, product)?;
        self.products += 1;
        let norm = norm_squared(product).sqrt();
        if norm.is_finite() {
            return Ok(norm);
        }
        let product_number = self.products;
        Err(match product.iter().position(|x| !x.is_finite()) {
            Some(index) => CurvatureError::NonFiniteProduct {
                product: product_number,
                index,
                value: product[index].to_f64(),
            },
            None => CurvatureError::Overflow {
                product: product_number,
            },
        })
    }
}

/// Checks that a vector is as long as θ.
pub(super) fn check_length(
    name: &'static str,
    wanted: usize,
    given: usize,
) -> Result<(), CurvatureError> {
    if wanted == given {
        return Ok(());
    }
    Err(CurvatureError::Objective(ObjectiveError::Length {
        name,
        wanted,
        given,
    }))
}
