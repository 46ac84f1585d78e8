//! Minibatch training against the flows of modified losses, exhaustively.

use super::learning_rate::{power_of_two, steepest};
use super::{Family, MethodName, Pair, Settings, VerificationError, follow};
use crate::curvature::dense_hessian;
use crate::flow::Outcome;
use crate::modified::stochastic::{Epoch, MinibatchFlow, StochasticCoefficients};
use crate::objective::FiniteSum;
use crate::optimizer::{
    Analysis, GradientDescent, HeavyBall, LastBatch, NStep, Optimizer, Sampling, State,
};
use crate::vector::{add_scaled, norm_squared};

/// Substeps on each batch of [`MethodName::NStepSgd`].
const SUBSTEPS: u64 = 2;
/// The batches whose every order is gone through: 6 have 720, and 46 656 draws with replacement.
const BATCHES: std::ops::RangeInclusive<usize> = 2..=6;
/// By how much products with the Hessian of a quadratic may differ between two points.
const CONSTANT: f64 = 1e-10;

/// Epochs over given batches, in the mean over everything that chance can decide, and the flow of a
/// loss.
///
/// A step of the pair is an epoch of k steps (k steps there and k back for
/// [`MethodName::SgdForwardAndBack`]), and the flow goes on for as long. The flows by number of terms:
///
/// 1. E, the mean of the batches;
/// 2. Ẽ_GD = E + c‖∇E‖²;
/// 3. Ẽ_SGD = E + c‖∇E‖² + c_v V of shuffled batches
///    ([`StochasticCoefficients`](crate::modified::stochastic::StochasticCoefficients)), whatever the
///    method's own order is;
/// 4. what would be there by analogy: for n-step SGD Ẽ_SGD of the whole rate h, for heavy ball c in
///    place of c_v.
///
/// The mean of one epoch is exact: every order, or every draw, is gone through. Where chance plays a
/// part, several epochs would need powers of so many; they are only possible for heavy ball, which is
/// why it is for quadratics: there a step is affine and the mean of the next epoch starts at the mean
/// of the last. Its velocity starts as ∇E/(1−β).
///
/// ```
/// use std::sync::Arc;
/// use thalweg::Threads;
/// use thalweg::network::{Activation, Mlp};
/// use thalweg::objective::{Examples, Loss, Supervised, Targets};
/// use thalweg::verification::{MethodName, MinibatchDescent, Protocol, Span, measure};
///
/// let targets = Targets::Values { values: vec![0.3, -0.2, 0.9], outputs: 1 };
/// let examples = Arc::new(Examples::new(vec![1.0, -0.5, 0.4], 1, targets)?);
/// let network = Box::new(Mlp::new(1, &[2], 1, Activation::Tanh)?);
/// let mut sum = Supervised::new(network, Loss::MeanSquaredError, examples, Threads::one())?;
/// let (batches, start) = (vec![vec![0], vec![1], vec![2]], [0.8, -0.6, 0.1, 0.2, 1.1, 0.7, -0.3]);
/// let protocol = Protocol { learning_rate: 0.0625, halvings: 5, steps: 1 };
/// // The mean of an epoch over its 6 orders: O(h³) from the flow of Ẽ_SGD, O(h²) from that of Ẽ_GD.
/// for (terms, order) in [(3, 3.0), (2, 2.0)] {
///     let method = MethodName::Sgd;
///     let mut pair = MinibatchDescent::new(&mut sum, batches.clone(), &start, method, terms)?;
///     let errors = measure(&mut pair, Span::OneStep, &protocol)?;
///     assert!((errors.order() - order).abs() < 0.2);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct MinibatchDescent<'a> {
    sum: &'a mut dyn FiniteSum<f64>,
    batches: Vec<Vec<usize>>,
    start: Vec<f64>,
    method: MethodName,
    terms: usize,
    settings: Settings,
    damage: f64,
}

impl std::fmt::Debug for MinibatchDescent<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MinibatchDescent")
            .field("method", &self.method)
            .field("terms", &self.terms)
            .field("batches", &self.batches)
            .finish_non_exhaustive()
    }
}

