//! Losses of a network's outputs against its targets, averaged over examples.

use thalweg_graph::Var;

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

impl Loss {
    /// Traces the loss of each example `[n]` of `outputs` `[n, c]` against labels `[n]` or values
    /// `[n, c]`.
    pub(crate) fn trace<'g>(self, outputs: Var<'g>, targets: Target<'g>) -> Var<'g> {
        match (self, targets) {
            (Self::CrossEntropy, Target::Labels(labels)) => {
                outputs.log_sum_exp() - outputs.select(labels)
            }
            (Self::MeanSquaredError, Target::Labels(labels)) => {
                let one = outputs.graph().constant(1.0, &labels.shape());
                half_square(outputs - one.place(labels, outputs.shape()[1]))
            }
            (_, Target::Values(values)) => half_square(outputs - values),
        }
    }
}

/// What outputs are compared with while tracing.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Target<'g> {
    Labels(Var<'g>),
    Values(Var<'g>),
}

/// ½‖x‖² for each row.
fn half_square(x: Var<'_>) -> Var<'_> {
    (x * x).sum(&[1]) * 0.5
}
