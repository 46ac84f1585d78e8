//! Reverse mode: cotangents travel back from the outputs.

use std::collections::HashMap;

use super::rules;
use crate::graph::{Graph, NodeId};
use crate::primitive::Primitive;
use crate::trace::Var;

impl Graph {
    /// The vector–Jacobian product: Jᵀ u with J = ∂outputs/∂variables and u given by
    /// (output, cotangent) pairs of equal shapes; one result for each of `variables`.
    ///
    /// Variables may be any nodes. One that the outputs do not depend on gets the constant zero.
    /// Costs at most twice the matrix products of the outputs themselves.
    pub fn vjp<'g>(
        &'g self,
        outputs: &[(Var<'g>, Var<'g>)],
        variables: &[Var<'g>],
    ) -> Vec<Var<'g>> {
        let (_, cotangents) = self.cotangents(outputs, variables, variables);
        let cotangent_of = |variable: &Var<'g>| {
            cotangents
                .get(&variable.id())
                .copied()
                .unwrap_or_else(|| variable.zeros_like())
        };
        variables.iter().map(cotangent_of).collect()
    }

    /// The gradient of a scalar with respect to each of `variables`.
    pub fn gradient<'g>(&'g self, scalar: Var<'g>, variables: &[Var<'g>]) -> Vec<Var<'g>> {
        let one = self.constant(1.0, &scalar.shape());
        self.vjp(&[(scalar, one)], variables)
    }

    /// The cotangents of all nodes between `variables` and `outputs`, and which nodes depend on a
    /// variable. None passes through a node of `stop`.
    pub(super) fn cotangents<'g>(
        &'g self,
        outputs: &[(Var<'g>, Var<'g>)],
        variables: &[Var<'g>],
        stop: &[Var<'g>],
    ) -> (Vec<bool>, HashMap<NodeId, Var<'g>>) {
        let roots: Vec<Var<'g>> = outputs.iter().map(|(output, _)| *output).collect();
        let traced = self.ancestors(&roots);
        let active = self.dependents(&traced, variables);
        let mut cotangents: HashMap<NodeId, Var<'g>> = HashMap::new();
        for (output, cotangent) in outputs {
            accumulate(&mut cotangents, output.id(), *cotangent);
        }
        for id in traced.into_iter().rev() {
            if stop.iter().any(|variable| variable.id() == id) {
                continue;
            }
            if let Some(cotangent) = cotangents.get(&id).copied() {
                for (operand, term) in self.pull_back(id, cotangent) {
                    if active[operand.index()] {
                        accumulate(&mut cotangents, operand, term);
                    }
                }
            }
        }
        (active, cotangents)
    }

    /// Which nodes depend on one of `variables`: only they carry a cotangent.
    fn dependents(&self, traced: &[NodeId], variables: &[Var<'_>]) -> Vec<bool> {
        let mut active = vec![false; self.len()];
        for variable in variables {
            active[variable.id().index()] = true;
        }
        for id in traced {
            let depends = self
                .node(*id)
                .operands
                .iter()
                .any(|operand| active[operand.index()]);
            active[id.index()] |= depends;
        }
        active
    }

    /// What a node's cotangent contributes to those of its real operands, in their order.
    pub(super) fn pull_back<'g>(
        &'g self,
        id: NodeId,
        cotangent: Var<'g>,
    ) -> Vec<(NodeId, Var<'g>)> {
        let node = self.node(id);
        let operands: Vec<Var<'g>> = node.operands.iter().map(|id| self.var(*id)).collect();
        let both = || [operands[0], operands[operands.len() - 1]];
        let terms: Vec<Var<'g>> = match &node.primitive {
            Primitive::Input { .. } | Primitive::Labels { .. } | Primitive::Constant(_) => vec![],
            Primitive::Unary(function) => {
                vec![cotangent * rules::unary_partial(*function, operands[0], self.var(id))]
            }
            Primitive::Binary(function) => {
                let partials = rules::binary_partials(*function, both(), self.var(id));
                partials.map(|partial| cotangent * partial).to_vec()
            }
            Primitive::MatrixProduct {
                transpose_left,
                transpose_right,
            } => {
                let transposed = (*transpose_left, *transpose_right);
                rules::matrix_product_transposes(transposed, both(), cotangent).to_vec()
            }
            Primitive::LogSumExp => {
                let softmax = rules::softmax(operands[0], self.var(id));
                vec![softmax * rules::along_last_axis(cotangent, operands[0])]
            }
            Primitive::Concatenate { axis } => concatenation_parts(*axis, &operands, cotangent),
            _ => {
                let labels = operands.get(1).copied();
                vec![rules::transposed(
                    &node,
                    &operands[0].shape(),
                    labels,
                    cotangent,
                )]
            }
        };
        node.operands.iter().copied().zip(terms).collect()
    }
}

fn concatenation_parts<'g>(axis: usize, operands: &[Var<'g>], cotangent: Var<'g>) -> Vec<Var<'g>> {
    let mut start = 0;
    let mut parts = Vec::with_capacity(operands.len());
    for operand in operands {
        let shape = operand.shape();
        parts.push(rules::concatenation_part(axis, start, &shape, cotangent));
        start += shape[axis];
    }
    parts
}

fn accumulate<'g>(cotangents: &mut HashMap<NodeId, Var<'g>>, id: NodeId, term: Var<'g>) {
    cotangents
        .entry(id)
        .and_modify(|sum| *sum = *sum + term)
        .or_insert(term);
}
