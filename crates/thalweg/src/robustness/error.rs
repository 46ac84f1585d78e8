//! Why robustness cannot be measured.

use crate::objective::ObjectiveError;

/// Why robustness cannot be measured. Draws that give no finite loss are counted, and no errors.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RobustnessError {
    /// Nothing to measure at.
    #[error("no strengths of noise are given; at least one is needed")]
    NoStrengths,
    /// A strength that is none.
    #[error("{strength} is no strength of noise; it must be a number that is at least 0")]
    Strength {
        /// The strength.
        strength: f64,
    },
    /// Strengths out of order.
    #[error("the strength {strength} comes after {before}; strengths must increase")]
    NotIncreasing {
        /// The one before.
        before: f64,
        /// The one that is not greater.
        strength: f64,
    },
    /// No draws.
    #[error("0 draws were asked for; at least 1 is needed, and 2 for a spread")]
    NoDraws,
    /// A slope over nothing.
    #[error("a slope over 0 examples was asked for; at least 1 is needed, or no slope at all")]
    NoSlopeExamples,
    /// A filter that is not of this network.
    #[error("a filter ends at element {end}, but there are only {parameters} parameters")]
    Filter {
        /// Where the filter ends.
        end: usize,
        /// The length of θ.
        parameters: usize,
    },
    /// Whoever watched wanted no more.
    #[error("asked to stop before all draws were made")]
    Stopped,
    /// The network could not be evaluated.
    #[error(transparent)]
    Objective(#[from] ObjectiveError),
}
