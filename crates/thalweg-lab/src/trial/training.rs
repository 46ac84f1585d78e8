//! The state of a running trial, and the parts of its loop: record, advance, save, finish.

use std::ops::Range;
use std::sync::Arc;
use std::time::{Duration, Instant};

use thalweg::Threads;
use thalweg::network::{Mlp, Network};
use thalweg::objective::{Examples, FiniteSum, Gradient, Minibatch, Supervised};
use thalweg::optimizer::{Analysed, GradientDescent, Optimizer, State, steps_per_epoch};
use thalweg::probe::{Needs, Observation, Quantity};
use thalweg::regularizer::{GradientPenalty, Scratch};

use super::limits::Limits;
use super::{TrialError, warnings};
use crate::datasets::Splits;
use crate::record::{Measurement, Outcome, Termination};
use crate::spec::{Method, ProbeSpec, TrialSpec};
use crate::store::{ClaimedTrial, LostSnapshot, MetricsLog, Progress, Snapshot, Start, Storable};

/// How often a running trial saves a snapshot, against a death without warning.
const SAVE_EVERY: Duration = Duration::from_secs(30);

/// A trial between two steps.
pub(super) struct Training<'a, T> {
    spec: &'a TrialSpec,
    network: Mlp,
    training: Supervised<T>,
    test: Supervised<T>,
    optimizer: GradientDescent,
    penalty: Option<GradientPenalty>,
    limits: Limits,
    steps_per_epoch: u64,
    state: State<T>,
    best_theta: Vec<T>,
    progress: Progress,
    log: Option<MetricsLog>,
    /// The order of the examples in an epoch, kept for that epoch.
    order: (u64, Vec<usize>),
    scratch: Scratch<T>,
    gradient: Vec<T>,
    /// What was measured at the current step, if anything was.
    measured: Option<Measurement>,
    /// The step that has been recorded, so that a continued trial does not record it again.
    recorded: Option<u64>,
    diverged: bool,
    started: Instant,
    saved: Instant,
}

impl<'a, T: Storable> Training<'a, T> {
    pub(super) fn new(
        spec: &'a TrialSpec,
        network: Mlp,
        splits: &Splits<T>,
        threads: &Threads,
    ) -> Result<Self, TrialError> {
        let objective = |examples: &Arc<Examples<T>>| {
            let network = Box::new(network.clone());
            Supervised::new(network, spec.loss, examples.clone(), threads.clone())
        };
        let (training, test) = (objective(&splits.training)?, objective(&splits.test)?);
        let start = &spec.network;
        let theta = network
            .parameters()
            .initialise(start.initialisation, start.bias, spec.seed);
        let steps_per_epoch = match spec.optimizer.method {
            Method::GradientDescent => 1,
            Method::Sgd { batch_size, .. } => steps_per_epoch(splits.training.count(), batch_size),
        };
        let rate = spec.optimizer.learning_rate;
        let optimizer = GradientDescent::new(rate)?;
        let penalty = spec.regularizer.as_ref().map(|penalty| GradientPenalty {
            coefficient: penalty.coefficient,
            normalisation: penalty.normalisation,
            derivative: penalty.derivative,
            epsilon: penalty.epsilon,
        });
        Ok(Self {
            spec,
            gradient: vec![T::ZERO; network.parameters().count()],
            network,
            training,
            test,
            penalty,
            limits: Limits::new(spec.stop, rate, steps_per_epoch),
            steps_per_epoch,
            state: optimizer.start(theta),
            optimizer,
            best_theta: Vec::new(),
            progress: Progress::default(),
            log: None,
            order: (u64::MAX, Vec::new()),
            scratch: Scratch::new(threads.clone()),
            measured: None,
            recorded: None,
            diverged: false,
            started: Instant::now(),
            saved: Instant::now(),
        })
    }

    /// Continues from the snapshot in the trial's folder, if there is a usable one; says why if one
    /// is of no use.
    pub(super) fn resume(
        &mut self,
        claimed: &ClaimedTrial,
    ) -> Result<Option<LostSnapshot>, TrialError> {
        let (start, log) = claimed.start::<T>()?;
        self.log = Some(log);
        match start {
            Start::Fresh => Ok(None),
            Start::Restarted(lost) => Ok(Some(lost)),
            Start::Resumed(snapshot) => {
                self.recorded = Some(snapshot.progress.step);
                self.state.theta = snapshot.theta;
                self.state.memory = snapshot.memory;
                self.best_theta = snapshot.best_theta;
                self.progress = snapshot.progress;
                Ok(None)
            }
        }
    }

