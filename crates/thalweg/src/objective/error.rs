//! What can be wrong with an objective or a question to it.

use thalweg_cpu::RunError;
use thalweg_graph::GraphError;

/// Why an objective cannot be built or evaluated.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ObjectiveError {
    /// A vector that is not as long as θ.
    #[error("{name} has {given} elements, but the objective has {wanted} parameters")]
    Length {
        /// The argument.
        name: &'static str,
        /// m.
        wanted: usize,
        /// Its length.
        given: usize,
    },
    /// Examples that do not fit each other or the network.
    #[error("{what}: {given} given, {wanted} wanted")]
    Examples {
        /// What does not fit.
        what: &'static str,
        /// The number wanted.
        wanted: usize,
        /// The number given.
        given: usize,
    },
    /// A batch without examples, whose mean is undefined.
    #[error("an empty batch has no loss; take at least one example")]
    EmptyBatch,
    /// An example that is not there.
    #[error("example {example} is not there: there are {examples}, counted from 0")]
    NoSuchExample {
        /// The example asked for.
        example: usize,
        /// N.
        examples: usize,
    },
    /// A label outside the classes.
    #[error("example {example} has label {label}, but there are only {classes} classes (from 0)")]
    Label {
        /// The example.
        example: usize,
        /// Its label.
        label: u32,
        /// The number of classes.
        classes: usize,
    },
    /// The gradients of single examples of an objective with weight decay.
    #[error(
        "the gradients of single examples are not known with weight decay; ask the objective \
         without it, whose gradient variance is the same"
    )]
    DecayedExamples,
    /// Cross-entropy of targets that are not labels.
    #[error("cross-entropy needs integer labels as targets; use the mean squared error for values")]
    LabelsNeeded,
    /// The formula itself does not fit together.
    #[error(transparent)]
    Graph(#[from] GraphError),
    /// The compiled formula refused its inputs.
    #[error(transparent)]
    Run(#[from] RunError),
}

/// Checks that a vector is as long as θ.
pub(crate) fn check_length(
    name: &'static str,
    wanted: usize,
    given: usize,
) -> Result<(), ObjectiveError> {
    if wanted == given {
        return Ok(());
    }
    Err(ObjectiveError::Length {
        name,
        wanted,
        given,
    })
}
