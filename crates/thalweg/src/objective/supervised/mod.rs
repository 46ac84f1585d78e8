//! A network over a dataset.

mod batch;
mod plans;

use std::sync::Arc;

use thalweg_cpu::{Element, Threads};

use self::batch::{Gathered, Rows};
use self::plans::{Plans, Question};
use super::error::check_length;
use super::{
    Examples, FiniteSum, Gradient, HessianVector, Loss, Objective, ObjectiveError, Targets,
};
use crate::network::{Network, Parameters};

/// Examples handled at once unless told otherwise: memory is bounded by them, not by N.
const CHUNK: usize = 1024;

/// The mean loss of a network over examples, E(θ) = (1/N) Σⱼ loss(f(xⱼ; θ), yⱼ).
///
/// Sums over all examples stream over chunks of them, in a fixed order, so that memory does not
/// grow with N and results do not depend on the number of threads. Plans are compiled for each
/// batch size when it is first met, and kept.
#[derive(Debug)]
pub struct Supervised<T> {
    examples: Arc<Examples<T>>,
    parameters: Parameters,
    plans: Plans<T>,
    threads: Threads,
    chunk: usize,
    gathered: Gathered<T>,
    outputs: Vec<T>,
    partial: Vec<T>,
}

/// Loss and accuracy at one θ.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Evaluation {
    /// E(θ).
    pub loss: f64,
    /// The share of examples whose greatest output is that of their label, 0 to 1; the first of
    /// equal ones counts, an undefined output never does. `None` where targets are no labels.
    pub accuracy: Option<f64>,
}

impl<T: Element> Supervised<T> {
    /// The objective of `network` under `loss` over `examples`, computed on `threads`.
    ///
    /// # Errors
    /// If the network's inputs or outputs do not fit the examples, or cross-entropy is asked for
    /// without labels.
    pub fn new(
        network: Box<dyn Network + Send>,
        loss: Loss,
        examples: Arc<Examples<T>>,
        threads: Threads,
    ) -> Result<Self, ObjectiveError> {
        check_fit(
            "features of an input",
            network.inputs(),
            examples.features(),
        )?;
        check_fit(
            "outputs of the network",
            examples.outputs(),
            network.outputs(),
        )?;
        let has_labels = matches!(examples.targets(), Targets::Labels { .. });
        if loss == Loss::CrossEntropy && !has_labels {
            return Err(ObjectiveError::LabelsNeeded);
        }
        Ok(Self {
            examples,
            parameters: network.parameters(),
            plans: Plans::new(network, loss, has_labels),
            threads,
            chunk: CHUNK,
            gathered: Gathered::default(),
            outputs: Vec::new(),
            partial: Vec::new(),
        })
    }

    /// The same with so many examples (at least 1) handled at once: less memory or fewer passes.
    #[must_use]
    pub fn with_chunk(mut self, examples: usize) -> Self {
        self.chunk = examples.max(1);
        self
    }

    /// The named tensors of θ.
    #[must_use]
    pub fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// The examples.
    #[must_use]
    pub fn data(&self) -> &Examples<T> {
        &self.examples
    }

    /// Loss and accuracy over all examples. Costs a third of a gradient.
    ///
    /// # Errors
    /// If θ has the wrong length.
    pub fn evaluate(&mut self, theta: &[T]) -> Result<Evaluation, ObjectiveError> {
        self.stream(
            Question::Loss,
            Rows::all(self.examples.count()),
            theta,
            None,
            &mut [],
        )
    }

    /// Writes ∇E(θ) to `gradient` and returns loss and accuracy, from one pass.
    ///
    /// # Errors
    /// If a slice has the wrong length.
    pub fn evaluate_with_gradient(
        &mut self,
        theta: &[T],
        gradient: &mut [T],
    ) -> Result<Evaluation, ObjectiveError> {
        check_length("gradient", self.parameters.count(), gradient.len())?;
        let rows = Rows::all(self.examples.count());
        self.stream(Question::Gradient, rows, theta, None, &mut [gradient])
    }

    fn check_batch(&self, batch: &[usize]) -> Result<(), ObjectiveError> {
        let examples = self.examples.count();
        if batch.is_empty() {
            return Err(ObjectiveError::EmptyBatch);
        }
        match batch.iter().find(|example| **example >= examples) {
            Some(&example) => Err(ObjectiveError::NoSuchExample { example, examples }),
            None => Ok(()),
        }
    }

    /// Asks `question` of each chunk of `rows` and averages the answers, chunks weighted by size.
    fn stream(
        &mut self,
        question: Question,
        rows: Rows<'_>,
        theta: &[T],
        vector: Option<&[T]>,
        vectors: &mut [&mut [T]],
    ) -> Result<Evaluation, ObjectiveError> {
        let count = self.parameters.count();
        check_length("theta", count, theta.len())?;
        let (mut loss, mut correct) = (0.0, 0);
        let is_whole = rows.len() <= self.chunk;
        let mut partial = std::mem::take(&mut self.partial);
        partial.resize(if is_whole { 0 } else { count * vectors.len() }, T::ZERO);
        for (index, chunk) in rows.chunks(self.chunk).enumerate() {
            let weight = chunk.len() as f64 / rows.len() as f64;
            let (chunk_loss, chunk_correct) = if is_whole {
                self.ask(question, chunk, theta, vector, vectors)?
            } else {
                let mut parts: Vec<&mut [T]> = partial.chunks_exact_mut(count).collect();
                let answer = self.ask(question, chunk, theta, vector, &mut parts)?;
                for (sum, part) in vectors.iter_mut().zip(parts) {
                    add_weighted(sum, part, weight, index == 0);
                }
                answer
            };
            loss += weight * chunk_loss;
            correct += chunk_correct;
        }
        self.partial = partial;
        let has_labels = matches!(self.examples.targets(), Targets::Labels { .. });
        let accuracy = has_labels.then_some(correct as f64 / rows.len() as f64);
        Ok(Evaluation { loss, accuracy })
    }