    /// Steps taken.
    pub(super) fn step(&self) -> u64 {
        self.progress.step
    }

    /// The most steps there can be.
    pub(super) fn most_steps(&self) -> u64 {
        self.limits.most_steps()
    }

    /// Measures and stores what is due at this step.
    pub(super) fn record(&mut self) -> Result<(), TrialError> {
        self.measured = None;
        let due = self.due();
        if due.is_empty() || self.recorded == Some(self.step()) {
            return Ok(());
        }
        let measurement = self.measure_here(&due)?;
        self.remember(&measurement);
        if let Some(log) = &mut self.log {
            log.append(&measurement)?;
            self.progress.log_bytes = log.bytes();
        }
        self.recorded = Some(self.step());
        self.measured = Some(measurement);
        Ok(())
    }

    /// The quantities to measure at this step: those of every schedule that is due, what must
    /// stand beside them, and once an epoch what the targets need.
    fn due(&self) -> Vec<Quantity> {
        let (step, per_epoch) = (self.step(), self.steps_per_epoch);
        let probes = self.spec.probes.iter();
        let due = probes.filter(|probe| probe.every.is_due(step, per_epoch));
        let mut quantities: Vec<Quantity> = due.flat_map(ProbeSpec::measured).collect();
        if step.is_multiple_of(per_epoch) {
            quantities.extend(self.limits.watched());
        }
        each_once(quantities)
    }

    /// The quantities of all probes.
    fn all_quantities(&self) -> Vec<Quantity> {
        let probes = self.spec.probes.iter().flat_map(ProbeSpec::measured);
        each_once(probes.chain(self.limits.watched()).collect())
    }

    fn measure_here(&mut self, quantities: &[Quantity]) -> Result<Measurement, TrialError> {
        let observation = observe(
            &self.state.theta,
            self.optimizer.implicit_coefficient(),
            quantities,
            (&mut self.training, &mut self.test),
            &mut self.gradient,
        )?;
        Ok(self.measurement(self.step(), quantities, &observation))
    }

    fn measurement(
        &self,
        step: u64,
        quantities: &[Quantity],
        observation: &Observation,
    ) -> Measurement {
        let value = |quantity: &Quantity| Some((*quantity, quantity.value(observation)?));
        Measurement {
            step,
            epoch: step as f64 / self.steps_per_epoch as f64,
            time: step as f64 * self.spec.optimizer.learning_rate,
            values: quantities.iter().filter_map(value).collect(),
        }
    }

    /// Keeps the highest accuracies, and θ at the highest test accuracy.
    fn remember(&mut self, measurement: &Measurement) {
        if let Some(accuracy) = measurement.get(Quantity::TrainAccuracy) {
            let highest = self.progress.max_train_accuracy.unwrap_or(accuracy);
            self.progress.max_train_accuracy = Some(highest.max(accuracy));
        }
        let Some(accuracy) = measurement.get(Quantity::TestAccuracy) else {
            return;
        };
        self.progress.last_test_step = Some(measurement.step);
        let best = self.progress.best.as_ref();
        let highest = best.and_then(|best| best.get(Quantity::TestAccuracy));
        if highest.is_none_or(|highest| accuracy > highest) {
            self.progress.best = Some(measurement.clone());
            self.best_theta.clone_from(&self.state.theta);
        }
    }

    /// Why the trial ends here, if it does.
    pub(super) fn termination(&self) -> Option<Termination> {
        if self.diverged {
            return Some(Termination::Diverged);
        }
        self.limits.reached(self.step(), self.measured.as_ref())
    }

    /// The examples of the next step in `order`; `None` is all of them.
    fn next_batch(&mut self) -> Option<Range<usize>> {
        let Method::Sgd {
            batch_size,
            sampling,
        } = self.spec.optimizer.method
        else {
            return None;
        };
        let (epoch, within) = (
            self.step() / self.steps_per_epoch,
            self.step() % self.steps_per_epoch,
        );
        let examples = self.training.examples();
        if self.order.0 != epoch {
            self.order = (epoch, sampling.epoch_order(examples, self.spec.seed, epoch));
        }
        let start = within as usize * batch_size;
        Some(start..examples.min(start + batch_size))
    }

