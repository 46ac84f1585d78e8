//! Objectives: E(θ) over a flat θ, and what can be asked of one.
//!
//! A bound asks for exactly what is used: [`Objective`] for E alone, [`Gradient`] for ∇E,
//! [`HessianVector`] for Hv, [`DirectionalDerivative`] for derivatives of any order, [`FiniteSum`]
//! for sums over examples of which a part can be taken.
//! What needs a derivative that an objective does not have does not compile:
//!
//! ```compile_fail,E0277
//! use thalweg::curvature::{LanczosOptions, largest_eigenpairs};
//! use thalweg::objective::{Objective, ObjectiveError};
//!
//! struct LossAlone;
//! impl Objective<f64> for LossAlone {
//!     fn parameter_count(&self) -> usize {
//!         1
//!     }
//!     fn loss(&mut self, theta: &[f64]) -> Result<f64, ObjectiveError> {
//!         Ok(theta[0] * theta[0])
//!     }
//! }
//! // "the trait `HessianVector<f64>` is not implemented for `LossAlone`"
//! largest_eigenpairs(&mut LossAlone, &[1.0], 1, &[], &LanczosOptions::default());
//! ```
//!
//! Scalars are double precision in either element type. Methods take `&mut self` because an
//! objective owns the memory it computes in; nothing else about it changes.

mod error;
mod example_gradients;
mod examples;
mod loss;
mod minibatch;
pub mod problem;
mod side_by_side;
mod supervised;
mod traced;
mod weight_decayed;

use thalweg_cpu::Element;

pub use error::ObjectiveError;
pub(crate) use error::check_length;
pub use example_gradients::{ExampleGradients, NormMethod, PerExample, TensorNorms};
pub use examples::{Examples, Targets};
pub use loss::Loss;
pub use minibatch::Minibatch;
pub(crate) use side_by_side::SideBySide;
pub use supervised::{Evaluation, Supervised};
pub use traced::Traced;
pub use weight_decayed::WeightDecayed;

/// A scalar function of θ.
pub trait Objective<T: Element> {
    /// m, the number of elements of θ.
    fn parameter_count(&self) -> usize;

    /// E(θ).
    ///
    /// # Errors
    /// If θ has the wrong length.
    fn loss(&mut self, theta: &[T]) -> Result<f64, ObjectiveError>;
}

/// An objective with a gradient.
pub trait Gradient<T: Element>: Objective<T> {
    /// Writes ∇E(θ) to `gradient` and returns E(θ).
    ///
    /// # Errors
    /// If θ or `gradient` has the wrong length.
    fn gradient(&mut self, theta: &[T], gradient: &mut [T]) -> Result<f64, ObjectiveError>;
}

/// An objective with Hessian–vector products.
pub trait HessianVector<T: Element>: Gradient<T> {
    /// Writes Hv = ∇²E(θ) `vector` to `product`. Costs about three gradients.
    ///
    /// # Errors
    /// If a slice has the wrong length.
    fn hessian_vector(
        &mut self,
        theta: &[T],
        vector: &[T],
        product: &mut [T],
    ) -> Result<(), ObjectiveError>;

    /// Writes g = ∇E(θ) and Hg = ½∇‖∇E‖², and returns E(θ). Where it can be done in one pass it
    /// costs about three gradients, since the forward pass is shared.
    ///
    /// # Errors
    /// If a slice has the wrong length.
    fn gradient_and_hessian_gradient(
        &mut self,
        theta: &[T],
        gradient: &mut [T],
        hessian_gradient: &mut [T],
    ) -> Result<f64, ObjectiveError> {
        let loss = self.gradient(theta, gradient)?;
        self.hessian_vector(theta, gradient, hessian_gradient)?;
        Ok(loss)
    }
}

/// An objective with directional derivatives of every order.
pub trait DirectionalDerivative<T: Element>: HessianVector<T> {
    /// Writes ∇ᵏ⁺¹E(θ)\[v₁, …, v_k\] to `derivative`, where the v are the k `directions`: the
    /// gradient for none, Hv for one, ∇³E\[v₁, v₂\] for two, ∇⁴E\[v₁, v₂, v₃\] for three. It is
    /// symmetric and linear in the directions: component i is
    /// Σ ∂ᵏ⁺¹E/∂θᵢ∂θ_a∂θ_b… · (v₁)_a (v₂)_b ….
    ///
    /// Each direction is one more forward derivative of the program before it: k of them cost at
    /// most 3ᵏ gradients. The first call with k directions compiles.
    ///
    /// # Errors
    /// If a slice has the wrong length.
    fn directional_derivative(
        &mut self,
        theta: &[T],
        directions: &[&[T]],
        derivative: &mut [T],
    ) -> Result<(), ObjectiveError>;
}

/// An objective that is a mean over examples, E = (1/N) Σⱼ Eⱼ, of which any part can be taken.
///
/// A batch is a list of examples, each below [`Self::examples`]; one listed twice counts twice.
pub trait FiniteSum<T: Element>: HessianVector<T> {
    /// N, the number of examples.
    fn examples(&self) -> usize;

    /// The mean over `batch`.
    ///
    /// # Errors
    /// If θ has the wrong length, the batch is empty or names an example that is not there.
    fn minibatch_loss(&mut self, batch: &[usize], theta: &[T]) -> Result<f64, ObjectiveError>;

