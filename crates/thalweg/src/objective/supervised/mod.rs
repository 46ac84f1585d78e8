//! A network over a dataset.

mod batch;
mod example_gradients;
mod partition;
mod plans;
mod stream;

use std::sync::Arc;

use thalweg_cpu::{Element, Stage, Threads};

use self::batch::Rows;
use self::partition::Partition;
use self::plans::{Plans, Question};
use self::stream::{Model, Pass, Streams};
use super::error::check_length;
use super::{
    DirectionalDerivative, ExampleGradients, Examples, FiniteSum, Gradient, HessianVector, Loss,
    Objective, ObjectiveError, PerExample, Targets,
};
use crate::network::{Network, Parameters};

/// Examples handled at once unless told otherwise: memory is bounded by them, not by N.
const CHUNK: usize = 1024;

/// The mean loss of a network over examples, E(θ) = (1/N) Σⱼ loss(f(xⱼ; θ), yⱼ).
///
/// Sums over examples are cut into parts by their number alone, at most a chunk each; threads work
/// on different parts, and answers are added in a fixed order. So memory does not grow with N and
/// results do not depend on the number of threads. Plans are compiled for each size of a part when
/// it is first met, and kept.
#[derive(Debug)]
pub struct Supervised<T> {
    examples: Arc<Examples<T>>,
    parameters: Parameters,
    plans: Plans<T>,
    threads: Threads,
    chunk: usize,
    streams: Streams<T>,
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
        network: Box<dyn Network + Send + Sync>,
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
            plans: Plans::new(Arc::from(network), loss, has_labels),
            threads,
            chunk: CHUNK,
            streams: Streams::default(),
        })
    }

    /// The same with so many examples (at least 1) handled at once: less memory or fewer passes.
    #[must_use]
    pub fn with_chunk(mut self, examples: usize) -> Self {
        self.chunk = examples.max(1);
        self
    }

    /// The same objective on other `threads`, with memory and plans of its own: network and examples
    /// are shared.
    #[must_use]
    pub fn sharing(&self, threads: Threads) -> Self {
        Self {
            examples: self.examples.clone(),
            parameters: self.parameters.clone(),
            plans: self.plans.anew(),
            threads,
            chunk: self.chunk,
            streams: Streams::default(),
        }
    }

    /// The threads it is computed on.
    #[must_use]
    pub fn threads(&self) -> &Threads {
        &self.threads
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
        self.ask(Question::Loss, self.all(), theta, &[], &mut [])
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
        self.check("gradient", gradient)?;
        self.ask(Question::Gradient, self.all(), theta, &[], &mut [gradient])
    }

    /// The same over the first `examples`, of which there must be as many and at least one.
    pub(crate) fn gradient_of_first(
        &mut self,
        examples: usize,
        theta: &[T],
        gradient: &mut [T],
    ) -> Result<Evaluation, ObjectiveError> {
        self.check("gradient", gradient)?;
        let rows = Rows::all(examples);
        self.ask(Question::Gradient, rows, theta, &[], &mut [gradient])
    }

    fn all(&self) -> Rows<'static> {
        Rows::all(self.examples.count())
    }

    fn check(&self, name: &'static str, vector: &[T]) -> Result<(), ObjectiveError> {
        check_length(name, self.parameters.count(), vector.len())
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

    /// Asks `question` of all `rows` and averages the answers.
    fn ask(
        &mut self,
        question: Question,
        rows: Rows<'_>,
        theta: &[T],
        directions: &[&[T]],
        vectors: &mut [&mut [T]],
    ) -> Result<Evaluation, ObjectiveError> {
        let pass = Pass {
            question,
            rows,
            partition: Partition::new(rows.len(), self.chunk),
            theta,
            directions,
            stage: None,
        };
        self.run(pass, vectors, &mut [])
    }

    /// Runs one pass, or one stage of it.
    fn run(
        &mut self,
        pass: Pass<'_, T>,
        vectors: &mut [&mut [T]],
        own: &mut [T],
    ) -> Result<Evaluation, ObjectiveError> {
        self.check("theta", pass.theta)?;
        for size in pass.partition.sizes() {
            self.plans.prepare(pass.question, size)?;
        }
        let model = Model {
            examples: &self.examples,
            parameters: &self.parameters,
            plans: &self.plans,
            threads: &self.threads,
        };
        let is_single = pass.partition.parts() == 1 && pass.stage != Some(Stage::Second);
        let tally = match is_single {
            true => self.streams.run_single(pass, model, vectors, own)?,
            false => self.streams.run(pass, model, vectors, own)?,
        };
        let has_labels = matches!(self.examples.targets(), Targets::Labels { .. });
        let accuracy = has_labels.then_some(tally.correct as f64 / pass.rows.len() as f64);
        Ok(Evaluation {
            loss: tally.loss,
            accuracy,
        })
    }

    /// g and Hg, sharing the forward pass where the parts' memory can be kept until g is known.
    fn gradient_and_hessian_gradient_over(
        &mut self,
        rows: Rows<'_>,
        theta: &[T],
        gradient: &mut [T],
        product: &mut [T],
    ) -> Result<f64, ObjectiveError> {
        self.check("gradient", gradient)?;
        self.check("hessian_gradient", product)?;
        let partition = Partition::new(rows.len(), self.chunk);
        if partition.parts() == 1 {
            let vectors = &mut [gradient, product];
            let seen = self.ask(Question::HessianGradient, rows, theta, &[], vectors)?;
            return Ok(seen.loss);
        }
        if partition.is_long() {
            let seen = self.ask(Question::Gradient, rows, theta, &[], &mut [&mut *gradient])?;
            let question = Question::Derivative(1);
            self.ask(question, rows, theta, &[gradient], &mut [product])?;
            return Ok(seen.loss);
        }
        let first = Pass {
            question: Question::HessianVectorAfterGradient,
            rows,
            partition,
            theta,
            directions: &[theta], // not read yet: θ stands in for its length
            stage: Some(Stage::First),
        };
        let seen = self.run(first, &mut [&mut *gradient], &mut [])?;
        let second = Pass {
            directions: &[gradient],
            stage: Some(Stage::Second),
            ..first
        };
        self.run(second, &mut [product], &mut [])?;
        Ok(seen.loss)
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
        self.check("vector", vector)?;
        self.check("product", product)?;
        let question = Question::Derivative(1);
        self.ask(question, self.all(), theta, &[vector], &mut [product])?;
        Ok(())
    }

    fn gradient_and_hessian_gradient(
        &mut self,
        theta: &[T],
        gradient: &mut [T],
        hessian_gradient: &mut [T],
    ) -> Result<f64, ObjectiveError> {
        self.gradient_and_hessian_gradient_over(self.all(), theta, gradient, hessian_gradient)
    }
}

