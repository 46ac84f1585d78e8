//! Handles for tracing: formulas in Rust become nodes.

use std::ops::{Add, Div, Mul, Neg, Sub};

use crate::graph::{Graph, NodeId};
use crate::primitive::{Binary, Constant, Primitive, Unary};
use crate::{GraphError, Shape, element_count};

/// A value in a graph that is being traced.
///
/// Handles are copied freely. Arithmetic between a handle and a number, or a scalar (shape `[]`),
/// broadcasts; every other pair of operands must have equal shapes. A mistake is remembered by the
/// graph and reported by [`Graph::program`].
#[derive(Clone, Copy, Debug)]
pub struct Var<'g> {
    graph: &'g Graph,
    id: NodeId,
}

impl PartialEq for Var<'_> {
    /// Whether both are the same node of the same graph, so computed once.
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.graph, other.graph) && self.id == other.id
    }
}

impl<'g> Var<'g> {
    pub(crate) fn new(graph: &'g Graph, id: NodeId) -> Self {
        Self { graph, id }
    }

    /// The graph it belongs to.
    #[must_use]
    pub fn graph(self) -> &'g Graph {
        self.graph
    }

    /// Its node.
    #[must_use]
    pub fn id(&self) -> NodeId {
        self.id
    }

    /// Its shape.
    #[must_use]
    pub fn shape(self) -> Shape {
        self.graph.node(self.id).shape
    }

    /// The number of its elements.
    #[must_use]
    pub fn element_count(self) -> usize {
        element_count(&self.shape())
    }

    fn apply(self, primitive: Primitive, shape: Shape) -> Self {
        self.graph.push(primitive, vec![self.id], shape)
    }

    fn unary(self, function: Unary) -> Self {
        if self.is_labels() {
            return self.wrong_kind("elementwise", "real operands");
        }
        self.apply(Primitive::Unary(function), self.shape())
    }

    fn binary(self, function: Binary, other: Self) -> Self {
        let (left, right) = match (self.shape(), other.shape()) {
            (left, right) if left == right => (self, other),
            (left, right) if left.is_empty() => (self.broadcast(&right, &[]), other),
            (left, right) if right.is_empty() => (self, other.broadcast(&left, &[])),
            (left, right) => {
                let requirement = "equal shapes, or a scalar on one side";
                return self.wrong_shapes("elementwise", vec![left, right], requirement);
            }
        };
        if left.is_labels() || right.is_labels() {
            return self.wrong_kind("elementwise", "real operands");
        }
        let operands = vec![left.id, right.id];
        self.graph
            .push(Primitive::Binary(function), operands, left.shape())
    }

    /// eˣ.
    #[must_use]
    pub fn exp(self) -> Self {
        self.unary(Unary::Exp)
    }

    /// log x.
    #[must_use]
    pub fn log(self) -> Self {
        self.unary(Unary::Log)
    }

    /// √x.
    #[must_use]
    pub fn sqrt(self) -> Self {
        self.unary(Unary::Sqrt)
    }

    /// x^`exponent`.
    #[must_use]
    pub fn power(self, exponent: f64) -> Self {
        self.unary(Unary::Power(Constant::new(exponent)))
    }

    /// tanh x.
    #[must_use]
    pub fn tanh(self) -> Self {
        self.unary(Unary::Tanh)
    }

    /// 1/(1 + e⁻ˣ).
    #[must_use]
    pub fn sigmoid(self) -> Self {
        self.unary(Unary::Sigmoid)
    }

    /// log(1 + eˣ).
    #[must_use]
    pub fn softplus(self) -> Self {
        self.unary(Unary::Softplus)
    }

    /// The error function.
    #[must_use]
    pub fn erf(self) -> Self {
        self.unary(Unary::Erf)
    }

    /// max(x, 0), with derivative 0 at 0.
    #[must_use]
    pub fn relu(self) -> Self {
        self.unary(Unary::Relu)
    }

    /// 1 where x > 0, else 0.
    #[must_use]
    pub fn step(self) -> Self {
        self.unary(Unary::Step)
    }

    /// The larger of both, element by element; at ties the derivative goes to `other` alone.
    #[must_use]
    pub fn maximum(self, other: Self) -> Self {
        self.binary(Binary::Maximum, other)
    }

    /// The matrix product of `self` `[n, k]` and `other` `[k, m]`: `[n, m]`.
    #[must_use]
    pub fn matrix_product(self, other: Self) -> Self {
        let (left, right) = (self.shape(), other.shape());
        match (left.as_slice(), right.as_slice()) {
            (&[rows, inner], &[same, columns]) if inner == same => {
                let primitive = Primitive::MatrixProduct {
                    transpose_left: false,
                    transpose_right: false,
                };
                let operands = vec![self.id, other.id];
                self.graph.push(primitive, operands, vec![rows, columns])
            }
            _ => {
                let requirement = "[n, k] and [k, m]";
                self.wrong_shapes("matrix_product", vec![left, right], requirement)
            }
        }
    }

    /// The matrix `[n, m]` transposed: `[m, n]`.
    #[must_use]
    pub fn transposed(self) -> Self {
        self.permuted(&[1, 0])
    }

    /// Axis i of the result is axis `permutation[i]` of `self`.
    #[must_use]
    pub fn permuted(self, permutation: &[usize]) -> Self {
        let shape = self.shape();
        let mut sorted = permutation.to_vec();
        sorted.sort_unstable();
        if !sorted.iter().copied().eq(0..shape.len()) {
            let requirement = "a permutation of the operand's axes";
            return self.wrong_shapes("permuted", vec![shape, permutation.to_vec()], requirement);
        }
        let permutation = permutation.to_vec();
        let shape = permutation.iter().map(|axis| shape[*axis]).collect();
        self.apply(Primitive::Transpose { permutation }, shape)
    }

    /// Repeats `self` along new axes to the given shape: its axis i becomes axis `axes[i]`.
    #[must_use]
    pub fn broadcast(self, shape: &[usize], axes: &[usize]) -> Self {
        let from = self.shape();
        let fits = from.len() == axes.len()
            && axes.is_sorted_by(|a, b| a < b)
            && axes
                .iter()
                .zip(&from)
                .all(|(axis, length)| shape.get(*axis) == Some(length));
        if !fits {
            let requirement = "each axis of the operand at its increasing place in the result";
            return self.wrong_shapes("broadcast", vec![from, shape.to_vec()], requirement);
        }
        let axes = axes.to_vec();
        self.apply(Primitive::Broadcast { axes }, shape.to_vec())
    }

    /// Sums over the given axes, strictly increasing, and removes them.
    #[must_use]
    pub fn sum(self, axes: &[usize]) -> Self {
        let from = self.shape();
        if !axes.is_sorted_by(|a, b| a < b) || axes.iter().any(|axis| *axis >= from.len()) {
            let requirement = "strictly increasing axes of the operand";
            return self.wrong_shapes("sum", vec![from, axes.to_vec()], requirement);
        }
        // Neighbouring axes are one block; of several blocks the last is summed first.
        if let Some(gap) = (1..axes.len()).rev().find(|i| axes[*i] != axes[i - 1] + 1) {
            return self.sum(&axes[gap..]).sum(&axes[..gap]);
        }
        let kept = (0..from.len()).filter(|axis| !axes.contains(axis));
        let shape = kept.map(|axis| from[axis]).collect();
        let axes = axes.to_vec();
        self.apply(Primitive::Sum { axes }, shape)
    }

    /// The sum of all elements, a scalar.
    #[must_use]
    pub fn sum_all(self) -> Self {
        let axes: Vec<usize> = (0..self.shape().len()).collect();
        self.sum(&axes)
    }

    /// The mean of all elements, a scalar.
    #[must_use]
    pub fn mean_all(self) -> Self {
        self.sum_all() / self.element_count() as f64
    }

    /// Σᵢ xᵢyᵢ over all elements.
    #[must_use]
    pub fn dot(self, other: Self) -> Self {
        (self * other).sum_all()
    }

    /// The same elements in row-major order under another shape.
    #[must_use]
    pub fn reshaped(self, shape: &[usize]) -> Self {
        if self.element_count() != element_count(shape) {
            let requirement = "equal numbers of elements";
            return self.wrong_shapes("reshaped", vec![self.shape(), shape.to_vec()], requirement);
        }
        self.apply(Primitive::Reshape, shape.to_vec())
    }

    /// The `length` indices of `axis` from `start` on.
    #[must_use]
    pub fn slice(self, axis: usize, start: usize, length: usize) -> Self {
        let mut shape = self.shape();
        if shape.get(axis).is_none_or(|whole| start + length > *whole) {
            let requirement = "a range within an axis of the operand";
            return self.wrong_shapes("slice", vec![shape, vec![axis, start, length]], requirement);
        }
        shape[axis] = length;
        self.apply(Primitive::Slice { axis, start }, shape)
    }

    /// `self` within zeros: `axis` becomes `length` long and `self` begins at `start`.
    #[must_use]
    pub fn padded(self, axis: usize, start: usize, length: usize) -> Self {
        let mut shape = self.shape();
        if shape.get(axis).is_none_or(|own| start + own > length) {
            let requirement = "room for the operand within the new axis";
            return self.wrong_shapes(
                "padded",
                vec![shape, vec![axis, start, length]],
                requirement,
            );
        }
        shape[axis] = length;
        self.apply(Primitive::Pad { axis, start }, shape)
    }

    /// `parts`, at least one, one after another along `axis`.
    #[must_use]
    pub fn concatenated(parts: &[Self], axis: usize) -> Self {
        let shapes: Vec<Shape> = parts.iter().map(|part| part.shape()).collect();
        let mut shape = shapes[0].clone();
        let without_axis = |shape: &Shape| {
            let mut shape = shape.clone();
            if axis < shape.len() {
                shape.remove(axis);
            }
            shape
        };
        let alike = shapes
            .iter()
            .all(|other| without_axis(other) == without_axis(&shape));
        if axis >= shape.len() || !alike {
            let requirement = "parts that agree in all axes but the joined one";
            return parts[0].wrong_shapes("concatenated", shapes, requirement);
        }
        shape[axis] = shapes.iter().map(|shape| shape[axis]).sum();
        let operands = parts.iter().map(|part| part.id).collect();
        parts[0]
            .graph
            .push(Primitive::Concatenate { axis }, operands, shape)
    }

    /// From `self` `[n, c]` and `labels` `[n]`: the value at each row's label, `[n]`.
    #[must_use]
    pub fn select(self, labels: Self) -> Self {
        let (shape, count) = (self.shape(), labels.shape());
        if shape.len() != 2 || count != shape[..1] {
            let requirement = "values [n, c] and labels [n]";
            return self.wrong_shapes("select", vec![shape, count], requirement);
        }
        if !labels.is_labels() {
            return self.wrong_kind("select", "labels as its second operand");
        }
        let operands = vec![self.id, labels.id];
        self.graph.push(Primitive::Select, operands, count)
    }

    /// From `self` `[n]` and `labels` `[n]`: zeros `[n, columns]` but for each row's value at its
    /// label. Ones placed so are the one-hot vectors of the labels.
    #[must_use]
    pub fn place(self, labels: Self, columns: usize) -> Self {
        let (shape, count) = (self.shape(), labels.shape());
        if shape.len() != 1 || count != shape {
            let requirement = "values [n] and labels [n]";
            return self.wrong_shapes("place", vec![shape, count], requirement);
        }
        if !labels.is_labels() {
            return self.wrong_kind("place", "labels as its second operand");
        }
        let operands = vec![self.id, labels.id];
        self.graph
            .push(Primitive::Place, operands, vec![shape[0], columns])
    }

    /// log Σ exp over the last axis, which is removed.
    #[must_use]
    pub fn log_sum_exp(self) -> Self {
        let mut shape = self.shape();
        if shape.pop().is_none() {
            return self.wrong_shapes("log_sum_exp", vec![shape], "at least one axis");
        }
        self.apply(Primitive::LogSumExp, shape)
    }

    pub(crate) fn zeros_like(self) -> Self {
        self.graph.constant(0.0, &self.shape())
    }

    pub(crate) fn is_labels(self) -> bool {
        matches!(self.graph.node(self.id).primitive, Primitive::Labels { .. })
    }

    fn wrong_shapes(
        self,
        operation: &'static str,
        shapes: Vec<Shape>,
        requirement: &'static str,
    ) -> Self {
        let error = GraphError::Shapes {
            operation,
            shapes,
            requirement,
        };
        self.graph.fail(error, &self.shape())
    }

    fn wrong_kind(self, operation: &'static str, wanted: &'static str) -> Self {
        self.graph
            .fail(GraphError::Kind { operation, wanted }, &self.shape())
    }
}

impl Neg for Var<'_> {
    type Output = Self;

    fn neg(self) -> Self {
        self.unary(Unary::Negate)
    }
}

macro_rules! arithmetic {
    ($($operator:ident :: $method:ident => $function:ident),*) => {$(
        impl<'g> $operator for Var<'g> {
            type Output = Var<'g>;

            fn $method(self, other: Var<'g>) -> Var<'g> {
                self.binary(Binary::$function, other)
            }
        }

        impl<'g> $operator<f64> for Var<'g> {
            type Output = Var<'g>;

            fn $method(self, other: f64) -> Var<'g> {
                let other = self.graph.constant(other, &self.shape());
                self.binary(Binary::$function, other)
            }
        }

        impl<'g> $operator<Var<'g>> for f64 {
            type Output = Var<'g>;

            fn $method(self, other: Var<'g>) -> Var<'g> {
                other.graph.constant(self, &other.shape()).binary(Binary::$function, other)
            }
        }
    )*};
}

arithmetic!(Add::add => Add, Sub::sub => Subtract, Mul::mul => Multiply, Div::div => Divide);
