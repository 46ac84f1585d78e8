//! What can be wrong with a program.

use crate::Shape;

/// Why a graph cannot be turned into a program: the first mistake made while tracing it.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum GraphError {
    /// Operands that must agree do not.
    #[error("{operation} cannot take operands of shapes {shapes:?}: {requirement}")]
    Shapes {
        /// The operation, as named in the documentation of [`crate::Var`].
        operation: &'static str,
        /// The shapes given, in order.
        shapes: Vec<Shape>,
        /// What the operation needs.
        requirement: &'static str,
    },
    /// Labels were used as numbers, or numbers as labels.
    #[error("{operation} needs {wanted}: real tensors come from `input`, labels from `labels`")]
    Kind {
        /// The operation.
        operation: &'static str,
        /// What it needs.
        wanted: &'static str,
    },
    /// The loss of one example depends on others, so it has no gradient of its own.
    #[error("{operation} mixes examples, so single examples have no gradients of their own")]
    MixedExamples {
        /// The operation.
        operation: &'static str,
    },
}