    /// Writes the gradient of the mean over `batch` and returns that mean.
    ///
    /// # Errors
    /// As for [`Self::minibatch_loss`].
    fn minibatch_gradient(
        &mut self,
        batch: &[usize],
        theta: &[T],
        gradient: &mut [T],
    ) -> Result<f64, ObjectiveError>;

    /// Writes Hv for the mean over `batch`.
    ///
    /// # Errors
    /// As for [`Self::minibatch_loss`].
    fn minibatch_hessian_vector(
        &mut self,
        batch: &[usize],
        theta: &[T],
        vector: &[T],
        product: &mut [T],
    ) -> Result<(), ObjectiveError>;

    /// Writes g and Hg for the mean over `batch` and returns that mean.
    ///
    /// # Errors
    /// As for [`Self::minibatch_loss`].
    fn minibatch_gradient_and_hessian_gradient(
        &mut self,
        batch: &[usize],
        theta: &[T],
        gradient: &mut [T],
        hessian_gradient: &mut [T],
    ) -> Result<f64, ObjectiveError> {
        let loss = self.minibatch_gradient(batch, theta, gradient)?;
        self.minibatch_hessian_vector(batch, theta, gradient, hessian_gradient)?;
        Ok(loss)
    }

    /// Writes ∇E(θ) to `gradient` and returns what is `wanted` of each example's gradient, from one
    /// pass over the data.
    ///
    /// # Errors
    /// If a slice has the wrong length, or the loss of one example depends on others.
    fn example_gradients(
        &mut self,
        theta: &[T],
        gradient: &mut [T],
        wanted: PerExample,
    ) -> Result<ExampleGradients, ObjectiveError>;

    /// The same over `batch`, whose mean gradient ∇Ê goes to `gradient`.
    ///
    /// # Errors
    /// As for [`Self::minibatch_loss`] and [`Self::example_gradients`].
    fn minibatch_example_gradients(
        &mut self,
        batch: &[usize],
        theta: &[T],
        gradient: &mut [T],
        wanted: PerExample,
    ) -> Result<ExampleGradients, ObjectiveError>;
}

impl<T: Element, O: Objective<T> + ?Sized> Objective<T> for &mut O {
    fn parameter_count(&self) -> usize {
        (**self).parameter_count()
    }

    fn loss(&mut self, theta: &[T]) -> Result<f64, ObjectiveError> {
        (**self).loss(theta)
    }
}

impl<T: Element, O: Gradient<T> + ?Sized> Gradient<T> for &mut O {
    fn gradient(&mut self, theta: &[T], gradient: &mut [T]) -> Result<f64, ObjectiveError> {
        (**self).gradient(theta, gradient)
    }
}

impl<T: Element, O: HessianVector<T> + ?Sized> HessianVector<T> for &mut O {
    fn hessian_vector(
        &mut self,
        theta: &[T],
        vector: &[T],
        product: &mut [T],
    ) -> Result<(), ObjectiveError> {
        (**self).hessian_vector(theta, vector, product)
    }

    fn gradient_and_hessian_gradient(
        &mut self,
        theta: &[T],
        gradient: &mut [T],
        hessian_gradient: &mut [T],
    ) -> Result<f64, ObjectiveError> {
        (**self).gradient_and_hessian_gradient(theta, gradient, hessian_gradient)
    }
}

impl<T: Element, O: FiniteSum<T> + ?Sized> FiniteSum<T> for &mut O {
    fn examples(&self) -> usize {
        (**self).examples()
    }

    fn minibatch_loss(&mut self, batch: &[usize], theta: &[T]) -> Result<f64, ObjectiveError> {
        (**self).minibatch_loss(batch, theta)
    }

    fn minibatch_gradient(
        &mut self,
        batch: &[usize],
        theta: &[T],
        gradient: &mut [T],
    ) -> Result<f64, ObjectiveError> {
        (**self).minibatch_gradient(batch, theta, gradient)
    }

    fn minibatch_hessian_vector(
        &mut self,
        batch: &[usize],
        theta: &[T],
        vector: &[T],
        product: &mut [T],
    ) -> Result<(), ObjectiveError> {
        (**self).minibatch_hessian_vector(batch, theta, vector, product)
    }

    fn minibatch_gradient_and_hessian_gradient(
        &mut self,
        batch: &[usize],
        theta: &[T],
        gradient: &mut [T],
        hessian_gradient: &mut [T],
    ) -> Result<f64, ObjectiveError> {
        (**self).minibatch_gradient_and_hessian_gradient(batch, theta, gradient, hessian_gradient)
    }

    fn example_gradients(
        &mut self,
        theta: &[T],
        gradient: &mut [T],
        wanted: PerExample,
    ) -> Result<ExampleGradients, ObjectiveError> {
        (**self).example_gradients(theta, gradient, wanted)
    }

    fn minibatch_example_gradients(
        &mut self,
        batch: &[usize],
        theta: &[T],
        gradient: &mut [T],
        wanted: PerExample,
    ) -> Result<ExampleGradients, ObjectiveError> {
        (**self).minibatch_example_gradients(batch, theta, gradient, wanted)
    }
}

impl<T: Element, O: DirectionalDerivative<T> + ?Sized> DirectionalDerivative<T> for &mut O {
    fn directional_derivative(
        &mut self,
        theta: &[T],
        directions: &[&[T]],
        derivative: &mut [T],
    ) -> Result<(), ObjectiveError> {
        (**self).directional_derivative(theta, directions, derivative)
    }
}
