//! Forward mode: tangents travel with the values.

use std::collections::HashMap;

use super::rules;
use crate::graph::{Graph, NodeId};
use crate::primitive::Primitive;
use crate::program::Node;
use crate::trace::Var;

impl Graph {
    /// The Jacobian–vector product: the derivatives of `outputs` along a direction.
    ///
    /// `J v` with J = ∂outputs/∂variables and v given by (variable, tangent) pairs. Variables may
    /// be any nodes; tangents have their shapes. An output that does not depend on them gets the
    /// constant zero. Costs at most twice the matrix products of the outputs themselves.
    pub fn jvp<'g>(
        &'g self,
        outputs: &[Var<'g>],
        direction: &[(Var<'g>, Var<'g>)],
    ) -> Vec<Var<'g>> {
        let mut tangents: HashMap<NodeId, Var<'g>> = HashMap::new();
        for (variable, tangent) in direction {
            tangents.insert(variable.id(), *tangent);
        }
        let last = outputs.iter().map(Var::id).max();
        let traced = self.ancestors(outputs);
        for id in traced.into_iter().filter(|id| Some(*id) <= last) {
            if tangents.contains_key(&id) {
                continue;
            }
            if let Some(tangent) = self.tangent(id, &tangents) {
                tangents.insert(id, tangent);
            }
        }
        let tangent_of = |output: &Var<'g>| {
            tangents
                .get(&output.id())
                .copied()
                .unwrap_or_else(|| output.zeros_like())
        };
        outputs.iter().map(tangent_of).collect()
    }

    /// The tangent of a node from those of its operands; `None` is zero.
    fn tangent<'g>(&'g self, id: NodeId, tangents: &HashMap<NodeId, Var<'g>>) -> Option<Var<'g>> {
        let node = self.node(id);
        let operands: Vec<Var<'g>> = node.operands.iter().map(|id| self.var(*id)).collect();
        let moving: Vec<Option<Var<'g>>> = node
            .operands
            .iter()
            .map(|id| tangents.get(id).copied())
            .collect();
        if moving.iter().all(Option::is_none) {
            return None;
        }
        match &node.primitive {
            Primitive::Unary(function) => {
                let partial = rules::unary_partial(*function, operands[0], self.var(id));
                moving[0].map(|tangent| partial * tangent)
            }
            Primitive::Binary(function) => {
                let both = [operands[0], operands[1]];
                let partials = rules::binary_partials(*function, both, self.var(id));
                sum((0..2).filter_map(|i| moving[i].map(|tangent| partials[i] * tangent)))
            }
            Primitive::MatrixProduct { .. } => sum((0..2).filter_map(|i| {
                let mut factors = [operands[0], operands[1]];
                factors[i] = moving[i]?;
                Some(rules::apply_again(self, &node, &factors))
            })),
            Primitive::LogSumExp => moving[0].map(|tangent| {
                let softmax = rules::softmax(operands[0], self.var(id));
                rules::sum_last_axis(softmax * tangent)
            }),
            Primitive::Select | Primitive::Place => {
                moving[0].map(|tangent| rules::apply_again(self, &node, &[tangent, operands[1]]))
            }
            _ => Some(self.linear_tangent(&node, &operands, &moving)),
        }
    }

    /// A linear operation of the tangents, zero where there is none.
    fn linear_tangent<'g>(
        &'g self,
        node: &Node,
        operands: &[Var<'g>],
        moving: &[Option<Var<'g>>],
    ) -> Var<'g> {
        let tangents: Vec<Var<'g>> = moving
            .iter()
            .zip(operands)
            .map(|(tangent, operand)| tangent.unwrap_or_else(|| operand.zeros_like()))
            .collect();
        rules::apply_again(self, node, &tangents)
    }

    /// The nodes that `outputs` are computed from, themselves included, in order.
    pub(super) fn ancestors(&self, outputs: &[Var<'_>]) -> Vec<NodeId> {
        let mut found: Vec<NodeId> = Vec::new();
        let mut seen = vec![false; self.len()];
        let mut pending: Vec<NodeId> = outputs.iter().map(Var::id).collect();
        while let Some(id) = pending.pop() {
            if !std::mem::replace(&mut seen[id.index()], true) {
                found.push(id);
                pending.extend(self.node(id).operands);
            }
        }
        found.sort_unstable();
        found
    }
}

fn sum<'g>(terms: impl Iterator<Item = Var<'g>>) -> Option<Var<'g>> {
    terms.reduce(|sum, term| sum + term)
}
