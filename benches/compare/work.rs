//! What is timed.

use std::sync::Arc;

use thalweg::Threads;
use thalweg::network::{Activation, Distribution, Initialisation, Mlp, Network, VarianceScaling};
use thalweg::objective::{Examples, FiniteSum, Gradient, Loss, PerExample, Supervised, Targets};
use thalweg::regularizer::{GradientPenalty, Normalisation, PenaltyDerivative, Scratch};

use crate::Error;

const INPUTS: usize = 784;
const HIDDEN: [usize; 5] = [400; 5];
const CLASSES: usize = 10;

/// The batch sizes.
pub const BATCH_SIZES: [usize; 2] = [512, 32];

/// What a step asks for, named as in `peers.py`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    Gradient,
    ExactPenalty,
    DifferencePenalty,
    ExampleNorms,
}

impl Work {
    pub const ALL: [Self; 4] = [
        Self::Gradient,
        Self::ExactPenalty,
        Self::DifferencePenalty,
        Self::ExampleNorms,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Gradient => "gradient",
            Self::ExactPenalty => "exact-penalty",
            Self::DifferencePenalty => "difference-penalty",
            Self::ExampleNorms => "example-norms",
        }
    }

    /// The multiplications and additions of its matrix products. A layer has three products a
    /// gradient (forward, cotangent, weights), the first one no cotangent; the exact penalty has
    /// three times as many, and the first layer's tangents and cotangents of its inputs fall away.
    pub fn flops(self, batch_size: usize) -> f64 {
        let (first, later) = match self {
            Self::Gradient | Self::ExampleNorms => (2.0, 3.0),
            Self::ExactPenalty => (4.0, 9.0),
            Self::DifferencePenalty => (4.0, 6.0),
        };
        let widths: Vec<usize> = [&[INPUTS], &HIDDEN[..], &[CLASSES]].concat();
        let layer = |pair: &[usize]| 2.0 * (batch_size * pair[0] * pair[1]) as f64;
        let all: Vec<f64> = widths.windows(2).map(layer).collect();
        first * all[0] + later * all[1..].iter().sum::<f64>()
    }
}

/// A network over one batch of fixed data, and where it stands.
pub struct Step {
    objective: Supervised<f32>,
    pub theta: Vec<f32>,
    pub gradient: Vec<f32>,
    scratch: Scratch<f32>,
}

impl Step {
    pub fn new(batch_size: usize, threads: Threads) -> Result<Self, Error> {
        let network = Mlp::new(INPUTS, &HIDDEN, CLASSES, Activation::Relu)?;
        let start = Initialisation::new(VarianceScaling::He, Distribution::Normal);
        let theta = network.parameters().initialise::<f32>(start, 0.0, 0);
        let wave = |index: usize| (index as f32 * 0.37).sin().max(0.0);
        let labels = (0..batch_size as u32).map(|index| index % 10).collect();
        let targets = Targets::Labels {
            labels,
            classes: CLASSES,
        };
        let inputs = (0..batch_size * INPUTS).map(wave).collect();
        let examples = Arc::new(Examples::new(inputs, INPUTS, targets)?);
        let scratch = Scratch::new(threads.clone());
        let network = Box::new(network);
        let objective = Supervised::new(network, Loss::CrossEntropy, examples, threads)?;
        Ok(Self {
            objective,
            gradient: vec![0.0; theta.len()],
            theta,
            scratch,
        })
    }

    /// Does the work once.
    pub fn run(&mut self, work: Work) -> Result<(), Error> {
        let (theta, gradient, objective) = (&self.theta, &mut self.gradient, &mut self.objective);
        match work {
            Work::Gradient => {
                objective.gradient(theta, gradient)?;
            }
            Work::ExampleNorms => {
                objective.example_gradients(theta, gradient, PerExample::SquareNorms)?;
            }
            Work::ExactPenalty | Work::DifferencePenalty => {
                let derivative = match work {
                    Work::ExactPenalty => PenaltyDerivative::Exact,
                    _ => PenaltyDerivative::ForwardDifference,
                };
                let penalty = GradientPenalty {
                    coefficient: 0.01,
                    normalisation: Normalisation::SquaredNorm,
                    derivative,
                    epsilon: None,
                };
                penalty.gradient(objective, theta, gradient, &mut self.scratch)?;
            }
        }
        Ok(())
    }
}

pub fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
