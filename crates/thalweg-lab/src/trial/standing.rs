//! Where a trial stands after some steps: what theory says of its next step, and what it will see.

use thalweg::Threads;
use thalweg::modified::stochastic::StochasticCoefficients;
use thalweg::optimizer::Analysis;

use super::TrialError;
use super::descent::Descent;
use super::limits::Limits;
use crate::record::StreamedSums;
use crate::spec::TrialSpec;

/// What is known of a trial after some steps, whatever θ they led to.
#[derive(Clone, Debug)]
pub(crate) struct Standing {
    /// What theory says of the method, with weight decay, at the rate of the step that follows.
    pub(crate) analysis: Analysis,
    /// The coefficients of its modified loss, if there is one.
    pub(crate) coefficients: Option<StochasticCoefficients>,
    /// The minibatches of the epoch that begins or goes on, if there are any.
    pub(crate) minibatches: Vec<Vec<usize>>,
    /// k.
    pub(crate) steps_per_epoch: u64,
}

impl Standing {
    /// After `step` steps over so many training examples and parameters; where that is not known,
    /// before the first one and at the base rate, whatever the schedule.
    pub(crate) fn of(
        spec: &TrialSpec,
        step: Option<u64>,
        (examples, parameters): (usize, usize),
    ) -> Result<Self, TrialError> {
        let mut spec = spec.clone();
        if step.is_none() {
            spec.schedule = None;
        }
        let mut descent = Descent::<f64>::new(&spec, examples, parameters, &Threads::one())?;
        let steps_per_epoch = descent.steps_per_epoch();
        let limits = Limits::new(spec.stop, &descent.rate(), steps_per_epoch);
        let step = step.unwrap_or(0);
        let following = step.min(limits.most_steps().saturating_sub(1));
        let course = descent.course((step, following), &StreamedSums::default(), parameters)?;
        let batches = course.minibatches.iter();
        Ok(Self {
            analysis: course.analysis,
            minibatches: batches.map(|batch| batch.to_vec()).collect(),
            coefficients: spec
                .optimizer
                .epoch(examples)
                .coefficients(&course.analysis),
            steps_per_epoch,
        })
    }
}
