//! The table of calculus: one rule a primitive, written in the primitives themselves.
//!
//! Elementwise functions have a partial derivative for each operand; it serves both directions.
//! Linear operations are their own derivative and have a transpose. The matrix product is
//! bilinear: linear in each factor by itself. Log-sum-exp has the softmax as its derivative.

use std::f64::consts::PI;

use crate::graph::Graph;
use crate::primitive::{Binary, Primitive, Unary};
use crate::program::Node;
use crate::trace::Var;

/// ∂y/∂x of an elementwise function y of x.
pub(super) fn unary_partial<'g>(function: Unary, x: Var<'g>, y: Var<'g>) -> Var<'g> {
    let one = || x.graph().constant(1.0, &x.shape());
    match function {
        Unary::Negate => -one(),
        Unary::Exp => y,
        Unary::Log => x.power(-1.0),
        Unary::Sqrt => 0.5 / y,
        Unary::Power(p) => p.value() * x.power(p.value() - 1.0),
        Unary::Tanh => 1.0 - y * y,
        Unary::Sigmoid => y * (1.0 - y),
        Unary::Softplus => x.sigmoid(),
        Unary::Erf => 2.0 / PI.sqrt() * (-(x * x)).exp(),
        Unary::Relu => y.step(), // x > 0 exactly where y > 0, and y is kept anyway
        Unary::Step => x.zeros_like(),
    }
}

/// (∂z/∂x, ∂z/∂y) of an elementwise function z of x and y.
pub(super) fn binary_partials<'g>(
    function: Binary,
    [x, y]: [Var<'g>; 2],
    z: Var<'g>,
) -> [Var<'g>; 2] {
    let one = x.graph().constant(1.0, &x.shape());
    match function {
        Binary::Add => [one, one],
        Binary::Subtract => [one, -one],
        Binary::Multiply => [y, x],
        Binary::Divide => [y.power(-1.0), -(z / y)],
        Binary::Maximum => [(x - y).step(), 1.0 - (x - y).step()],
    }
}

/// Aᵀ G, for a linear operation A applied to one operand of shape `from`; `labels` are those of a
/// selection or placement.
pub(super) fn transposed<'g>(
    node: &Node,
    from: &[usize],
    labels: Option<Var<'g>>,
    g: Var<'g>,
) -> Var<'g> {
    match &node.primitive {
        Primitive::Broadcast { axes } => g.sum(&other_axes(node.shape.len(), axes)),
        Primitive::Sum { axes } => g.broadcast(from, &other_axes(from.len(), axes)),
        Primitive::Reshape => g.reshaped(from),
        Primitive::Transpose { permutation } => g.permuted(&inverse(permutation)),
        Primitive::Slice { axis, start } => g.padded(*axis, *start, from[*axis]),
        Primitive::Pad { axis, start } => g.slice(*axis, *start, from[*axis]),
        Primitive::Select => labels.map_or(g, |labels| g.place(labels, from[1])),
        Primitive::Place => labels.map_or(g, |labels| g.select(labels)),
        _ => g,
    }
}

/// The part of the cotangent `g` of a concatenation that belongs to the operand of shape `from`
/// beginning at `start`.
pub(super) fn concatenation_part<'g>(
    axis: usize,
    start: usize,
    from: &[usize],
    g: Var<'g>,
) -> Var<'g> {
    g.slice(axis, start, from[axis])
}

/// The cotangents of A and B from the cotangent G of C = op(A) op(B).
pub(super) fn matrix_product_transposes<'g>(
    (transpose_left, transpose_right): (bool, bool),
    [a, b]: [Var<'g>; 2],
    g: Var<'g>,
) -> [Var<'g>; 2] {
    let op = |flag: bool, matrix: Var<'g>| if flag { matrix.transposed() } else { matrix };
    let left = g.matrix_product(op(transpose_right, b).transposed());
    let right = op(transpose_left, a).transposed().matrix_product(g);
    [op(transpose_left, left), op(transpose_right, right)]
}

/// ∂ log Σ exp(x) = softmax(x), from x and its log-sum-exp y.
pub(super) fn softmax<'g>(x: Var<'g>, y: Var<'g>) -> Var<'g> {
    (x - along_last_axis(y, x)).exp()
}

/// y repeated along the last axis of x.
pub(super) fn along_last_axis<'g>(y: Var<'g>, x: Var<'g>) -> Var<'g> {
    let axes: Vec<usize> = (0..y.shape().len()).collect();
    y.broadcast(&x.shape(), &axes)
}

/// Sums over the last axis.
pub(super) fn sum_last_axis(x: Var<'_>) -> Var<'_> {
    x.sum(&[x.shape().len() - 1])
}

/// The operation of `node` on other operands of the same shapes.
pub(super) fn apply_again<'g>(graph: &'g Graph, node: &Node, operands: &[Var<'g>]) -> Var<'g> {
    let operands = operands.iter().map(Var::id).collect();
    graph.push(node.primitive.clone(), operands, node.shape.clone())
}

fn other_axes(rank: usize, axes: &[usize]) -> Vec<usize> {
    (0..rank).filter(|axis| !axes.contains(axis)).collect()
}

fn inverse(permutation: &[usize]) -> Vec<usize> {
    let mut inverse = vec![0; permutation.len()];
    for (index, axis) in permutation.iter().enumerate() {
        inverse[*axis] = index;
    }
    inverse
}
