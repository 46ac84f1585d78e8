//! Means over examples, for methods of minibatches.

use std::sync::Arc;

use thalweg::network::{Activation, Mlp};
use thalweg::objective::problem::{LinearRegression, LogisticRegression, RegressionData};
use thalweg::objective::{Examples, Loss, Supervised, Targets};
use thalweg::verification::VerificationError;
use thalweg::{Named, Threads};

use super::subject::SEED;
use crate::study::StudyError;
use crate::study::smooth_problem::digits_network;

/// Examples and features of the regressions, as in the catalogue.
const REGRESSION: (usize, usize) = (40, 4);

/// A loss that is a mean over examples, of which any part can be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SumName {
    /// ½(w·x + b − y)² over 40 examples of 4 features: a quadratic.
    LinearRegression,
    /// Cross-entropy of an affine map of 4 features to 2 classes over 40 examples: convex.
    LogisticRegression,
    /// Cross-entropy of a tanh network 49-8-10 over the first 64 digits of `mnist-small`.
    DigitsNetwork,
}

impl Named for SumName {
    const NAMES: &'static [(&'static str, Self)] = &[
        ("linear-regression", Self::LinearRegression),
        ("logistic-regression", Self::LogisticRegression),
        ("digits-network", Self::DigitsNetwork),
    ];
}

impl SumName {
    /// The objective and where it starts from.
    pub(super) fn objective(self) -> Result<(Supervised<f64>, Vec<f64>), StudyError> {
        let (examples, features) = REGRESSION;
        let (data, labels, loss) = match self {
            Self::DigitsNetwork => return digits_network(SEED),
            Self::LinearRegression => {
                let problem = LinearRegression::drawn(SEED, examples, features);
                let data = problem.map_err(VerificationError::from)?.data;
                (data, None, Loss::MeanSquaredError)
            }
            Self::LogisticRegression => {
                let problem = LogisticRegression::drawn(SEED, examples, features);
                let data = problem.map_err(VerificationError::from)?.data;
                let labels = data.targets().iter().map(|y| u32::from(*y > 0.0));
                (data.clone(), Some(labels.collect()), Loss::CrossEntropy)
            }
        };
        let objective = affine(&data, labels, loss)?;
        let count = thalweg::objective::Objective::<f64>::parameter_count(&objective);
        Ok((objective, vec![0.0; count]))
    }
}

fn affine(
    data: &RegressionData,
    labels: Option<Vec<u32>>,
    loss: Loss,
) -> Result<Supervised<f64>, StudyError> {
    let targets = match labels {
        Some(labels) => Targets::Labels { labels, classes: 2 },
        None => Targets::Values {
            values: data.targets().to_vec(),
            outputs: 1,
        },
    };
    let examples = Arc::new(Examples::new(
        data.inputs().to_vec(),
        data.features(),
        targets,
    )?);
    let network = Mlp::new(data.features(), &[], examples.outputs(), Activation::Tanh)?;
    let objective = Supervised::new(Box::new(network), loss, examples, Threads::one())?;
    Ok(objective)
}

/// So many equal batches of neighbours; examples that are left over are left out.
pub(super) fn batches(examples: usize, count: usize) -> Vec<Vec<usize>> {
    let size = examples / count;
    let batch = |index: usize| (index * size..(index + 1) * size).collect();
    (0..count).map(batch).collect()
}
