//! The trials of an experiment, each once, in a fixed order.

use std::collections::HashMap;

use crate::spec::{Experiment, TrialSpec, short_hash};

/// What is to be run: every trial of every sweep, each once.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The identity of the experiment: a hash of its trials, of the sweeps they belong to and of
    /// its claims. Titles, figures and the order of anything do not enter.
    pub id: String,
    /// The trials in the order of the sweeps, grids and seeds of the file.
    pub trials: Vec<PlannedTrial>,
}

/// A trial with its place in the experiment.
#[derive(Clone, Debug, PartialEq)]
pub struct PlannedTrial {
    /// The trial.
    pub spec: TrialSpec,
    /// Its identity, [`TrialSpec::id`].
    pub id: String,
    /// The names of the sweeps that it belongs to, in the order of the file.
    pub sweeps: Vec<String>,
}

impl Plan {
    /// Plans an experiment. A trial that several sweeps share is planned where it first appears.
    #[must_use]
    pub fn new(experiment: &Experiment) -> Self {
        let mut trials: Vec<PlannedTrial> = Vec::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        for sweep in &experiment.sweeps {
            for spec in &sweep.trials {
                let id = spec.id();
                let place = *places.entry(id.clone()).or_insert(trials.len());
                if place == trials.len() {
                    let (spec, sweeps) = (spec.clone(), Vec::new());
                    trials.push(PlannedTrial { spec, id, sweeps });
                }
                let sweeps = &mut trials[place].sweeps;
                if !sweeps.contains(&sweep.name) {
                    sweeps.push(sweep.name.clone());
                }
            }
        }
        let id = identity(&trials, experiment);
        Self { id, trials }
    }
}

/// The hash of everything that decides what the results are and what is ruled on them.
fn identity(trials: &[PlannedTrial], experiment: &Experiment) -> String {
    let mut lines: Vec<String> = trials
        .iter()
        .map(|trial| {
            let mut sweeps = trial.sweeps.clone();
            sweeps.sort();
            format!("{} {sweeps:?}", trial.id)
        })
        .collect();
    lines.extend(experiment.claims.iter().map(|claim| claim.to_toml()));
    lines.sort();
    short_hash(lines.join("\n").as_bytes())
}
