//! The programs behind the questions, compiled for each batch size when first met.

use std::collections::HashMap;
use std::sync::Arc;

use thalweg_cpu::{Argument, Element, Plan};
use thalweg_graph::{Graph, NormMethod, Var};

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
    /// ∇ᵏ⁺¹E\[v₁, …, v_k\] along k directions; Hv for one.
    Derivative(usize),
    /// E, the outputs, g and Hg.
    HessianGradient,
    /// E, the outputs and g; in a second stage Hv along a direction known only then.
    HessianVectorAfterGradient,
    /// E, the outputs, g and the square norms of each example's gradient; in a second stage the
    /// inner product of each example's gradient with a direction.
    Examples,
}

impl Question {
    /// Whether loss and outputs are among the answers.
    pub(super) fn wants_loss(self) -> bool {
        !matches!(self, Self::Derivative(_))
    }

    /// How many directions it has.
    pub(super) fn directions(self) -> usize {
        match self {
            Self::Loss | Self::Gradient | Self::HessianGradient => 0,
            Self::Derivative(order) => order,
            Self::HessianVectorAfterGradient | Self::Examples => 1,
        }
    }

    /// How many flat vectors are among the answers.
    pub(super) fn vectors(self) -> usize {
        match self {
            Self::Loss => 0,
            Self::Gradient | Self::Derivative(_) | Self::Examples => 1,
            Self::HessianGradient | Self::HessianVectorAfterGradient => 2,
        }
    }

    /// Whether its directions are known only in a second stage.
    fn is_staged(self) -> bool {
        matches!(self, Self::HessianVectorAfterGradient | Self::Examples)
    }
}

/// Compiled programs by question and batch size.
pub(super) struct Plans<T> {
    network: Arc<dyn Network + Send + Sync>,
    loss: Loss,
    has_labels: bool,
    compiled: HashMap<(Question, usize), Plan<T>>,
    norm_methods: Option<Vec<NormMethod>>,
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
    pub(super) fn new(
        network: Arc<dyn Network + Send + Sync>,
        loss: Loss,
        has_labels: bool,
    ) -> Self {
        Self {
            network,
            loss,
            has_labels,
            compiled: HashMap::new(),
            norm_methods: None,
        }
    }

    /// Plans for the same network, none compiled yet.
    pub(super) fn anew(&self) -> Self {
        Self::new(self.network.clone(), self.loss, self.has_labels)
    }

    /// Makes sure that the program for batches of `rows` is there.
    pub(super) fn prepare(
        &mut self,
        question: Question,
        rows: usize,
    ) -> Result<(), ObjectiveError> {
        if !self.compiled.contains_key(&(question, rows)) {
            let plan = self.compile(question, rows)?;
            self.compiled.insert((question, rows), plan);
        }
        Ok(())
    }

    /// The prepared program that answers `question` for batches of `rows`.
    pub(super) fn get(&self, question: Question, rows: usize) -> &Plan<T> {
        &self.compiled[&(question, rows)]
    }

    /// How each tensor's square norms come about.
    pub(super) fn norm_methods(&mut self) -> Result<&[NormMethod], ObjectiveError> {
        if self.norm_methods.is_none() {
            self.prepare(Question::Examples, 1)?;
        }
        Ok(self.norm_methods.as_deref().unwrap_or_default())
    }

    /// Inputs: parameters, each direction, examples, targets. Outputs: the asked-for tensors in the
    /// order of the parameters, then loss and outputs, then norms by tensor and products.
    fn compile(&mut self, question: Question, rows: usize) -> Result<Plan<T>, ObjectiveError> {
        let graph = Graph::new();
        let layout = self.network.parameters();
        let inputs = || -> Vec<Var<'_>> {
            layout
                .iter()
                .map(|parameter| graph.input(&parameter.shape))
                .collect()
        };
        let parameters = inputs();
        let directions: Vec<Vec<Var<'_>>> = (0..question.directions()).map(|_| inputs()).collect();
        let examples = graph.input(&[rows, self.network.inputs()]);
        let outputs = self.network.forward(&parameters, examples);
        let (target, targets) = match self.has_labels {
            true => {
                let labels = graph.labels(rows);
                (Target::Labels(labels), labels)
            }
            false => {
                let values = graph.input(&outputs.shape());
                (Target::Values(values), values)
            }
        };
        let losses = self.loss.trace(outputs, target);
        let loss = losses.mean_all();
        let gradient = || graph.gradient(loss, &parameters);
        let mut wanted = match question {
            Question::Loss => vec![],
            Question::Gradient | Question::Examples => gradient(),
            Question::Derivative(_) => directions.iter().fold(gradient(), |derivative, v| {
                graph.jvp(&derivative, &pairs(&parameters, v))
            }),
            Question::HessianGradient | Question::HessianVectorAfterGradient => {
                let gradient = gradient();
                let direction = directions.first().unwrap_or(&gradient);
                let product = graph.jvp(&gradient, &pairs(&parameters, direction));
                [gradient, product].concat()
            }
        };
        if question.wants_loss() {
            wanted.extend([loss, outputs]);
        }
        if question == Question::Examples {
            let weight = 1.0 / rows as f64;
            let own = [examples, targets];
            let norms = graph.example_square_norms(losses, weight, &own, &parameters)?;
            wanted.extend(norms.iter().map(|norms| norms.values));
            let direction = pairs(&parameters, &directions[0]);
            wanted.extend(graph.jvp(&[losses], &direction));
            self.norm_methods = Some(norms.iter().map(|norms| norms.method).collect());
        }
        let late = match question.is_staged() {
            true => (parameters.len()..2 * parameters.len()).collect(),
            false => vec![],
        };
        Ok(Plan::in_two_stages(&graph.program(&wanted)?, &late))
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
    directions: &[&'a [T]],
    batch: &Batch<'a, T>,
) -> Vec<Argument<'a, T>> {
    let count = parameters.iter().len() * (1 + directions.len()) + 2;
    let mut arguments = Vec::with_capacity(count);
    for flat in [theta].iter().chain(directions) {
        let ranges = parameters.iter().map(|parameter| parameter.range());
        arguments.extend(ranges.map(|range| Argument::Real(&flat[range])));
    }
    arguments.push(Argument::Real(batch.inputs));
    arguments.extend(batch.labels.map(Argument::Labels));
    arguments.extend(batch.values.map(Argument::Real));
    arguments
}

/// Flat vectors as the tensors of θ, one vector after another.
pub(super) fn tensors<'a, T>(
    parameters: &Parameters,
    vectors: impl IntoIterator<Item = &'a mut [T]>,
) -> Vec<&'a mut [T]> {
    let mut tensors = Vec::with_capacity(2 * parameters.iter().len() + 2);
    for mut rest in vectors {
        for parameter in parameters {
            let (tensor, after) = rest.split_at_mut(parameter.range().len());
            tensors.push(tensor);
            rest = after;
        }
    }
    tensors
}
