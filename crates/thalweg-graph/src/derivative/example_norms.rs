//! The square norms ‖∂Eⱼ/∂p‖² of the gradients of single examples, without forming the gradients.
//!
//! A parameter enters an example's loss at *crossings*: operations that combine a value shared by
//! all examples with one that each example has for itself. At a dense layer z = x Wᵀ the gradient of
//! example j is the outer product δⱼ xⱼᵀ of its cotangent and its input, so its square norm is
//! ‖δⱼ‖²‖xⱼ‖² (Goodfellow 2015, arXiv 1510.01799); at a bias it is δⱼ itself. A parameter used several
//! times has the sum of such terms as its gradient, and its norm their inner products:
//! ⟨δⱼxⱼᵀ, δ′ⱼx′ⱼᵀ⟩ = (δⱼ·δ′ⱼ)(xⱼ·x′ⱼ). Anything else is materialised, one example after another.

use super::example_axes::ExampleAxes;
use crate::GraphError;
use crate::graph::{Graph, NodeId};
use crate::primitive::Primitive;
use crate::program::Node;
use crate::trace::Var;

/// How square norms come about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NormMethod {
    /// From norms and inner products of rows: costs next to nothing beside the gradient.
    Factored,
    /// By forming the gradient of one example after another: costs as many products as there are
    /// examples, and memory for them, so it belongs in small chunks of examples.
    Materialised {
        /// What has no cheap rule.
        reason: &'static str,
    },
}

/// The square norms of one parameter's gradients.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SquareNorms<'g> {
    /// ‖∂Eⱼ/∂p‖² for each example j: `[n]`.
    pub values: Var<'g>,
    /// How they are computed.
    pub method: NormMethod,
}

impl Graph {
    /// For each of `parameters`, ‖∂Eⱼ/∂p‖² of each example j.
    ///
    /// `losses` `[n]` are the E_j; the first axis of each of `examples` (inputs, labels) counts
    /// examples. `weight` is the weight of one example in the loss whose gradient the same program
    /// computes, 1/n for a mean: the backward pass of that gradient is then shared, and the norms
    /// are still those of E_j itself.
    ///
    /// # Errors
    /// [`GraphError::MixedExamples`] if some E_j depends on other examples (as with normalisation
    /// over a batch), where an example has no gradient of its own; or losses that are not `[n]`.
    pub fn example_square_norms<'g>(
        &'g self,
        losses: Var<'g>,
        weight: f64,
        examples: &[Var<'g>],
        parameters: &[Var<'g>],
    ) -> Result<Vec<SquareNorms<'g>>, GraphError> {
        let axes = ExampleAxes::follow(self, &[losses], examples)?;
        if losses.shape().len() != 1 || axes.of(losses.id()) != Some(0) {
            return Err(GraphError::Shapes {
                operation: "example_square_norms",
                shapes: vec![losses.shape()],
                requirement: "one loss for each example, [n]",
            });
        }
        let crossings = self.crossings(losses, weight, &axes, parameters);
        let norms = |parameter: &Var<'g>| self.square_norms(*parameter, &crossings, losses, weight);
        Ok(parameters.iter().map(norms).collect())
    }

    /// Where the parameters meet the examples on the way to `losses`.
    fn crossings<'g>(
        &'g self,
        losses: Var<'g>,
        weight: f64,
        axes: &ExampleAxes,
        parameters: &[Var<'g>],
    ) -> Vec<Crossing<'g>> {
        let seed = self.constant(weight, &losses.shape());
        let (active, cotangents) = self.cotangents(&[(losses, seed)], parameters, &[]);
        let mut crossings = Vec::new();
        for id in self.ancestors(&[losses]) {
            let (Some(axis), Some(cotangent)) = (axes.of(id), cotangents.get(&id)) else {
                continue;
            };
            let node = self.node(id);
            let shared = |place: &usize| {
                let operand = node.operands[*place];
                axes.of(operand).is_none() && active[operand.index()]
            };
            let found = (0..node.operands.len()).filter(shared);
            crossings.extend(found.map(|place| {
                Crossing {
                    id,
                    node: node.clone(),
                    place,
                    axis,
                    other_axis: node
                        .operands
                        .get(1 - place.min(1))
                        .and_then(|id| axes.of(*id)),
                    cotangent: *cotangent,
                }
            }));
        }
        crossings
    }

    fn square_norms<'g>(
        &'g self,
        parameter: Var<'g>,
        crossings: &[Crossing<'g>],
        losses: Var<'g>,
        weight: f64,
    ) -> SquareNorms<'g> {
        let leads_here = |crossing: &&Crossing<'g>| {
            self.ancestors(&[self.var(crossing.shared())])
                .contains(&parameter.id())
        };
        let own: Vec<&Crossing<'g>> = crossings.iter().filter(leads_here).collect();
        let terms: Result<Vec<Term<'g>>, &'static str> = own
            .iter()
            .map(|crossing| crossing.term(self, parameter))
            .collect();
        let factored = terms.and_then(|terms| squared_sum(&terms));
        let (values, method) = match factored {
            Ok(None) => (losses.zeros_like(), NormMethod::Factored),
            Ok(Some(values)) => (values, NormMethod::Factored),
            Err(reason) => {
                let values = self.materialised(parameter, &own, losses.element_count());
                (values, NormMethod::Materialised { reason })
            }
        };
        SquareNorms {
            values: values / (weight * weight),
            method,
        }
    }

    /// The square norms by forming each example's gradient.
    fn materialised<'g>(
        &'g self,
        parameter: Var<'g>,
        crossings: &[&Crossing<'g>],
        examples: usize,
    ) -> Var<'g> {
        let norm = |example: usize| {
            let shared: Vec<(Var<'g>, Var<'g>)> = crossings
                .iter()
                .map(|crossing| {
                    let cotangent = crossing.cotangent_of(self, example);
                    (self.var(crossing.shared()), cotangent)
                })
                .collect();
            let gradient = self.vjp(&shared, &[parameter])[0];
            gradient.dot(gradient).reshaped(&[1])
        };
        let norms: Vec<Var<'g>> = (0..examples).map(norm).collect();
        Var::concatenated(&norms, 0)
    }
}

