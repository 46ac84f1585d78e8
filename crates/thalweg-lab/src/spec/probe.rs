//! `[[probe]]`: what is measured along the path, and when.

use thalweg::Named;
use thalweg::probe::{Quantity, Schedule};

use super::diagnostic::Problems;
use super::problem::Problem;
use super::reader::{self, Reader};
use super::tree::{Node, Value};

/// Quantities that are measured together on one schedule.
#[derive(Clone, Debug, PartialEq)]
pub struct ProbeSpec {
    /// What is measured; at least one, none twice.
    pub measure: Vec<Quantity>,
    /// When.
    pub every: Schedule,
}

impl ProbeSpec {
    /// Reads every `[[probe]]`, or gives the standard one if there is none.
    pub(super) fn read_all(node: Option<&Node>, problems: &mut Problems) -> Option<Vec<Self>> {
        match node {
            None => Some(vec![Self::standard()]),
            Some(node) => reader::tables("probe", node, problems)
                .into_iter()
                .map(|table| Self::read(table, problems))
                .collect(),
        }
    }

    fn read(node: &Node, problems: &mut Problems) -> Option<Self> {
        let mut reader = Reader::new("probe", Some(node), problems);
        let measure = read_quantities(&mut reader);
        let every = read_schedule(&mut reader);
        reader.finish();
        Some(Self {
            measure: measure?,
            every: every?,
        })
    }

    /// Every quantity that is measured with it: its own, and what always stands beside them.
    pub(crate) fn measured(&self) -> impl Iterator<Item = Quantity> {
        let beside = self.measure.iter().flat_map(|one| one.companions());
        self.measure.iter().chain(beside).copied()
    }

    /// What is measured where a file has no `[[probe]]`: the loss and both accuracies, each epoch.
    #[must_use]
    pub fn standard() -> Self {
        Self {
            measure: vec![
                Quantity::Loss,
                Quantity::TrainAccuracy,
                Quantity::TestAccuracy,
            ],
            every: Schedule::Epochs(1),
        }
    }
}

fn read_quantities(reader: &mut Reader<'_, '_>) -> Option<Vec<Quantity>> {
    let wanted = "a list of quantities, at least one";
    let node = reader.node("measure");
    reader.must_have("measure", wanted);
    let node = node?;
    let items = match &node.value {
        Value::List(items) if !items.is_empty() => items,
        _ => {
            reader.unsuitable("measure", node, wanted);
            return None;
        }
    };
    let mut measure = Vec::new();
    for item in items {
        let quantity = reader.member("measure", item, Quantity::NAMES)?;
        if quantity.is_of_robustness() {
            let wanted = "measured along the path; this one is measured by `[robustness]`";
            reader.unsuitable("measure", item, wanted);
        }
        if measure.contains(&quantity) {
            let problem = Problem::Duplicate {
                path: reader.path_of("measure"),
                value: item.describe(),
            };
            reader.problems.add(problem, Some(item.span));
        }
        measure.push(quantity);
    }
    Some(measure)
}

fn read_schedule(reader: &mut Reader<'_, '_>) -> Option<Schedule> {
    let wanted = "`10 steps`, `1 epoch`, `20 per decade` or `never` in quotes (counts from 1)";
    let node = reader.node("every");
    reader.must_have("every", wanted);
    let node = node?;
    let schedule = match &node.value {
        Value::Text(text) => text.parse().ok(),
        _ => None,
    };
    if schedule.is_none() {
        reader.unsuitable("every", node, wanted);
    }
    schedule
}
