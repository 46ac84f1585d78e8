//! From stored trials to the one number that a claim asks of each.

use thalweg::Named;
use thalweg::probe::{Best, Quantity};

use super::verdict::{LeftOut, Reason};
use crate::plan::PlannedTrial;
use crate::record::{self, Absent, Measurement, Outcome, Termination};
use crate::spec::{Among, At, ClaimSpec, Comparison, Experiment, Scale, Setting};

/// A planned trial and what it left behind.
#[derive(Clone, Copy, Debug)]
pub struct Evidence<'a> {
    /// The trial.
    pub trial: &'a PlannedTrial,
    /// How it ended; `None` as long as it has not.
    pub outcome: Option<&'a Outcome>,
    /// Every measurement along its path in order, the start included. Only claims at a given loss,
    /// time, step or epoch look at it.
    pub path: &'a [Measurement],
}

/// The number that a claim asks of a trial, ready to be compared.
#[derive(Clone, Debug)]
pub(super) struct Observation {
    pub id: String,
    pub seed: u64,
    /// The value of the claim's setting; absent if it has none.
    pub setting: Setting,
    /// The values of the other settings in which trials that are compared must agree.
    pub others: Vec<Setting>,
    /// The quantity, or its logarithm; how good it is where optima are compared.
    pub value: f64,
    /// How good the quantity is whose optimum is compared with; 0 where none is.
    pub rival: f64,
}

impl Observation {
    /// Whether both are of one seed and agree in all other settings.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        let mut others = self.others.iter().zip(&other.others);
        self.seed == other.seed && others.all(|(one, another)| one.is_near(another))
    }

    /// It as one that does not count.
    pub(super) fn left_out(&self, reason: Reason) -> LeftOut {
        LeftOut {
            id: self.id.clone(),
            seed: self.seed,
            setting: self.setting.clone(),
            reason,
        }
    }
}

/// The settings in which trials that are compared must agree.
pub(super) fn matched_paths<'a>(claim: &'a ClaimSpec, experiment: &'a Experiment) -> Vec<&'a str> {
    let name = match &claim.compare {
        Comparison::Sweep { base } => base,
        _ => &claim.sweep,
    };
    let sweep = experiment.sweeps.iter().find(|one| one.name == *name);
    let axis = claim.axis.as_deref().unwrap_or_default();
    let mut paths = sweep.map_or_else(Vec::new, |sweep| sweep.axes_beside(axis));
    if let Some(derived) = claim.matched_by {
        paths.retain(|path| !derived.inputs().contains(path));
        paths.push(derived.name());
    }
    paths
}

/// The observations of every trial of `sweep` that the claim is about; trials without one are left
/// out. `others` are the settings that an observation keeps beside that of the claim.
pub(super) fn observe(
    claim: &ClaimSpec,
    sweep: &str,
    others: &[&str],
    evidence: &[Evidence<'_>],
    left_out: &mut Vec<LeftOut>,
) -> Vec<Observation> {
    let mut observations = Vec::new();
    let is_of_sweep = |one: &&Evidence<'_>| one.trial.sweeps.iter().any(|name| name == sweep);
    let of_sweep = evidence.iter().filter(is_of_sweep);
    for one in of_sweep.filter(|one| concerns(claim, one)) {
        let spec = &one.trial.spec;
        let setting = |path: &str| spec.setting(path).unwrap_or(Setting::Absent);
        let mut observation = Observation {
            id: one.trial.id.clone(),
            seed: spec.seed,
            setting: claim.axis.as_deref().map_or(Setting::Absent, setting),
            others: others.iter().map(|path| setting(path)).collect(),
            value: 0.0,
            rival: 0.0,
        };
        match observe_trial(claim, one) {
            Ok((value, rival)) => {
                (observation.value, observation.rival) = (value, rival);
                observations.push(observation);
            }
            Err(reason) => left_out.push(observation.left_out(reason)),
        }
    }
    observations
}

/// Whether the trial is, for a pair, at one of its two values.
fn concerns(claim: &ClaimSpec, evidence: &Evidence<'_>) -> bool {
    let Comparison::Pair { from, to } = &claim.compare else {
        return true;
    };
    let axis = claim.axis.as_deref();
    let setting = axis.and_then(|axis| evidence.trial.spec.setting(axis));
    setting.is_some_and(|setting| setting.is_near(from) || setting.is_near(to))
}

/// The number that the claim asks of one trial with that of a rival, or why there are none.
fn observe_trial(claim: &ClaimSpec, evidence: &Evidence<'_>) -> Result<(f64, f64), Reason> {
    let outcome = evidence.outcome.ok_or(Reason::Unfinished)?;
    let has_diverged = outcome.termination == Termination::Diverged;
    let is_interpolating = outcome.max_train_accuracy.is_some_and(|share| share >= 1.0);
    if claim.among == Among::Interpolating && !is_interpolating && !has_diverged {
        return Err(Reason::NotInterpolating);
    }
    let value = |quantity, at| value_at(claim, quantity, at, evidence, outcome);
    match claim.compare {
        // Where training diverges nothing is best.
        Comparison::Optimum { .. } if has_diverged => Ok((f64::NEG_INFINITY, f64::NEG_INFINITY)),
        _ if has_diverged => Err(Reason::Diverged),
        Comparison::Optimum { of, at } => {
            let own = goodness(claim.quantity, value(claim.quantity, claim.at)?);
            Ok((own, goodness(of, value(of, at)?)))
        }
        _ => Ok((scaled(claim.scale, value(claim.quantity, claim.at)?)?, 0.0)),
    }
}

/// A value of a quantity such that the best is the highest.
fn goodness(quantity: Quantity, value: f64) -> f64 {
    match quantity.best() {
        Some(Best::Lowest) => -value,
        Some(Best::Highest) | None => value,
    }
}

fn scaled(scale: Scale, value: f64) -> Result<f64, Reason> {
    match scale {
        Scale::Linear => Ok(value),
        Scale::Log if value > 0.0 => Ok(value.log10()),
        Scale::Log => Err(Reason::NotPositive),
    }
}

/// A quantity at a point of the path of a trial, divided by what the claim says.
fn value_at(
    claim: &ClaimSpec,
    quantity: Quantity,
    at: At,
    evidence: &Evidence<'_>,
    outcome: &Outcome,
) -> Result<f64, Reason> {
    let take = |point: &Measurement| {
        let divisor = claim.relative_to.map_or(Some(1.0), |of| point.get(of))?;
        Some(point.get(quantity)? / divisor)
    };
    let value = record::value_at(at, outcome, evidence.path, take)?;
    if value.is_finite() {
        Ok(value)
    } else {
        Err(Reason::NotFinite)
    }
}

impl From<Absent> for Reason {
    fn from(absent: Absent) -> Self {
        match absent {
            Absent::NotMeasured => Self::NotMeasured,
            Absent::LossNotReached => Self::LossNotReached,
            Absent::LossBelowFromTheStart => Self::LossBelowFromTheStart,
            Absent::EndedBefore => Self::EndedBefore,
        }
    }
}