impl<'a> MinibatchDescent<'a> {
    /// `method` over `batches` of `sum` from `start`, and the flow number `terms`.
    ///
    /// # Errors
    /// If the method is none of minibatches or has not so many flows, if there are not 2 to 6 batches,
    /// if heavy ball is to run on what is no quadratic, and those of the objective.
    pub fn new(
        sum: &'a mut dyn FiniteSum<f64>,
        batches: Vec<Vec<usize>>,
        start: &[f64],
        method: MethodName,
        terms: usize,
    ) -> Result<Self, VerificationError> {
        method.check_terms(terms)?;
        if method.family() != Family::Minibatch {
            let (method, pair) = (crate::Named::name(method), "minibatch training");
            return Err(VerificationError::Method { method, pair });
        }
        if !BATCHES.contains(&batches.len()) {
            return Err(VerificationError::Setting {
                name: "the number of batches",
                value: batches.len() as f64,
                bound: "from 2 to 6: every order of them is gone through",
            });
        }
        let mut pair = Self {
            sum,
            batches,
            start: start.to_vec(),
            method,
            terms,
            settings: Settings::USUAL,
            damage: 1.0,
        };
        if method == MethodName::SgdHeavyBall && !pair.is_quadratic()? {
            let (method, pair) = (crate::Named::name(method), "losses that are no quadratics");
            return Err(VerificationError::Method { method, pair });
        }
        Ok(pair)
    }

    /// With another momentum.
    #[must_use]
    pub fn with_settings(self, settings: Settings) -> Self {
        Self { settings, ..self }
    }

    /// The negative control: the flow is that of the learning rate h times `factor`, as
    /// [`super::Descent::damaged`].
    #[must_use]
    pub fn damaged(self, factor: f64) -> Self {
        Self {
            damage: factor,
            ..self
        }
    }

    /// A learning rate to begin with, a power of two: half of 1/|λ|_max at the start over an epoch.
    /// Costs the dense Hessian.
    ///
    /// # Errors
    /// If there are too many parameters for a dense Hessian, and those of the objective.
    pub fn usual_learning_rate(&mut self) -> Result<f64, VerificationError> {
        let eigen = dense_hessian(&mut *self.sum, &self.start)?.eigen()?;
        let over_epoch = steepest(&eigen.values) * self.steps() as f64;
        Ok(power_of_two(0.5 / over_epoch))
    }

