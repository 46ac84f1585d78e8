//! A finished program: what an executor gets.

use crate::graph::NodeId;
use crate::primitive::Primitive;
use crate::{Shape, element_count};

/// One operation with its operands and the shape of its result.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Node {
    /// What is computed.
    pub primitive: Primitive,
    /// From what; every operand stands before its user.
    pub operands: Vec<NodeId>,
    /// The shape of the result.
    pub shape: Shape,
}

impl Node {
    pub(crate) fn new(primitive: Primitive, operands: Vec<NodeId>, shape: Shape) -> Self {
        Self {
            primitive,
            operands,
            shape,
        }
    }

    /// The number of elements of the result.
    #[must_use]
    pub fn element_count(&self) -> usize {
        element_count(&self.shape)
    }
}

/// Nodes in an order in which they can be computed, without dead ones.
#[derive(Clone, Debug, PartialEq)]
pub struct Program {
    nodes: Vec<Node>,
    inputs: usize,
    outputs: Vec<NodeId>,
}

impl Program {
    /// Keeps the nodes that `outputs` need, renumbered.
    pub(crate) fn of_live_nodes(nodes: &[Node], inputs: usize, outputs: &[NodeId]) -> Self {
        let mut live = vec![false; nodes.len()];
        for output in outputs {
            live[output.0] = true;
        }
        for (index, node) in nodes.iter().enumerate().rev() {
            if live[index] {
                node.operands
                    .iter()
                    .for_each(|operand| live[operand.0] = true);
            }
        }
        let mut places = vec![None; nodes.len()];
        let mut kept = Vec::new();
        for (index, node) in nodes.iter().enumerate().filter(|(index, _)| live[*index]) {
            places[index] = Some(NodeId(kept.len()));
            kept.push(Node {
                operands: node.operands.iter().filter_map(|id| places[id.0]).collect(),
                ..node.clone()
            });
        }
        Self {
            nodes: kept,
            inputs,
            outputs: outputs.iter().filter_map(|id| places[id.0]).collect(),
        }
    }

    /// Every node, operands before users.
    #[must_use]
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The node at a place.
    #[must_use]
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0]
    }

    /// The places of all nodes, in order.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = NodeId> + use<> {
        (0..self.nodes.len()).map(NodeId)
    }

    /// How many inputs the graph has, used by this program or not.
    #[must_use]
    pub fn input_count(&self) -> usize {
        self.inputs
    }

    /// What is to be computed, in the order asked for.
    #[must_use]
    pub fn outputs(&self) -> &[NodeId] {
        &self.outputs
    }

    /// The multiplications and additions of all matrix products: 2·rows·inner·columns each.
    #[must_use]
    pub fn matrix_product_flops(&self) -> u64 {
        let flops = |node: &Node| match node.primitive {
            Primitive::MatrixProduct { transpose_left, .. } => {
                let left = &self.node(node.operands[0]).shape;
                let inner = left[usize::from(!transpose_left)];
                2 * (node.element_count() * inner) as u64
            }
            _ => 0,
        };
        self.nodes.iter().map(flops).sum()
    }
}
