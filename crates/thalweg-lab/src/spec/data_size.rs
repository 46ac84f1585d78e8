//! What an experiment asks of the size of its data, to be checked once the data are there.

use super::diagnostic::{ExperimentError, Problems, Span};
use super::problem::Problem;
use super::tree::Table;
use super::{DataSpec, Experiment, TrialSpec};

/// How many examples a source of data holds, before [`DataSpec::train_examples`] and
/// [`DataSpec::test_examples`] cut it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DataSize {
    /// Training examples.
    pub train_examples: usize,
    /// Test examples.
    pub test_examples: usize,
}

/// A number of examples that a trial needs, and where it says so.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Demand {
    data: DataSpec,
    path: &'static str,
    wanted: usize,
    span: Option<Span>,
}

const TRAIN_EXAMPLES: &str = "data.train_examples";
const TEST_EXAMPLES: &str = "data.test_examples";
const BATCH_SIZE: &str = "optimizer.batch_size";
const MICRO_BATCH_SIZE: &str = "regularizer.micro_batch_size";

impl Demand {
    /// The demands of a trial that was read from `tables`.
    pub fn of<'a>(trial: &'a TrialSpec, tables: &'a Table) -> impl Iterator<Item = Self> + 'a {
        let batch_size = trial.optimizer.batch.map(|batch| batch.size);
        let parts = trial.regularizer.and_then(|penalty| penalty.micro_batches);
        let demands = [
            (TRAIN_EXAMPLES, trial.data.train_examples),
            (TEST_EXAMPLES, trial.data.test_examples),
            (BATCH_SIZE, batch_size),
            (MICRO_BATCH_SIZE, parts.map(|parts| parts.size)),
        ];
        demands.into_iter().filter_map(|(path, wanted)| {
            Some(Self {
                data: trial.data.clone(),
                path,
                wanted: wanted?,
                span: tables.at_path(path).map(|node| node.span),
            })
        })
    }

    /// The problem that data of that size leave, if any.
    fn problem(&self, size: DataSize) -> Option<Problem> {
        let used = self.data.train_examples.unwrap_or(usize::MAX);
        let (available, kind) = match self.path {
            TEST_EXAMPLES => (size.test_examples, "test"),
            BATCH_SIZE | MICRO_BATCH_SIZE => (used.min(size.train_examples), "training"),
            _ => (size.train_examples, "training"),
        };
        (self.wanted > available).then_some(Problem::ExceedsData {
            path: self.path,
            found: self.wanted,
            available,
            kind,
        })
    }
}

impl Experiment {
    /// The data of all trials, each once: what [`Self::check_against_data`] asks the sizes of.
    #[must_use]
    pub fn data(&self) -> Vec<&DataSpec> {
        let mut data = Vec::new();
        for trial in self.sweeps.iter().flat_map(|sweep| &sweep.trials) {
            if !data.contains(&&trial.data) {
                data.push(&trial.data);
            }
        }
        data
    }

    /// Checks every number of examples and every batch size against the data there are.
    ///
    /// `size_of` says how much the source of some data holds, or `None` to leave it unchecked.
    ///
    /// # Errors
    /// Every number that is too large, at its place in the file.
    pub fn check_against_data(
        &self,
        size_of: impl Fn(&DataSpec) -> Option<DataSize>,
    ) -> Result<(), ExperimentError> {
        let mut problems = Problems::default();
        for demand in &self.demands {
            let size = size_of(&demand.data);
            if let Some(problem) = size.and_then(|size| demand.problem(size)) {
                problems.add(problem, demand.span);
            }
        }
        problems.into_result(Some(()), self.sources.clone())
    }
}
