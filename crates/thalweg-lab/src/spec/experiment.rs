//! An experiment: what a whole file says.

use super::{ClaimSpec, FigureSpec, Sweep};

/// A validated, resolved experiment.
#[derive(Clone, Debug, PartialEq)]
pub struct Experiment {
    /// What the report is headed; the name of the file if it has no `title`.
    pub title: String,
    /// The question in a sentence; empty if the file does not ask one.
    pub question: String,
    /// The sweeps, at least one.
    pub sweeps: Vec<Sweep>,
    /// What is to be decided.
    pub claims: Vec<ClaimSpec>,
    /// What the report draws; standard figures if there are none.
    pub figures: Vec<FigureSpec>,
}