    /// Whether Hv is the same at the start and far from it, for every batch and its own gradient.
    fn is_quadratic(&mut self) -> Result<bool, VerificationError> {
        let zeros = vec![0.0; self.start.len()];
        let (mut gradient, mut here, mut there) = (zeros.clone(), zeros.clone(), zeros);
        for batch in &self.batches {
            let start = &self.start;
            self.sum.minibatch_gradient(batch, start, &mut gradient)?;
            let elsewhere: Vec<f64> = start.iter().zip(&gradient).map(|(x, g)| x + g).collect();
            let sum = &mut self.sum;
            sum.minibatch_hessian_vector(batch, start, &gradient, &mut here)?;
            sum.minibatch_hessian_vector(batch, &elsewhere, &gradient, &mut there)?;
            let scale = norm_squared(&here);
            add_scaled(&mut there, -1.0, &here);
            if norm_squared(&there) > CONSTANT * CONSTANT * scale {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The steps of a step of the pair.
    fn steps(&self) -> usize {
        match self.method {
            MethodName::SgdForwardAndBack => 2 * self.batches.len(),
            _ => self.batches.len(),
        }
    }

    /// The batches of which each may be the next, equally likely, after those `taken`.
    fn next(&self, taken: &[usize]) -> Vec<usize> {
        let (all, done) = (0..self.batches.len(), taken.len());
        match self.method {
            MethodName::SgdWithReplacement => all.collect(),
            MethodName::SgdFixedOrder => vec![done],
            MethodName::SgdForwardAndBack => vec![done.min(2 * all.len() - 1 - done)],
            _ => all.filter(|batch| !taken.contains(batch)).collect(),
        }
    }

    fn is_one_run(&self) -> bool {
        let one = [MethodName::SgdFixedOrder, MethodName::SgdForwardAndBack];
        one.contains(&self.method)
    }

    fn optimizer(&self, learning_rate: f64) -> Result<Box<dyn Optimizer<f64>>, VerificationError> {
        Ok(match self.method {
            MethodName::NStepSgd => Box::new(NStep::new(learning_rate, SUBSTEPS)?),
            MethodName::SgdHeavyBall => {
                Box::new(HeavyBall::new(learning_rate, self.settings.momentum)?)
            }
            _ => Box::new(GradientDescent::new(learning_rate)?),
        })
    }

    /// Adds to `mean` where each way to end the epoch ends, times how likely it is.
    fn go_on(
        &mut self,
        optimizer: &dyn Optimizer<f64>,
        state: &State<f64>,
        taken: &mut Vec<usize>,
        likelihood: f64,
        mean: &mut State<f64>,
    ) -> Result<(), VerificationError> {
        if taken.len() == self.steps() {
            add_scaled(&mut mean.theta, likelihood, &state.theta);
            for (mean, memory) in mean.memory.iter_mut().zip(&state.memory) {
                add_scaled(mean, likelihood, memory);
            }
            return Ok(());
        }
        let next = self.next(taken);
        let share = likelihood / next.len() as f64;
        for batch in next {
            let (sum, rows) = (&mut self.sum, &self.batches[batch]);
            let moved = optimizer.step(state.clone(), &mut |theta, gradient| {
                sum.minibatch_gradient(rows, theta, gradient)
            })?;
            taken.push(batch);
            self.go_on(optimizer, &moved, taken, share, mean)?;
            taken.pop();
        }
        Ok(())
    }

    /// ∇E at the start.
    fn start_gradient(&mut self) -> Result<Vec<f64>, VerificationError> {
        let mut gradient = vec![0.0; self.start.len()];
        let mut mean = gradient.clone();
        for batch in &self.batches {
            let start = &self.start;
            self.sum.minibatch_gradient(batch, start, &mut gradient)?;
            add_scaled(&mut mean, 1.0 / self.batches.len() as f64, &gradient);
        }
        Ok(mean)
    }

    /// c and c_v of the flow at a learning rate.
    fn coefficients(
        &self,
        analysis: &Analysis,
        learning_rate: f64,
    ) -> Option<StochasticCoefficients> {
        let shuffled = Epoch {
            examples: self.batches.len(),
            batch_size: 1,
            last_batch: LastBatch::Keep,
            sampling: Sampling::Shuffled,
        };
        let own = shuffled.coefficients(analysis)?;
        let with = |full_batch, batch_variance| StochasticCoefficients {
            full_batch,
            batch_variance,
            gradient_variance: 0.0,
        };
        Some(match (self.terms, self.method) {
            (1, _) => with(0.0, 0.0),
            (2, _) => with(own.full_batch, 0.0),
            (3, _) => own,
            (_, MethodName::NStepSgd) => with(learning_rate / 4.0, learning_rate / 4.0),
            _ => with(own.full_batch, own.full_batch),
        })
    }
}

impl Pair for MinibatchDescent<'_> {
    fn iterate(&mut self, learning_rate: f64, steps: u64) -> Result<Vec<f64>, VerificationError> {
        let is_affine = self.method == MethodName::SgdHeavyBall;
        if steps > 1 && !is_affine && !self.is_one_run() {
            return Err(VerificationError::Setting {
                name: "the number of epochs",
                value: steps as f64,
                bound: "1 where the mean over everything that chance decides is measured",
            });
        }
        let optimizer = self.optimizer(learning_rate)?;
        let mut state = optimizer.start(self.start.clone());
        if let [velocity] = &mut state.memory[..] {
            let speed = 1.0 / (1.0 - self.settings.momentum);
            *velocity = self.start_gradient()?.iter().map(|g| speed * g).collect();
        }
        for _ in 0..steps {
            let mut mean = optimizer.start(vec![0.0; self.start.len()]);
            self.go_on(&*optimizer, &state, &mut Vec::new(), 1.0, &mut mean)?;
            state = mean;
        }
        Ok(state.theta)
    }

    fn flow(
        &mut self,
        learning_rate: f64,
        time: f64,
    ) -> Result<(Vec<f64>, Outcome), VerificationError> {
        let rate = self.damage * learning_rate;
        let analysis = self.optimizer(rate)?.analysis();
        let found = analysis.effective_learning_rate;
        let found = found.zip(self.coefficients(&analysis, rate));
        let Some((effective, coefficients)) = found else {
            let (method, pair) = (crate::Named::name(self.method), "methods with such a loss");
            return Err(VerificationError::Method { method, pair });
        };
        let (batches, speed) = (self.batches.clone(), effective / rate);
        let time = time * self.steps() as f64;
        let start = self.start.clone();
        let mut flow = MinibatchFlow::new(&mut *self.sum, batches, speed, coefficients);
        follow(&mut flow, &start, time)
    }
}
