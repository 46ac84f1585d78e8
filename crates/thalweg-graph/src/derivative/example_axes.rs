//! Which axis of each value counts the examples.

use std::collections::HashMap;

use crate::graph::{Graph, NodeId};
use crate::primitive::Primitive;
use crate::program::Node;
use crate::trace::Var;
use crate::{GraphError, Shape};

/// The axis along which a value has one part for each example, which depends on that example alone;
/// `None` where all examples share the value.
type ExampleAxis = Option<usize>;

/// The example axes of everything that leads to a value.
pub(super) struct ExampleAxes(HashMap<NodeId, ExampleAxis>);

impl ExampleAxes {
    /// Follows the first axis of `examples` through the graph to `outputs`.
    pub(super) fn follow(
        graph: &Graph,
        outputs: &[Var<'_>],
        examples: &[Var<'_>],
    ) -> Result<Self, GraphError> {
        let mut axes = Self(HashMap::new());
        for example in examples {
            axes.0.insert(example.id(), Some(0));
        }
        for id in graph.ancestors(outputs) {
            if !axes.0.contains_key(&id) {
                let node = graph.node(id);
                let axis = axes.of_node(graph, &node)?;
                axes.0.insert(id, axis);
            }
        }
        Ok(axes)
    }

    /// The example axis of a node that was met.
    pub(super) fn of(&self, id: NodeId) -> ExampleAxis {
        self.0.get(&id).copied().flatten()
    }

    fn of_node(&self, graph: &Graph, node: &Node) -> Result<ExampleAxis, GraphError> {
        let operands: Vec<ExampleAxis> = node.operands.iter().map(|id| self.of(*id)).collect();
        let Some(axis) = operands.iter().copied().flatten().next() else {
            return Ok(None);
        };
        let shape_of = |operand: usize| graph.node(node.operands[operand]).shape;
        let (name, result) = match &node.primitive {
            Primitive::Unary(_) => ("an elementwise function", Some(axis)),
            Primitive::Binary(_) => ("elementwise arithmetic", agreeing(&operands, axis)),
            Primitive::MatrixProduct {
                transpose_left,
                transpose_right,
            } => {
                let flags = [*transpose_left, *transpose_right];
                ("a matrix product", product_axis(&operands, flags))
            }
            Primitive::Broadcast { axes } => ("a broadcast", axes.get(axis).copied()),
            Primitive::Sum { axes } => {
                let before = axes.iter().filter(|summed| **summed < axis).count();
                (
                    "a sum over examples",
                    (!axes.contains(&axis)).then(|| axis - before),
                )
            }
            Primitive::Reshape => ("a reshape", reshaped_axis(&shape_of(0), axis, &node.shape)),
            Primitive::Transpose { permutation } => (
                "a transpose",
                permutation.iter().position(|from| *from == axis),
            ),
            Primitive::Slice { axis: cut, .. } | Primitive::Pad { axis: cut, .. } => {
                ("a slice of examples", (*cut != axis).then_some(axis))
            }
            Primitive::Concatenate { axis: joined } => {
                let agreeing = agreeing(&operands, axis);
                (
                    "a concatenation of examples",
                    agreeing.filter(|axis| axis != joined),
                )
            }
            Primitive::Select | Primitive::Place => (
                "a selection",
                agreeing(&operands, axis).filter(|axis| *axis == 0),
            ),
            Primitive::LogSumExp => {
                let last = shape_of(0).len() - 1;
                (
                    "a log-sum-exp over examples",
                    (axis != last).then_some(axis),
                )
            }
            Primitive::Input { .. } | Primitive::Labels { .. } | Primitive::Constant(_) => {
                ("an input", None)
            }
        };
        let mixed = GraphError::MixedExamples { operation: name };
        result.map(Some).ok_or(mixed)
    }
}

/// The axis, if all operands that have one agree.
fn agreeing(operands: &[ExampleAxis], axis: usize) -> ExampleAxis {
    let all = operands.iter().flatten().all(|other| *other == axis);
    all.then_some(axis)
}

/// A matrix product keeps examples apart if they are rows on the left or columns on the right, and
/// not both.
fn product_axis(operands: &[ExampleAxis], flags: [bool; 2]) -> ExampleAxis {
    let flipped = |operand: usize| operands[operand].map(|axis| axis ^ usize::from(flags[operand]));
    match (flipped(0), flipped(1)) {
        (Some(0), None) => Some(0),
        (None, Some(1)) => Some(1),
        _ => None,
    }
}

/// Where an axis is after a reshape, if it is still an axis.
fn reshaped_axis(from: &Shape, axis: usize, to: &Shape) -> ExampleAxis {
    let before: usize = from[..axis].iter().product();
    (0..to.len())
        .find(|other| to[*other] == from[axis] && to[..*other].iter().product::<usize>() == before)
}
