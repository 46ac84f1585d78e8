//! What is computed: tensor programs and their derivatives.
//!
//! A loss is *traced* once: ordinary Rust code over [`Var`] handles fills a [`Graph`] of a few
//! dozen [`Primitive`]s. Derivatives are program transformations: [`Graph::jvp`] (forward mode) and
//! [`Graph::vjp`] (reverse mode) append to the same graph the nodes that compute them, over the
//! same primitives, so they compose to any order: a Hessian–vector product is a `jvp` of a `vjp`,
//! the gradient of ‖∇E‖² the same with ∇E as the direction.
//!
//! The graph keeps itself small. Equal nodes are one node (common subexpressions merge, so the
//! forward pass is shared by every derivative of it), trivial arithmetic is folded as it is traced
//! (so zero tangents vanish), and [`Graph::program`] keeps only what the outputs need.
//!
//! This crate never executes anything, has no I/O and no threads. Shapes are known while tracing;
//! the element type (`f32` or `f64`) is the executor's choice.
//!
//! ```
//! use thalweg_graph::Graph;
//!
//! let graph = Graph::new();
//! let x = graph.input(&[3]);
//! let loss = (x * x).sum_all() * 0.5; // E = ½‖x‖²
//! let gradient = graph.gradient(loss, &[x])[0];
//! let direction = graph.input(&[3]);
//! let hessian_vector = graph.jvp(&[gradient], &[(x, direction)])[0];
//! let program = graph.program(&[loss, hessian_vector]).unwrap();
//! assert_eq!(program.outputs().len(), 2);
//! assert_eq!(hessian_vector, direction); // H = I: nothing is left to compute
//! ```

mod derivative;
mod error;
mod graph;
mod primitive;
mod program;
mod simplify;
mod trace;

pub use derivative::{NormMethod, SquareNorms};
pub use error::GraphError;
pub use graph::{Graph, NodeId};
pub use primitive::{Binary, Constant, Primitive, Unary};
pub use program::{Node, Program};
pub use trace::Var;

/// The lengths of a tensor's axes, outermost first; `[]` is a scalar. Storage is row-major.
pub type Shape = Vec<usize>;

/// The number of elements of a tensor of this shape.
#[must_use]
pub fn element_count(shape: &[usize]) -> usize {
    shape.iter().product()
}
