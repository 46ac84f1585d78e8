//! From stored trials to the one number that a claim asks of each.

use thalweg::probe::Quantity;

use super::verdict::{LeftOut, Reason};
use crate::plan::PlannedTrial;
use crate::record::{Measurement, Outcome, Termination};
use crate::spec::{Among, At, ClaimSpec, Comparison, Experiment, Scale, Setting};

/// A planned trial and what it left behind.
#[derive(Clone, Copy, Debug)]
pub struct Evidence<'a> {
    /// The trial.
    pub trial: &'a PlannedTrial,
    /// How it ended; `None` as long as it has not.
    pub outcome: Option<&'a Outcome>,
    /// Every measurement along its path in order, the start included. Only claims at a given loss
    /// look at it.
    pub path: &'a [Measurement],
}

/// The number that a claim asks of a trial, ready to be compared.
#[derive(Clone, Debug)]
pub(super) struct Observation {
    pub id: String,
    pub seed: u64,
    /// The value of the claim's setting.
    pub setting: Setting,
    /// The values of the other settings that the sweep varies.
    pub others: Vec<Setting>,
    /// The quantity, or its logarithm.
    pub value: f64,
}

/// The observations of every trial that the claim is about; trials without one are left out.
pub(super) fn observe(
    claim: &ClaimSpec,
    experiment: &Experiment,
    evidence: &[Evidence<'_>],
    left_out: &mut Vec<LeftOut>,
) -> Vec<Observation> {
    let sweep = experiment.sweeps.iter().find(|one| one.name == claim.sweep);
    let axes = sweep.iter().flat_map(|sweep| &sweep.axes);
    let other_paths: Vec<&str> = axes
        .map(|axis| axis.path.as_str())
        .filter(|path| *path != claim.axis)
        .collect();
    let mut observations = Vec::new();
    for one in evidence.iter().filter(|one| concerns(claim, one)) {
        let spec = &one.trial.spec;
        let setting = |path: &str| spec.setting(path).unwrap_or(Setting::Absent);
        match observe_trial(claim, one) {
            Ok(value) => observations.push(Observation {
                id: one.trial.id.clone(),
                seed: spec.seed,
                setting: setting(&claim.axis),
                others: other_paths.iter().map(|path| setting(path)).collect(),
                value,
            }),
            Err(reason) => left_out.push(LeftOut {
                id: one.trial.id.clone(),
                seed: spec.seed,
                setting: setting(&claim.axis),
                reason,
            }),
        }
    }
    observations
}

/// Whether the trial is of the sweep and, for a pair, at one of its two values.
fn concerns(claim: &ClaimSpec, evidence: &Evidence<'_>) -> bool {
    let is_compared = match &claim.compare {
        Comparison::Trend => true,
        Comparison::Pair { from, to } => {
            let setting = evidence.trial.spec.setting(&claim.axis);
            setting.is_some_and(|setting| setting.is_same(from) || setting.is_same(to))
        }
    };
    is_compared && evidence.trial.sweeps.contains(&claim.sweep)
}

/// The number that the claim asks of one trial, or why there is none.
fn observe_trial(claim: &ClaimSpec, evidence: &Evidence<'_>) -> Result<f64, Reason> {
    let outcome = evidence.outcome.ok_or(Reason::Unfinished)?;
    if outcome.termination == Termination::Diverged {
        return Err(Reason::Diverged);
    }
    let is_interpolating = outcome.max_train_accuracy.is_some_and(|share| share >= 1.0);
    if claim.among == Among::Interpolating && !is_interpolating {
        return Err(Reason::NotInterpolating);
    }
    let value = match claim.at {
        At::Best => take(claim, outcome.best.as_ref().ok_or(Reason::NotMeasured)?)?,
        At::Final => take(claim, &outcome.last)?,
        At::Loss(target) => at_loss(claim, evidence.path, target)?,
    };
    match claim.scale {
        _ if !value.is_finite() => Err(Reason::NotFinite),
        Scale::Linear => Ok(value),
        Scale::Log if value > 0.0 => Ok(value.log10()),
        Scale::Log => Err(Reason::NotPositive),
    }
}

/// The quantity at a point, divided by what it is relative to.
fn take(claim: &ClaimSpec, point: &Measurement) -> Result<f64, Reason> {
    let value = |quantity| point.get(quantity).ok_or(Reason::NotMeasured);
    let divisor = claim.relative_to.map_or(Ok(1.0), value)?;
    Ok(value(claim.quantity)? / divisor)
}

/// The quantity where the loss first reaches `target` from above, the logarithm of the one taken
/// as linear in the logarithm of the other between two measured points.
fn at_loss(claim: &ClaimSpec, path: &[Measurement], target: f64) -> Result<f64, Reason> {
    let points: Vec<(f64, f64)> = path
        .iter()
        .filter_map(|point| Some((point.get(Quantity::Loss)?, take(claim, point).ok()?)))
        .filter(|(loss, value)| loss.is_finite() && value.is_finite())
        .collect();
    if points.is_empty() {
        return Err(Reason::NotMeasured);
    }
    let reached = points.iter().position(|(loss, _)| *loss <= target);
    match reached.ok_or(Reason::LossNotReached)? {
        0 if points[0].0 < target => Err(Reason::LossBelowFromTheStart),
        0 => Ok(points[0].1),
        index => Ok(between(points[index - 1], points[index], target)),
    }
}

/// The value at a loss between those of two points: geometric, or linear where a value is not
/// positive.
fn between(before: (f64, f64), after: (f64, f64), target: f64) -> f64 {
    let share = (before.0 / target).ln() / (before.0 / after.0).ln();
    if before.1 > 0.0 && after.1 > 0.0 {
        before.1 * (after.1 / before.1).powf(share)
    } else {
        before.1 + (after.1 - before.1) * share
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn between_two_points_a_power_law_is_met_exactly() {
        let law = |loss: f64| (loss, 3.0 * loss.powf(0.7));
        assert!((between(law(2.0), law(0.01), 0.1) - law(0.1).1).abs() < 1e-12);
        assert_eq!(between((1.0, 5.0), (0.1, 7.0), 0.1), 7.0);
        assert_eq!(between((1.0, 5.0), (0.0, 7.0), 0.1), 5.0);
        assert_eq!(between((1.0, -1.0), (0.01, 1.0), 0.1), 0.0);
    }
}
