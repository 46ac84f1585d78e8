//! The programs behind the questions, compiled for each batch size when first met.

use std::collections::HashMap;

use thalweg_cpu::{Argument, Element, Plan};
use thalweg_graph::{Graph, Var};

use super::batch::Batch;
use crate::network::{Network, Parameters};
use crate::objective::ObjectiveError;
use crate::objective::loss::{Loss, Target};

/// What is asked of one batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Question {
    /// E and the outputs.
    Loss,
    /// The same and g = ∇E.
    Gradient,
    /// Hv.
    HessianVector,
    /// E, the outputs, g and Hg.
    GradientAndHessianGradient,
}

impl Question {
    /// Whether loss and outputs are among the answers.
    pub(super) fn wants_loss(self) -> bool {
        self != Self::HessianVector
    }
}

/// Compiled programs by question and batch size.
pub(super) struct Plans<T> {
    network: Box<dyn Network + Send>,
    loss: Loss,
    has_labels: bool,
    compiled: HashMap<(Question, usize), Plan<T>>,
}

impl<T: std::fmt::Debug> std::fmt::Debug for Plans<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut known: Vec<_> = self.compiled.keys().collect();
        known.sort_by_key(|(_, rows)| *rows);
        f.debug_struct("Plans")
            .field("loss", &self.loss)
            .field("compiled", &known)
            .finish()
    }
}

impl<T: Element> Plans<T> {
    pub(super) fn new(network: Box<dyn Network + Send>, loss: Loss, has_labels: bool) -> Self {
        Self {
            network,
            loss,
            has_labels,
            compiled: HashMap::new(),
        }
    }

    /// The program that answers `question` for batches of `rows`.
    pub(super) fn get(
        &mut self,
        question: Question,
        rows: usize,
    ) -> Result<&mut Plan<T>, ObjectiveError> {
        let key = (question, rows);
        if !self.compiled.contains_key(&key) {
            let plan = self.compile(question, rows)?;
            self.compiled.insert(key, plan);
        }
        Ok(self
            .compiled
            .get_mut(&key)
            .expect("it was inserted if it was missing"))
    }

    /// Inputs: parameters, a direction for each if the question has one, examples, targets.
    /// Outputs: the asked-for tensors in the order of the parameters, then loss and outputs.
    fn compile(&self, question: Question, rows: usize) -> Result<Plan<T>, ObjectiveError> {
        let graph = Graph::new();
        let layout = self.network.parameters();
        let inputs = || -> Vec<Var<'_>> {
            layout
                .iter()
                .map(|parameter| graph.input(&parameter.shape))
                .collect()
        };
        let parameters = inputs();
        let vector = if question == Question::HessianVector {
            inputs()
        } else {
            vec![]
        };
        let examples = graph.input(&[rows, self.network.inputs()]);
        let outputs = self.network.forward(&parameters, examples);
        let target = match self.has_labels {
            true => Target::Labels(graph.labels(rows)),
            false => Target::Values(graph.input(&outputs.shape())),
        };
        let loss = self.loss.trace(outputs, target);
        let gradient = || graph.gradient(loss, &parameters);
        let mut wanted = match question {
            Question::Loss => vec![],
            Question::Gradient => gradient(),
            Question::HessianVector => graph.jvp(&gradient(), &pairs(&parameters, &vector)),
            Question::GradientAndHessianGradient => {
                let gradient = gradient();
                let product = graph.jvp(&gradient, &pairs(&parameters, &gradient));
                gradient.into_iter().chain(product).collect()
            }
        };
        if question.wants_loss() {
            wanted.extend([loss, outputs]);
        }
        Ok(Plan::new(&graph.program(&wanted)?))
    }
}

fn pairs<'g>(variables: &[Var<'g>], tangents: &[Var<'g>]) -> Vec<(Var<'g>, Var<'g>)> {
    variables
        .iter()
        .copied()
        .zip(tangents.iter().copied())
        .collect()
}

/// What a program gets, in the order of its inputs.
pub(super) fn arguments<'a, T: Element>(
    parameters: &Parameters,
    theta: &'a [T],
    vector: Option<&'a [T]>,
    batch: &Batch<'a, T>,
) -> Vec<Argument<'a, T>> {
    let flat = [Some(theta), vector];
    let tensors = flat.into_iter().flatten().flat_map(|flat| {
        let ranges = parameters.iter().map(|parameter| parameter.range());
        ranges.map(move |range| Argument::Real(&flat[range]))
    });
    let targets = batch.labels.map(Argument::Labels);
    let values = batch.values.map(Argument::Real);
    let examples = [Some(Argument::Real(batch.inputs)), targets, values];
    tensors.chain(examples.into_iter().flatten()).collect()
}

/// Flat vectors as the tensors of θ, one vector after another.
pub(super) fn tensors<'a, T>(
    parameters: &Parameters,
    vectors: &'a mut [&mut [T]],
) -> Vec<&'a mut [T]> {
    let mut tensors = Vec::with_capacity(vectors.len() * parameters.iter().len() + 2);
    for vector in vectors {
        let mut rest = &mut **vector;
        for parameter in parameters {
            let (tensor, after) = rest.split_at_mut(parameter.range().len());
            tensors.push(tensor);
            rest = after;
        }
    }
    tensors
}
