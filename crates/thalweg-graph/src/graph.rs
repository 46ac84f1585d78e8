//! The graph being traced: nodes in an order in which they can be computed, each kept once.

use std::cell::RefCell;
use std::collections::HashMap;

use crate::primitive::{Binary, Constant, Primitive};
use crate::program::{Node, Program};
use crate::simplify::{Simplified, simplify};
use crate::{GraphError, Shape, Var};

/// A node's place in its graph; operands always have smaller ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub(crate) usize);

impl NodeId {
    /// The place as an index.
    #[must_use]
    pub fn index(self) -> usize {
        self.0
    }
}

/// A tensor program while it is traced; see the [crate documentation](crate).
///
/// A mistake (operands that do not fit) does not stop the tracing code: it is remembered and
/// returned by [`Graph::program`], so that formulas stay formulas.
#[derive(Debug, Default)]
pub struct Graph {
    state: RefCell<State>,
}

#[derive(Debug, Default)]
struct State {
    nodes: Vec<Node>,
    known: HashMap<Node, NodeId>,
    inputs: usize,
    error: Option<GraphError>,
}

impl Graph {
    /// An empty graph.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A new real input of this shape. Inputs are given to an executor in the order of creation.
    pub fn input(&self, shape: &[usize]) -> Var<'_> {
        let slot = self.next_slot();
        self.push(Primitive::Input { slot }, vec![], shape.to_vec())
    }

    /// A new input of `count` labels, counted among the inputs like a real one.
    pub fn labels(&self, count: usize) -> Var<'_> {
        let slot = self.next_slot();
        self.push(Primitive::Labels { slot }, vec![], vec![count])
    }

    /// A tensor of this shape with every element equal to `value`.
    pub fn constant(&self, value: f64, shape: &[usize]) -> Var<'_> {
        let primitive = Primitive::Constant(Constant::new(value));
        self.push(primitive, vec![], shape.to_vec())
    }

    /// The program that computes `outputs` and nothing else.
    ///
    /// # Errors
    /// The first mistake made while tracing.
    pub fn program(&self, outputs: &[Var<'_>]) -> Result<Program, GraphError> {
        let state = self.state.borrow();
        match &state.error {
            Some(error) => Err(error.clone()),
            None => {
                let outputs: Vec<NodeId> = outputs.iter().map(Var::id).collect();
                Ok(Program::of_live_nodes(&state.nodes, state.inputs, &outputs))
            }
        }
    }

    /// The number of nodes traced so far, dead ones included.
    pub fn len(&self) -> usize {
        self.state.borrow().nodes.len()
    }

    /// Whether nothing has been traced yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The node that computes `primitive` of `operands`: simplified, or found, or new.
    pub(crate) fn push(
        &self,
        primitive: Primitive,
        operands: Vec<NodeId>,
        shape: Shape,
    ) -> Var<'_> {
        let node = Node::new(primitive, operands, shape);
        let simplified = simplify(&node, &|id| self.node(id));
        match simplified {
            Simplified::Existing(id) => self.var(id),
            Simplified::Node(node) => self.push(node.primitive, node.operands, node.shape),
            Simplified::Multiple(factor, id, shape) => {
                let factor = self.constant(factor, &shape).id();
                let multiply = Primitive::Binary(Binary::Multiply);
                self.push(multiply, vec![factor, id], shape)
            }
            Simplified::Unchanged => self.intern(node),
        }
    }

    /// The node by its place.
    pub(crate) fn node(&self, id: NodeId) -> Node {
        self.state.borrow().nodes[id.0].clone()
    }

    /// Remembers a mistake and goes on with a harmless value of a plausible shape.
    pub(crate) fn fail(&self, error: GraphError, shape: &[usize]) -> Var<'_> {
        self.state.borrow_mut().error.get_or_insert(error);
        self.constant(f64::NAN, shape)
    }

    pub(crate) fn var(&self, id: NodeId) -> Var<'_> {
        Var::new(self, id)
    }

    fn intern(&self, node: Node) -> Var<'_> {
        let mut state = self.state.borrow_mut();
        let next = NodeId(state.nodes.len());
        let id = *state.known.entry(node.clone()).or_insert(next);
        if id == next {
            state.nodes.push(node);
        }
        drop(state);
        self.var(id)
    }

    fn next_slot(&self) -> usize {
        let mut state = self.state.borrow_mut();
        state.inputs += 1;
        state.inputs - 1
    }
}
