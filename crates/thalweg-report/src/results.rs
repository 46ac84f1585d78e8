//! What a report is made of: an experiment with what came of it.

use thalweg::probe::Quantity;
use thalweg_lab::claim::Verdict;
use thalweg_lab::plan::PlannedTrial;
use thalweg_lab::record::{Measurement, Outcome, Robustness, Termination, value_at};
use thalweg_lab::spec::{At, Experiment, FigureSpec, Setting, Sweep};
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

    /// How it ended, as the class that colours it.
    pub(crate) fn class(&self) -> &'static str {
        match (&self.outcome, self.has_diverged()) {
            (None, _) => "unfinished",
            (_, true) => "diverged",
            _ => "finished",
        }
    }

    /// Its value of the setting at `path`.
    pub(crate) fn setting(&self, path: &str) -> Setting {
        self.trial.spec.setting(path).unwrap_or(Setting::Absent)
    }

    /// A quantity at a point of its path, if it was measured there.
    pub(crate) fn value(&self, quantity: Quantity, at: At) -> Option<f64> {
        let outcome = self.outcome.as_ref()?;
        value_at(at, outcome, &self.path, |one| one.get(quantity)).ok()
    }

    /// What runs up a figure, at the point of its path that the figure shows.
    pub(crate) fn shown(&self, spec: &FigureSpec) -> Option<f64> {
        let outcome = self.outcome.as_ref()?;
        value_at(spec.at, outcome, &self.path, |one| quotient(one, spec)).ok()
    }
}

/// What runs up a figure, where a trial was measured.
pub(crate) fn quotient(point: &Measurement, spec: &FigureSpec) -> Option<f64> {
    let divisor = spec.relative_to.map_or(Some(1.0), |of| point.get(of))?;
    Some(point.get(spec.y)? / divisor)
}
