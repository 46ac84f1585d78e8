//! Smooth problems in double precision that several studies measure on.

use std::path::Path;
use std::sync::Arc;

use thalweg::Threads;
use thalweg::network::{Activation, Distribution, Initialisation, Mlp, Network, VarianceScaling};
use thalweg::objective::problem::TwoParameterModel;
use thalweg::objective::{Examples, HessianVector, Loss, Supervised, Targets};
use thalweg::optimizer::{Optimizer, State};
use thalweg_data::{DataSource, Scaling, load};

use super::{StudyError, Watch};

/// Steps between two questions whether to go on.
const LOOK_EVERY: usize = 1000;
/// The digits a network sees.
const DIGITS: usize = 64;
/// Pixels of a side of a block whose mean is one input.
const BLOCK: usize = 4;
/// The width of the hidden layer.
const HIDDEN: usize = 8;
/// Where every network starts: weights by Glorot and Bengio's rule, biases 0.
const INITIALISATION: Initialisation =
    Initialisation::new(VarianceScaling::Glorot, Distribution::Normal);

/// A smooth loss and where it is descended from.
pub(super) struct SmoothProblem {
    /// Its name in tables and legends.
    pub name: String,
    /// E with its derivatives.
    pub objective: Box<dyn HessianVector<f64> + Send>,
    /// θ₀.
    pub start: Vec<f64>,
}

impl SmoothProblem {
    /// E(a, b) = (0.6 − ab)²/2 from start I.
    pub(super) fn two_parameters() -> Result<Self, StudyError> {
        Ok(Self {
            name: "two parameters".into(),
            objective: Box::new(TwoParameterModel::PUBLISHED.objective()?),
            start: TwoParameterModel::START_I.to_vec(),
        })
    }

    /// Cross-entropy of a tanh network 49-8-10 over the first 64 digits of `mnist-small`, each input
    /// the mean of 4 × 4 pixels, from a random start.
    pub(super) fn digits(seed: u64) -> Result<Self, StudyError> {
        let (objective, start) = digits_network(seed)?;
        Ok(Self {
            name: format!("digits, seed {seed}"),
            objective: Box::new(objective),
            start,
        })
    }

    /// θ₀, …, θ_n of a method for n = `steps` from `state`, each shown to `visit` with its number.
    pub(super) fn descend(
        &mut self,
        optimizer: &dyn Optimizer<f64>,
        mut state: State<f64>,
        steps: usize,
        watch: &Watch<'_>,
        mut visit: impl FnMut(usize, &[f64]),
    ) -> Result<(), StudyError> {
        visit(0, &state.theta);
        for step in 1..=steps {
            if step.is_multiple_of(LOOK_EVERY) {
                watch.go_on()?;
            }
            let objective = &mut self.objective;
            state = optimizer.step(state, &mut |at, gradient| objective.gradient(at, gradient))?;
            visit(step, &state.theta);
        }
        Ok(())
    }

    /// ∇E(θ₀).
    pub(super) fn start_gradient(&mut self) -> Result<Vec<f64>, StudyError> {
        let mut gradient = vec![0.0; self.start.len()];
        self.objective.gradient(&self.start, &mut gradient)?;
        Ok(gradient)
    }
}

/// The network of [`SmoothProblem::digits`] as a sum over its 64 examples, and its start.
pub(super) fn digits_network(seed: u64) -> Result<(Supervised<f64>, Vec<f64>), StudyError> {
    let examples = pooled_digits()?;
    let network = Mlp::new(
        examples.features(),
        &[HIDDEN],
        examples.outputs(),
        Activation::Tanh,
    )?;
    let start = network.parameters().initialise(INITIALISATION, 0.0, seed);
    let (network, examples) = (Box::new(network), Arc::new(examples));
    let objective = Supervised::new(network, Loss::CrossEntropy, examples, Threads::one())?;
    Ok((objective, start))
}

fn pooled_digits() -> Result<Examples<f64>, StudyError> {
    // The digits are embedded, so that no folder is looked into.
    let source = DataSource::Named("mnist-small".into());
    let dataset = load(&source, Path::new(""))?;
    let first = dataset.train.first(DIGITS)?;
    let shape = first.image_shape();
    let pixels: Vec<f64> = first.inputs(Scaling::Unit);
    let images = pixels.chunks_exact(shape.features());
    let inputs: Vec<f64> = images
        .flat_map(|image| pooled(image, shape.width))
        .collect();
    let targets = Targets::Labels {
        labels: first.labels().to_vec(),
        classes: dataset.classes,
    };
    let features = inputs.len() / DIGITS;
    Ok(Examples::new(inputs, features, targets)?)
}

/// The means of an image's blocks, row by row.
fn pooled(image: &[f64], width: usize) -> Vec<f64> {
    let across = width / BLOCK;
    let mut sums = vec![0.0; across * (image.len() / width / BLOCK)];
    for (index, pixel) in image.iter().enumerate() {
        let (row, column) = (index / width / BLOCK, index % width / BLOCK);
        sums[row * across + column] += pixel / (BLOCK * BLOCK) as f64;
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_is_pooled_by_the_means_of_its_blocks() {
        let image: Vec<f64> = (0..64).map(f64::from).collect();
        // Rows 0 to 3 of 8 columns have the mean 12 more than the first element of the block plus 1.5.
        assert_eq!(pooled(&image, 8), [13.5, 17.5, 45.5, 49.5]);
    }

    #[test]
    fn seeds_start_the_same_network_elsewhere() {
        let [one, other] = [1, 2].map(|seed| SmoothProblem::digits(seed).unwrap());
        assert_eq!(one.start.len(), 49 * 8 + 8 + 8 * 10 + 10);
        assert_ne!(one.start, other.start);
    }
}
