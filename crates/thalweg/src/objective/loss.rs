//! Losses of a network's outputs against its targets, averaged over examples.

use crate::Named;

/// The loss of one example; the objective is its mean over examples.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Loss {
    /// −log softmax(f(x))_y from an integer label y.
    CrossEntropy,
    /// ½‖f(x) − y‖², summed over outputs (not averaged over them). An integer label y stands for
    /// its one-hot vector. Equal to ½·C times the loss that averages over C outputs.
    MeanSquaredError,
}

impl Named for Loss {
    const NAMES: &'static [(&'static str, Self)] = &[
        ("cross-entropy", Self::CrossEntropy),
        ("mean-squared-error", Self::MeanSquaredError),
    ];
}