impl<T: Element> DirectionalDerivative<T> for Supervised<T> {
    fn directional_derivative(
        &mut self,
        theta: &[T],
        directions: &[&[T]],
        derivative: &mut [T],
    ) -> Result<(), ObjectiveError> {
        for direction in directions {
            self.check("direction", direction)?;
        }
        self.check("derivative", derivative)?;
        let question = Question::Derivative(directions.len());
        self.ask(question, self.all(), theta, directions, &mut [derivative])?;
        Ok(())
    }
}

impl<T: Element> FiniteSum<T> for Supervised<T> {
    fn examples(&self) -> usize {
        self.examples.count()
    }

    fn minibatch_loss(&mut self, batch: &[usize], theta: &[T]) -> Result<f64, ObjectiveError> {
        self.check_batch(batch)?;
        let seen = self.ask(Question::Loss, Rows::Some(batch), theta, &[], &mut [])?;
        Ok(seen.loss)
    }

    fn minibatch_gradient(
        &mut self,
        batch: &[usize],
        theta: &[T],
        gradient: &mut [T],
    ) -> Result<f64, ObjectiveError> {
        self.check_batch(batch)?;
        self.check("gradient", gradient)?;
        let rows = Rows::Some(batch);
        let seen = self.ask(Question::Gradient, rows, theta, &[], &mut [gradient])?;
        Ok(seen.loss)
    }

    fn minibatch_hessian_vector(
        &mut self,
        batch: &[usize],
        theta: &[T],
        vector: &[T],
        product: &mut [T],
    ) -> Result<(), ObjectiveError> {
        self.check_batch(batch)?;
        self.check("vector", vector)?;
        self.check("product", product)?;
        let (question, rows) = (Question::Derivative(1), Rows::Some(batch));
        self.ask(question, rows, theta, &[vector], &mut [product])?;
        Ok(())
    }

    fn minibatch_gradient_and_hessian_gradient(
        &mut self,
        batch: &[usize],
        theta: &[T],
        gradient: &mut [T],
        hessian_gradient: &mut [T],
    ) -> Result<f64, ObjectiveError> {
        self.check_batch(batch)?;
        let rows = Rows::Some(batch);
        self.gradient_and_hessian_gradient_over(rows, theta, gradient, hessian_gradient)
    }

    fn example_gradients(
        &mut self,
        theta: &[T],
        gradient: &mut [T],
        wanted: PerExample,
    ) -> Result<ExampleGradients, ObjectiveError> {
        self.example_gradients_over(self.all(), theta, gradient, wanted)
    }

    fn minibatch_example_gradients(
        &mut self,
        batch: &[usize],
        theta: &[T],
        gradient: &mut [T],
        wanted: PerExample,
    ) -> Result<ExampleGradients, ObjectiveError> {
        self.check_batch(batch)?;
        self.example_gradients_over(Rows::Some(batch), theta, gradient, wanted)
    }
}
