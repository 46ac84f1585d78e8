//! Inputs and targets, in memory.

use thalweg_cpu::Element;

use super::ObjectiveError;

/// What the outputs of a network are compared with.
#[derive(Clone, Debug, PartialEq)]
pub enum Targets<T> {
    /// One class an example, each below `classes`.
    Labels {
        /// The classes of the examples.
        labels: Vec<u32>,
        /// How many classes there are.
        classes: usize,
    },
    /// `outputs` numbers an example, row by row.
    Values {
        /// The numbers.
        values: Vec<T>,
        /// How many an example.
        outputs: usize,
    },
}

/// N examples: `features` numbers each, row by row, and their targets.
#[derive(Clone, Debug, PartialEq)]
pub struct Examples<T> {
    inputs: Vec<T>,
    features: usize,
    targets: Targets<T>,
}

impl<T: Element> Examples<T> {
    /// Checks that inputs and targets belong together.
    ///
    /// # Errors
    /// If there are no examples, the lengths do not fit, or a label is not below `classes`.
    pub fn new(
        inputs: Vec<T>,
        features: usize,
        targets: Targets<T>,
    ) -> Result<Self, ObjectiveError> {
        let count = match &targets {
            Targets::Labels { labels, .. } => labels.len(),
            Targets::Values { values, outputs } => values.len() / (*outputs).max(1),
        };
        check("examples", count.max(1), count)?;
        check("input values", count * features, inputs.len())?;
        match &targets {
            Targets::Labels { labels, classes } => check_labels(labels, *classes)?,
            Targets::Values { values, outputs } => {
                check("target values", count * outputs, values.len())?;
            }
        }
        Ok(Self {
            inputs,
            features,
            targets,
        })
    }

    /// N.
    #[must_use]
    pub fn count(&self) -> usize {
        self.inputs.len() / self.features.max(1)
    }

    /// The number of values of one input.
    #[must_use]
    pub fn features(&self) -> usize {
        self.features
    }

    /// All inputs, row by row.
    #[must_use]
    pub fn inputs(&self) -> &[T] {
        &self.inputs
    }

    /// The targets.
    #[must_use]
    pub fn targets(&self) -> &Targets<T> {
        &self.targets
    }

    /// The number of outputs that a network needs for these targets.
    #[must_use]
    pub fn outputs(&self) -> usize {
        match self.targets {
            Targets::Labels { classes, .. } => classes,
            Targets::Values { outputs, .. } => outputs,
        }
    }
}

fn check(what: &'static str, wanted: usize, given: usize) -> Result<(), ObjectiveError> {
    if wanted == given {
        return Ok(());
    }
    Err(ObjectiveError::Examples {
        what,
        wanted,
        given,
    })
}

fn check_labels(labels: &[u32], classes: usize) -> Result<(), ObjectiveError> {
    match labels.iter().position(|label| *label as usize >= classes) {
        None => Ok(()),
        Some(example) => Err(ObjectiveError::Label {
            example,
            label: labels[example],
            classes,
        }),
    }
}
