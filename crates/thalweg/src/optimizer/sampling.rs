//! Which examples each step of minibatch training sees.

use crate::Named;

/// How minibatches are drawn from N examples.
///
/// The theory depends on it: the mean iterate of [`Sampling::Shuffled`] follows the flow of
/// Ẽ_SGD, that of [`Sampling::WithReplacement`] only the flow of Ẽ_GD (Smith et al. 2021).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sampling {
    /// Without replacement, in a new random order each epoch.
    Shuffled,
    /// Each batch drawn independently and uniformly from all examples.
    WithReplacement,
    /// Without replacement, in the order of the data, the same each epoch.
    FixedOrder,
}

impl Named for Sampling {
    const NAMES: &'static [(&'static str, Self)] = &[
        ("shuffled", Self::Shuffled),
        ("with-replacement", Self::WithReplacement),
        ("fixed-order", Self::FixedOrder),
    ];
}
