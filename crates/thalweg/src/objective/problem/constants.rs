//! Arrays of given numbers within a traced formula.

use thalweg_graph::{Graph, Var};

/// `values`, at least one, in row-major order as a constant of the given shape.
///
/// A node each: meant for the small arrays of the catalogue, not for data sets.
pub(super) fn constants<'g>(graph: &'g Graph, values: &[f64], shape: &[usize]) -> Var<'g> {
    let parts: Vec<Var<'g>> = values
        .iter()
        .map(|value| graph.constant(*value, &[1]))
        .collect();
    Var::concatenated(&parts, 0).reshaped(shape)
}
