//! Why a plan cannot run on what it was given.

/// Inputs or outputs that do not fit the program. Nothing has been computed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// A wrong number of inputs or outputs.
    #[error("the program has {wanted} {role}s, not {given}")]
    Count {
        /// `input` or `output`.
        role: &'static str,
        /// How many the program has.
        wanted: usize,
        /// How many were given.
        given: usize,
    },
    /// A slice of the wrong length.
    #[error("{role} {index} has {given} elements; the program was compiled for {wanted}")]
    Length {
        /// `input` or `output`.
        role: &'static str,
        /// Which one, from 0.
        index: usize,
        /// Its length in the program.
        wanted: usize,
        /// Its length here.
        given: usize,
    },
    /// Labels where numbers belong, or the reverse.
    #[error("input {index} must be {wanted}")]
    Kind {
        /// Which input, from 0.
        index: usize,
        /// `labels` or `real numbers`.
        wanted: &'static str,
    },
    /// A label outside the classes.
    #[error("example {example} has label {label}, but there are only {classes} classes (from 0)")]
    Label {
        /// Its place among the labels.
        example: usize,
        /// The label.
        label: u32,
        /// The number of classes.
        classes: usize,
    },
}
