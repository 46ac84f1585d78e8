//! Derivatives as program transformations.
//!
//! [`rules`] is the table of calculus: what each primitive's derivative is. [`forward`] pushes
//! tangents through it, [`reverse`] pulls cotangents back. Both append nodes over the same
//! primitives, so either can be applied to the result of the other, to any order. [`example_norms`]
//! maps a loss over examples to the square norms of each example's gradient.

mod example_axes;
mod example_norms;
mod forward;
mod reverse;
mod rules;

pub use example_norms::{NormMethod, SquareNorms};
