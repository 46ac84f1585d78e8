//! The network, its data and its starts.

use std::path::Path;
use std::sync::Arc;

use thalweg::flow::Outcome;
use thalweg::network::{Activation, Distribution, Initialisation, Mlp, VarianceScaling};
use thalweg::objective::{Examples, Gradient, Loss, Supervised, Targets};
use thalweg::verification::{Descent, Pair, VerificationError};
use thalweg::{Element, Threads};
use thalweg_data::{DataSource, Scaling, Split, load};

use crate::study::StudyError;

/// Every so-manieth training digit is taken: 100 of them.
const STRIDE: usize = 50;
/// Digits are averaged over blocks of so many pixels a side: 7 × 7 inputs.
const BLOCK: usize = 4;
const SIDE: usize = 28;
/// 888 parameters with 49 inputs and 10 outputs.
const HIDDEN: [usize; 2] = [12, 12];

/// Averaged digits, row by row, and their labels.
pub(super) struct Digits {
    inputs: Vec<f64>,
    labels: Vec<u32>,
    classes: usize,
}

pub(super) fn digits() -> Result<Digits, StudyError> {
    // The dataset is embedded: no folder is looked at.
    let dataset = load(&DataSource::Named("mnist-small".into()), Path::new(""))?;
    let labels = dataset.train.labels().iter().step_by(STRIDE).copied();
    Ok(Digits {
        inputs: averaged(&dataset.train),
        labels: labels.collect(),
        classes: dataset.classes,
    })
}

fn averaged(split: &Split) -> Vec<f64> {
    let pixels: Vec<f64> = split.inputs(Scaling::Unit);
    let images = pixels.chunks_exact(SIDE * SIDE).step_by(STRIDE);
    images.flat_map(blocks).collect()
}

fn blocks(image: &[f64]) -> Vec<f64> {
    let blocks = SIDE / BLOCK;
    let mut means = vec![0.0; blocks * blocks];
    for (index, pixel) in image.iter().enumerate() {
        let (row, column) = (index / SIDE / BLOCK, index % SIDE / BLOCK);
        means[row * blocks + column] += pixel / (BLOCK * BLOCK) as f64;
    }
    means
}

/// Mean cross-entropy over the digits.
pub(super) fn network<T: Element>(
    activation: Activation,
    digits: Digits,
) -> Result<Supervised<T>, StudyError> {
    let features = (SIDE / BLOCK).pow(2);
    let network = Mlp::new(features, &HIDDEN, digits.classes, activation)?;
    let targets = Targets::Labels {
        labels: digits.labels,
        classes: digits.classes,
    };
    let inputs = digits.inputs.into_iter().map(T::from_f64).collect();
    let examples = Arc::new(Examples::new(inputs, features, targets)?);
    let threads = Threads::one();
    Ok(Supervised::new(
        Box::new(network),
        Loss::CrossEntropy,
        examples,
        threads,
    )?)
}

/// Random weights and small biases, all exact in single precision.
pub(super) fn start(objective: &Supervised<f64>, seed: u64) -> Vec<f64> {
    const BIAS: f64 = 0.0625;
    let law = Initialisation::new(VarianceScaling::Glorot, Distribution::Uniform);
    let theta: Vec<f64> = objective.parameters().initialise(law, BIAS, seed);
    theta.into_iter().map(|x| f64::from(x as f32)).collect()
}

/// A step of gradient descent in single precision, and the flow of a pair in double precision.
pub(super) struct SinglePrecision<'a> {
    objective: Supervised<f32>,
    start: Vec<f32>,
    pair: Descent<'a>,
}

impl<'a> SinglePrecision<'a> {
    pub(super) fn new(objective: Supervised<f32>, start: &[f64], pair: Descent<'a>) -> Self {
        let start = start.iter().map(|x| *x as f32).collect();
        Self {
            objective,
            start,
            pair,
        }
    }
}

impl Pair for SinglePrecision<'_> {
    fn iterate(&mut self, learning_rate: f64, steps: u64) -> Result<Vec<f64>, VerificationError> {
        let mut theta = self.start.clone();
        let mut gradient = vec![0.0; theta.len()];
        for _ in 0..steps {
            self.objective.gradient(&theta, &mut gradient)?;
            thalweg::vector::add_scaled(&mut theta, -learning_rate, &gradient);
        }
        Ok(theta.into_iter().map(f64::from).collect())
    }

    fn flow(
        &mut self,
        learning_rate: f64,
        time: f64,
    ) -> Result<(Vec<f64>, Outcome), VerificationError> {
        self.pair.flow(learning_rate, time)
    }
}