    /// Takes one step.
    pub(super) fn advance(&mut self) -> Result<(), TrialError> {
        let range = self.next_batch();
        let batch = range.map(|range| &self.order.1[range]);
        let state = std::mem::replace(&mut self.state, self.optimizer.start(Vec::new()));
        let (penalty, scratch) = (&self.penalty, &mut self.scratch);
        let training = &mut self.training;
        let mut gradient_at = |theta: &[T], gradient: &mut [T]| match (penalty, batch) {
            (None, None) => training.gradient(theta, gradient),
            (None, Some(batch)) => training.minibatch_gradient(batch, theta, gradient),
            (Some(penalty), None) => penalty
                .gradient(training, theta, gradient, scratch)
                .map(|seen| seen.loss),
            (Some(penalty), Some(batch)) => {
                let mut batch = Minibatch::new(training, batch);
                penalty
                    .gradient(&mut batch, theta, gradient, scratch)
                    .map(|seen| seen.loss)
            }
        };
        self.state = self.optimizer.step(state, &mut gradient_at)?;
        self.progress.step += 1;
        self.diverged = self.limits.is_divergence(self.state.loss);
        Ok(())
    }

    /// Saves a snapshot from which the trial continues as if it had not stopped.
    pub(super) fn save(&mut self, claimed: &ClaimedTrial) -> Result<(), TrialError> {
        self.count_seconds();
        let snapshot = Snapshot {
            theta: self.state.theta.clone(),
            best_theta: self.best_theta.clone(),
            memory: self.state.memory.clone(),
            progress: self.progress.clone(),
        };
        if let Some(log) = &self.log {
            claimed.save(&snapshot, log)?;
        }
        self.saved = Instant::now();
        Ok(())
    }

    /// Saves if the last time was long ago.
    pub(super) fn save_now_and_then(&mut self, claimed: &ClaimedTrial) -> Result<(), TrialError> {
        if self.saved.elapsed() < SAVE_EVERY {
            return Ok(());
        }
        self.save(claimed)
    }

    fn count_seconds(&mut self) {
        self.progress.seconds += self.started.elapsed().as_secs_f64();
        self.started = Instant::now();
    }

    /// Measures everything at the end and at the best point, and writes the outcome.
    pub(super) fn finish(
        &mut self,
        claimed: &ClaimedTrial,
        termination: Termination,
    ) -> Result<Outcome, TrialError> {
        let quantities = self.all_quantities();
        let last = self.measure_here(&quantities)?;
        if termination != Termination::Diverged {
            self.remember(&last);
        }
        let best = match self.progress.best.as_ref().map(|best| best.step) {
            Some(step) => {
                let coefficient = self.optimizer.implicit_coefficient();
                let objectives = (&mut self.training, &mut self.test);
                let theta = &self.best_theta;
                let seen = observe(theta, coefficient, &quantities, objectives, &mut self.gradient)?;
                Some(self.measurement(step, &quantities, &seen))
            }
            None => None,
        };
        self.count_seconds();
        let outcome = Outcome {
            termination,
            steps: self.step(),
            max_train_accuracy: self.progress.max_train_accuracy,
            warnings: warnings::of(termination, self.spec.precision, &last, &self.progress),
            last,
            best,
            seconds: self.progress.seconds,
        };
        if let Some(log) = &self.log {
            let parameters = self.network.parameters();
            claimed.finish(
                &parameters,
                &self.state.theta,
                &self.best_theta,
                &outcome,
                log,
            )?;
        }
        Ok(outcome)
    }
}

fn each_once(mut quantities: Vec<Quantity>) -> Vec<Quantity> {
    quantities.sort_unstable();
    quantities.dedup();
    quantities
}

fn observe<T: Storable>(
    theta: &[T],
    implicit_coefficient: Option<f64>,
    quantities: &[Quantity],
    (training, test): (&mut Supervised<T>, &mut Supervised<T>),
    gradient: &mut [T],
) -> Result<Observation, TrialError> {
    let needs = Needs::of(quantities.iter().copied());
    Ok(Observation::at(
        theta,
        implicit_coefficient,
        needs,
        training,
        test,
        gradient,
    )?)
}