/// An operation whose operand at `place` is shared by the examples and depends on parameters.
struct Crossing<'g> {
    id: NodeId,
    node: Node,
    place: usize,
    /// The example axis of the result.
    axis: usize,
    /// The example axis of the other operand, if there is one.
    other_axis: Option<usize>,
    /// The cotangent of the result.
    cotangent: Var<'g>,
}

impl<'g> Crossing<'g> {
    fn shared(&self) -> NodeId {
        self.node.operands[self.place]
    }

    /// What it contributes to each example's gradient of `parameter`, if that has a simple form.
    fn term(&self, graph: &'g Graph, parameter: Var<'g>) -> Result<Term<'g>, &'static str> {
        match &self.node.primitive {
            Primitive::MatrixProduct {
                transpose_left,
                transpose_right,
            } if self.shared() == parameter.id() => {
                let other = graph.var(self.node.operands[1 - self.place]);
                let other_axis = self.other_axis.unwrap_or(0);
                let cotangents = by_example(self.cotangent, self.axis);
                let inputs = by_example(other, other_axis);
                // The left factor of a product has rows like its cotangent, the right one columns.
                let is_transposed = [*transpose_left, *transpose_right][self.place];
                let [rows, columns] = match (self.place == 0) ^ is_transposed {
                    true => [cotangents, inputs],
                    false => [inputs, cotangents],
                };
                Ok(Term::Outer { rows, columns })
            }
            Primitive::Binary(_) => {
                let shared = graph.node(self.shared());
                let Primitive::Broadcast { axes } = &shared.primitive else {
                    return Err("a value shared by the examples that is not simply repeated");
                };
                if shared.operands[0] != parameter.id() || axes.contains(&self.axis) {
                    return Err("a function of the parameter that all examples share");
                }
                let rank = shared.shape.len();
                let repeated = |axis: &usize| !axes.contains(axis) && *axis != self.axis;
                let summed: Vec<usize> = (0..rank).filter(repeated).collect();
                let before = summed.iter().filter(|axis| **axis < self.axis).count();
                let (_, own) = graph.pull_back(self.id, self.cotangent)[self.place];
                Ok(Term::Direct(by_example(
                    own.sum(&summed),
                    self.axis - before,
                )))
            }
            Primitive::MatrixProduct { .. } => {
                Err("a function of the parameter that all examples share")
            }
            _ => Err("an operation without a cheap rule"),
        }
    }

    /// The cotangent of the shared operand from example `j` alone.
    fn cotangent_of(&self, graph: &'g Graph, j: usize) -> Var<'g> {
        let count = self.node.shape[self.axis];
        let own = self.cotangent.slice(self.axis, j, 1);
        let alone = own.padded(self.axis, j, count);
        graph.pull_back(self.id, alone)[self.place].1
    }
}

/// A contribution to the gradient of each example, examples counted by the first axis.
enum Term<'g> {
    /// The outer product of a row of `rows` `[n, r]` and a row of `columns` `[n, c]`.
    Outer { rows: Var<'g>, columns: Var<'g> },
    /// A row of `[n, …]` itself.
    Direct(Var<'g>),
}

/// ‖Σ terms‖² for each example; `None` without terms.
fn squared_sum<'g>(terms: &[Term<'g>]) -> Result<Option<Var<'g>>, &'static str> {
    let mut sum: Option<Var<'g>> = None;
    for (index, term) in terms.iter().enumerate() {
        for (other_index, other) in terms[..=index].iter().enumerate() {
            let product = inner_products(term, other)?;
            let product = if other_index == index {
                product
            } else {
                2.0 * product
            };
            sum = Some(sum.map_or(product, |sum| sum + product));
        }
    }
    Ok(sum)
}

/// ⟨a, b⟩ for each example.
fn inner_products<'g>(a: &Term<'g>, b: &Term<'g>) -> Result<Var<'g>, &'static str> {
    match (a, b) {
        (
            Term::Outer { rows, columns },
            Term::Outer {
                rows: other_rows,
                columns: other_columns,
            },
        ) => Ok(row_dots(*rows, *other_rows) * row_dots(*columns, *other_columns)),
        (Term::Direct(a), Term::Direct(b)) => Ok(row_dots(*a, *b)),
        _ => Err("a parameter that is both multiplied and added"),
    }
}

/// `value` with its example axis first.
fn by_example(value: Var<'_>, axis: usize) -> Var<'_> {
    let rank = value.shape().len();
    let mut permutation: Vec<usize> = (0..rank).filter(|other| *other != axis).collect();
    permutation.insert(0, axis);
    value.permuted(&permutation)
}

/// Σ aⱼ bⱼ over all axes but the first: `[n]`.
fn row_dots<'g>(a: Var<'g>, b: Var<'g>) -> Var<'g> {
    let axes: Vec<usize> = (1..a.shape().len()).collect();
    (a * b).sum(&axes)
}