    /// Asks `question` of one chunk. Returns its loss and the number of correct outputs.
    fn ask(
        &mut self,
        question: Question,
        rows: Rows<'_>,
        theta: &[T],
        vector: Option<&[T]>,
        vectors: &mut [&mut [T]],
    ) -> Result<(f64, usize), ObjectiveError> {
        let batch = self.gathered.batch(&self.examples, rows);
        let width = self.examples.outputs();
        self.outputs.resize(batch.rows * width, T::ZERO);
        let mut loss = [T::ZERO];
        let arguments = plans::arguments(&self.parameters, theta, vector, &batch);
        let mut places = plans::tensors(&self.parameters, vectors);
        if question.wants_loss() {
            places.extend([&mut loss[..], &mut self.outputs[..]]);
        }
        let plan = self.plans.get(question, batch.rows)?;
        plan.run(&arguments, &mut places, &self.threads)?;
        let correct = match (question.wants_loss(), batch.labels) {
            (true, Some(labels)) => batch::count_correct(&self.outputs, width, labels),
            _ => 0,
        };
        Ok((loss[0].to_f64(), correct))
    }
}

fn check_fit(what: &'static str, wanted: usize, given: usize) -> Result<(), ObjectiveError> {
    if wanted == given {
        return Ok(());
    }
    Err(ObjectiveError::Examples {
        what,
        wanted,
        given,
    })
}

/// sum += weight · part, or sum = weight · part at first.
fn add_weighted<T: Element>(sum: &mut [T], part: &[T], weight: f64, is_first: bool) {
    let weight = T::from_f64(weight);
    if is_first {
        sum.fill(T::ZERO);
    }
    for (sum, part) in sum.iter_mut().zip(part) {
        *sum += weight * *part;
    }
}

impl<T: Element> Objective<T> for Supervised<T> {
    fn parameter_count(&self) -> usize {
        self.parameters.count()
    }

    fn loss(&mut self, theta: &[T]) -> Result<f64, ObjectiveError> {
        Ok(self.evaluate(theta)?.loss)
    }
}

impl<T: Element> Gradient<T> for Supervised<T> {
    fn gradient(&mut self, theta: &[T], gradient: &mut [T]) -> Result<f64, ObjectiveError> {
        Ok(self.evaluate_with_gradient(theta, gradient)?.loss)
    }
}

impl<T: Element> HessianVector<T> for Supervised<T> {
    fn hessian_vector(
        &mut self,
        theta: &[T],
        vector: &[T],
        product: &mut [T],
    ) -> Result<(), ObjectiveError> {
        let rows = Rows::all(self.examples.count());
        self.hessian_vector_over(rows, theta, vector, product)
    }
}

impl<T: Element> FiniteSum<T> for Supervised<T> {
    fn examples(&self) -> usize {
        self.examples.count()
    }

    fn minibatch_loss(&mut self, batch: &[usize], theta: &[T]) -> Result<f64, ObjectiveError> {
        self.check_batch(batch)?;
        let evaluation = self.stream(Question::Loss, Rows::Some(batch), theta, None, &mut [])?;
        Ok(evaluation.loss)
    }

    fn minibatch_gradient(
        &mut self,
        batch: &[usize],
        theta: &[T],
        gradient: &mut [T],
    ) -> Result<f64, ObjectiveError> {
        self.check_batch(batch)?;
        check_length("gradient", self.parameters.count(), gradient.len())?;
        let rows = Rows::Some(batch);
        let evaluation = self.stream(Question::Gradient, rows, theta, None, &mut [gradient])?;
        Ok(evaluation.loss)
    }

    fn minibatch_hessian_vector(
        &mut self,
        batch: &[usize],
        theta: &[T],
        vector: &[T],
        product: &mut [T],
    ) -> Result<(), ObjectiveError> {
        self.check_batch(batch)?;
        self.hessian_vector_over(Rows::Some(batch), theta, vector, product)
    }

    fn minibatch_gradient_and_hessian_gradient(
        &mut self,
        batch: &[usize],
        theta: &[T],
        gradient: &mut [T],
        hessian_gradient: &mut [T],
    ) -> Result<f64, ObjectiveError> {
        self.check_batch(batch)?;
        let count = self.parameters.count();
        check_length("gradient", count, gradient.len())?;
        check_length("hessian_gradient", count, hessian_gradient.len())?;
        if batch.len() > self.chunk {
            // The direction of the product is the gradient of the whole batch: two passes.
            let loss = self.minibatch_gradient(batch, theta, gradient)?;
            self.minibatch_hessian_vector(batch, theta, gradient, hessian_gradient)?;
            return Ok(loss);
        }
        let question = Question::GradientAndHessianGradient;
        let vectors = &mut [gradient, hessian_gradient];
        Ok(self
            .stream(question, Rows::Some(batch), theta, None, vectors)?
            .loss)
    }
}

impl<T: Element> Supervised<T> {
    fn hessian_vector_over(
        &mut self,
        rows: Rows<'_>,
        theta: &[T],
        vector: &[T],
        product: &mut [T],
    ) -> Result<(), ObjectiveError> {
        check_length("vector", self.parameters.count(), vector.len())?;
        check_length("product", self.parameters.count(), product.len())?;
        let question = Question::HessianVector;
        self.stream(question, rows, theta, Some(vector), &mut [product])?;
        Ok(())
    }
}
