//! The state of a running trial, and the parts of its loop: record, advance, save, finish.

use std::time::{Duration, Instant};

use thalweg::Threads;
use thalweg::network::{Mlp, Network};
use thalweg::objective::FiniteSum;
use thalweg::optimizer::State;
use thalweg::probe::Quantity;

use super::descent::Descent;
use super::limits::Limits;
use super::measuring::Measuring;
use super::{TrialError, robustness, step_warnings, warnings};
use crate::datasets::Splits;
use crate::record::{Measurement, Outcome, Robustness, StreamedSums, Termination, Warning};
use crate::spec::{ExposedAt, TrialSpec};
use crate::store::{ClaimedTrial, LostSnapshot, MetricsLog, Progress, Snapshot, Start, Storable};

/// How often a running trial saves a snapshot, against a death without warning.
const SAVE_EVERY: Duration = Duration::from_secs(30);

/// Which θ is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    Present,
    Best,
}

/// A trial between two steps.
pub(super) struct Training<'a, T> {
    spec: &'a TrialSpec,
    network: Mlp,
    measuring: Measuring<'a, T>,
    descent: Descent<T>,
    limits: Limits,
    state: State<T>,
    best_theta: Vec<T>,
    progress: Progress,
    log: Option<MetricsLog>,
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
        let start = &spec.network;
        let theta = network
            .parameters()
            .initialise(start.initialisation, start.bias, spec.seed);
        let examples = splits.training.count();
        let descent = Descent::new(spec, examples, theta.len(), threads)?;
        let limits = Limits::new(spec.stop, &descent.rate(), descent.steps_per_epoch());
        Ok(Self {
            spec,
            measuring: Measuring::new(spec, &network, splits, threads, &descent, &limits)?,
            network,
            limits,
            state: descent.start(theta),
            descent,
            best_theta: Vec::new(),
            progress: Progress::default(),
            log: None,
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
                self.descent.recall(&mut self.state, snapshot.memory);
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

    /// Measures and stores what is due at this step; returns what was stored.
    pub(super) fn record(&mut self) -> Result<Option<Measurement>, TrialError> {
        self.measured = None;
        let step = self.step();
        let due = self.measuring.due(step);
        if due.is_empty() {
            return Ok(None);
        }
        let measurement = self.measure(step, At::Present, &due)?;
        // A continued trial has stored it, but must know it again: it may be what ends it.
        let is_new = self.recorded != Some(step);
        if is_new {
            self.remember(&measurement);
            if let Some(log) = &mut self.log {
                log.append(&measurement)?;
                self.progress.log_bytes = log.bytes();
            }
            self.recorded = Some(step);
        }
        self.measured = Some(measurement);
        Ok(self.measured.clone().filter(|_| is_new))
    }

    /// Measures at the present θ or at the best one, each reached after so many steps. What steps
    /// have shown on the way is known of the best point as far as it was measured there.
    fn measure(
        &mut self,
        step: u64,
        at: At,
        quantities: &[Quantity],
    ) -> Result<Measurement, TrialError> {
        let (theta, streamed) = match at {
            At::Present => (&self.state.theta, self.progress.streamed),
            At::Best => (&self.best_theta, StreamedSums::default()),
        };
        // The rate of the step that follows; at the end none does, and the last one's counts.
        let following = step.min(self.limits.most_steps().saturating_sub(1));
        let course = self
            .descent
            .course((step, following), &streamed, theta.len())?;
        let mut measurement = self.measuring.measure(step, &course, theta, quantities)?;
        if let (At::Best, Some(then)) = (at, &self.progress.best) {
            let streamed = then.values.iter().filter(|(one, _)| one.is_streamed());
            measurement.values.extend(streamed);
        }
        Ok(measurement)
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

    /// Takes one step.
    pub(super) fn advance(&mut self) -> Result<(), TrialError> {
        let state = std::mem::take(&mut self.state);
        let step = self.step();
        self.state = self.descent.step(
            step,
            state,
            &mut self.measuring.training,
            &mut self.progress.streamed,
        )?;
        self.progress.step += 1;
        self.progress.clipped_steps += u64::from(self.descent.has_clipped());
        self.diverged = self.limits.is_divergence(self.state.loss);
        Ok(())
    }

    /// Saves a snapshot from which the trial continues as if it had not stopped.
    pub(super) fn save(&mut self, claimed: &ClaimedTrial) -> Result<(), TrialError> {
        self.count_seconds();
        let snapshot = Snapshot {
            theta: self.state.theta.clone(),
            best_theta: self.best_theta.clone(),
            memory: self.descent.memory(&self.state),
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

    /// What the trial says against itself.
    fn warnings(
        &self,
        termination: Termination,
        quantities: &[Quantity],
        last: &Measurement,
    ) -> Vec<Warning> {
        let (spec, progress) = (self.spec, &self.progress);
        let mut found = warnings::of(termination, spec, quantities, last, progress);
        let examples = self.measuring.training.examples();
        let rate = self.descent.rate();
        found.extend(step_warnings::of(spec, examples, &rate, progress));
        found
    }

    /// Exposes parameters to noise, if that is asked for of a trial that did not diverge.
    fn robustness(
        &mut self,
        termination: Termination,
        is_interrupted: &dyn Fn() -> bool,
    ) -> Result<Option<Robustness>, TrialError> {
        let (spec, best) = (self.spec, self.progress.best.as_ref());
        let (Some(asked), false) = (&spec.robustness, termination == Termination::Diverged) else {
            return Ok(None);
        };
        let point = match asked.at {
            ExposedAt::Final => (&self.state.theta[..], self.progress.step),
            ExposedAt::Best => match best {
                Some(best) => (&self.best_theta[..], best.step),
                None => return Ok(None),
            },
        };
        let measuring = &mut self.measuring;
        let measured = robustness::measure(asked, spec, measuring, point, is_interrupted)?;
        Ok(Some(measured))
    }

    /// Measures everything at the end and at the best point, and writes the outcome.
    ///
    /// The error [`RobustnessError::Stopped`](thalweg::robustness::RobustnessError) is that of an
    /// interruption before that: a trial that is then saved ends again where it has ended.
    pub(super) fn finish(
        &mut self,
        claimed: &ClaimedTrial,
        termination: Termination,
        is_interrupted: &dyn Fn() -> bool,
    ) -> Result<Outcome, TrialError> {
        let quantities = self.measuring.all();
        let mut last = self.measure(self.step(), At::Present, &quantities)?;
        if termination != Termination::Diverged {
            self.remember(&last);
        }
        let mut best = match self.progress.best.as_ref().map(|best| best.step) {
            Some(step) => Some(self.measure(step, At::Best, &quantities)?),
            None => None,
        };
        let mut warnings = self.warnings(termination, &quantities, &last);
        let robustness = self.robustness(termination, is_interrupted)?;
        if let Some(Robustness { at, curve, .. }) = &robustness {
            match (at, &mut best) {
                (ExposedAt::Best, Some(best)) => robustness::enter(curve, best),
                _ => robustness::enter(curve, &mut last),
            }
            warnings.extend(robustness::warning(curve));
        }
        self.count_seconds();
        let outcome = Outcome {
            termination,
            steps: self.step(),
            max_train_accuracy: self.progress.max_train_accuracy,
            warnings,
            last,
            best,
            seconds: self.progress.seconds,
        };
        if let Some(log) = &self.log {
            let parameters = self.network.parameters();
            let thetas = (&self.state.theta[..], &self.best_theta[..]);
            claimed.finish(&parameters, thetas, &outcome, robustness.as_ref(), log)?;
        }
        Ok(outcome)
    }
}
