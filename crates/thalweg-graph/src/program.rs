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

    /// The same program with everything that depends on the inputs in the places `late` last, and
    /// how many nodes come before.
    #[must_use]
    pub fn with_late_inputs_last(&self, late: &[usize]) -> (Self, usize) {
        let mut is_late = vec![false; self.nodes.len()];
        for (index, node) in self.nodes.iter().enumerate() {
            let is_late_input = match node.primitive {
                Primitive::Input { slot } | Primitive::Labels { slot } => late.contains(&slot),
                _ => false,
            };
            is_late[index] = is_late_input || node.operands.iter().any(|id| is_late[id.0]);
        }
        let mut order: Vec<usize> = (0..self.nodes.len()).collect();
        order.sort_by_key(|index| is_late[*index]); // a stable sort keeps operands before users
        let mut places = vec![NodeId(0); self.nodes.len()];
        for (place, index) in order.iter().enumerate() {
            places[*index] = NodeId(place);
        }
        let moved = |ids: &[NodeId]| ids.iter().map(|id| places[id.0]).collect();
        let nodes = order.iter().map(|index| Node {
            operands: moved(&self.nodes[*index].operands),
            ..self.nodes[*index].clone()
        });
        let program = Self {
            nodes: nodes.collect(),
            inputs: self.inputs,
            outputs: moved(&self.outputs),
        };
        (program, is_late.iter().filter(|late| !**late).count())
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
