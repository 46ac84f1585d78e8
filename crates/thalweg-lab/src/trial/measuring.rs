//! What is measured of a trial, and when.

use std::sync::Arc;

use thalweg::Threads;
use thalweg::network::Mlp;
use thalweg::objective::{Examples, ObjectiveError, Supervised};
use thalweg::probe::{Course, Needs, Observation, Quantity};

use super::descent::Descent;
use super::limits::Limits;
use super::rate::Rate;
use crate::datasets::Splits;
use crate::record::Measurement;
use crate::spec::{ProbeSpec, TrialSpec};
use crate::store::Storable;

/// What measures a trial.
pub(super) struct Measuring<'a, T> {
    spec: &'a TrialSpec,
    /// The training loss.
    pub(super) training: Supervised<T>,
    /// The test loss.
    pub(super) test: Supervised<T>,
    /// What the targets need.
    watched: Vec<Quantity>,
    steps_per_epoch: u64,
    rate: Rate,
    gradient: Vec<T>,
}

impl<'a, T: Storable> Measuring<'a, T> {
    pub(super) fn new(
        spec: &'a TrialSpec,
        network: &Mlp,
        splits: &Splits<T>,
        threads: &Threads,
        descent: &Descent<T>,
        limits: &Limits,
    ) -> Result<Self, ObjectiveError> {
        let objective = |examples: &Arc<Examples<T>>| {
            let network = Box::new(network.clone());
            Supervised::new(network, spec.loss, examples.clone(), threads.clone())
        };
        let training = objective(&splits.training)?;
        Ok(Self {
            spec,
            test: objective(&splits.test)?,
            watched: limits.watched(),
            steps_per_epoch: descent.steps_per_epoch(),
            rate: descent.rate(),
            gradient: vec![T::ZERO; training.parameters().count()],
            training,
        })
    }

    /// The quantities to measure after so many steps: those of every schedule that is due, what
    /// must stand beside them, and once an epoch what the targets need.
    pub(super) fn due(&self, step: u64) -> Vec<Quantity> {
        let probes = self.spec.probes.iter();
        let due = probes.filter(|probe| probe.every.is_due(step, self.steps_per_epoch));
        let mut quantities: Vec<Quantity> = due.flat_map(ProbeSpec::measured).collect();
        if step.is_multiple_of(self.steps_per_epoch) {
            quantities.extend(&self.watched);
        }
        each_once(quantities)
    }

    /// The quantities of all probes and targets.
    pub(super) fn all(&self) -> Vec<Quantity> {
        let probes = self.spec.probes.iter().flat_map(ProbeSpec::measured);
        each_once(probes.chain(self.watched.iter().copied()).collect())
    }

    /// Measures at `theta`, reached after so many steps by that course.
    pub(super) fn measure(
        &mut self,
        step: u64,
        course: &Course<'_>,
        theta: &[T],
        quantities: &[Quantity],
    ) -> Result<Measurement, ObjectiveError> {
        let observation = Observation::at(
            theta,
            course,
            Needs::of(quantities.iter().copied()),
            &mut self.training,
            &mut self.test,
            &mut self.gradient,
        )?;
        let value = |quantity: &Quantity| Some((*quantity, quantity.value(&observation)?));
        Ok(Measurement {
            step,
            epoch: step as f64 / self.steps_per_epoch as f64,
            time: self.rate.time(step),
            values: quantities.iter().filter_map(value).collect(),
        })
    }
}

fn each_once(mut quantities: Vec<Quantity>) -> Vec<Quantity> {
    quantities.sort_unstable();
    quantities.dedup();
    quantities
}
