//! What a report is made of: an experiment with what came of it.

use thalweg::probe::Quantity;
use thalweg_lab::claim::Verdict;
use thalweg_lab::plan::PlannedTrial;
use thalweg_lab::record::{Measurement, Outcome, Robustness, Termination};
use thalweg_lab::spec::{At, Experiment, Setting, Sweep};
use thalweg_lab::store::StoredRun;

/// Everything that a report shows.
#[derive(Clone, Debug)]
pub struct Results {
    /// What was asked: title, question, sweeps, figures.
    pub experiment: Experiment,
    /// Every planned trial with what came of it, in the order of the plan.
    pub trials: Vec<TrialResults>,
    /// The rulings on the claims of the experiment.
    pub verdicts: Vec<Verdict>,
    /// The command that made the results.
    pub command: String,
    /// The version of the program that made them.
    pub version: String,
}

/// A planned trial and what came of it.
#[derive(Clone, Debug)]
pub struct TrialResults {
    /// The trial, with its settings and sweeps.
    pub trial: PlannedTrial,
    /// How it ended; `None` as long as it has not.
    pub outcome: Option<Outcome>,
    /// Every measurement along its path, in order.
    pub path: Vec<Measurement>,
    /// What noise in its parameters did to it, if that was measured.
    pub robustness: Option<Robustness>,
}

impl From<&StoredRun> for Results {
    fn from(run: &StoredRun) -> Self {
        let trials = run.trials.iter().map(|one| TrialResults {
            trial: one.planned.clone(),
            outcome: one.outcome.clone(),
            path: one.path.clone(),
            robustness: one.robustness.clone(),
        });
        Self {
            experiment: run.experiment.clone(),
            trials: trials.collect(),
            verdicts: run.verdicts.clone(),
            command: run.identity.command.clone(),
            version: run.identity.version.clone(),
        }
    }
}

impl Results {
    /// The sweeps that a sweep is the union of; itself, if it is none.
    pub(crate) fn parts<'a>(&'a self, sweep: &'a Sweep) -> Vec<&'a Sweep> {
        let named = |name: &String| self.experiment.sweeps.iter().find(|one| one.name == *name);
        match sweep.union.as_slice() {
            [] => vec![sweep],
            names => names.iter().filter_map(named).collect(),
        }
    }

    /// The trials of a sweep.
    pub(crate) fn of_sweep<'a>(
        &'a self,
        sweep: &'a Sweep,
    ) -> impl Iterator<Item = &'a TrialResults> {
        self.trials
            .iter()
            .filter(|one| one.trial.sweeps.contains(&sweep.name))
    }
}

impl TrialResults {
    /// Whether it ended in divergence.
    pub(crate) fn has_diverged(&self) -> bool {
        let is_divergence = |one: &Outcome| one.termination == Termination::Diverged;
        self.outcome.as_ref().is_some_and(is_divergence)
    }

    /// Whether it ended without diverging.
    pub(crate) fn is_usable(&self) -> bool {
        self.outcome.is_some() && !self.has_diverged()
    }

    /// Its value of the setting at `path`.
    pub(crate) fn setting(&self, path: &str) -> Setting {
        self.trial.spec.setting(path).unwrap_or(Setting::Absent)
    }

    /// A quantity at a point of its path, if it was measured there.
    pub(crate) fn value(&self, quantity: Quantity, at: At) -> Option<f64> {
        let outcome = self.outcome.as_ref()?;
        match at {
            At::Best => outcome.best.as_ref()?.get(quantity),
            At::Final => outcome.last.get(quantity),
            At::Loss(target) => at_loss(&self.path, quantity, target),
        }
    }
}

/// The quantity where the loss first reaches `target` from above, taken between two measurements
/// as claims do: its logarithm linear in that of the loss.
fn at_loss(path: &[Measurement], quantity: Quantity, target: f64) -> Option<f64> {
    let pair = |one: &Measurement| Some((one.get(Quantity::Loss)?, one.get(quantity)?));
    let points = path.iter().filter_map(pair);
    let points: Vec<(f64, f64)> = points
        .filter(|(loss, value)| loss.is_finite() && value.is_finite())
        .collect();
    let reached = points.iter().position(|(loss, _)| *loss <= target)?;
    let after = points[reached];
    let Some(before) = reached.checked_sub(1).map(|index| points[index]) else {
        return (after.0 == target).then_some(after.1);
    };
    let share = (before.0 / target).ln() / (before.0 / after.0).ln();
    Some(if before.1 > 0.0 && after.1 > 0.0 {
        before.1 * (after.1 / before.1).powf(share)
    } else {
        before.1 + (after.1 - before.1) * share
    })
}
