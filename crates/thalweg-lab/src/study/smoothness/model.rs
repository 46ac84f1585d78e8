//! The networks: an objective in double and in single precision, and where both begin.

use std::path::Path;
use std::sync::Arc;

use thalweg::network::{
    Activation, Distribution, Initialisation, Mlp, Network, Parameters, VarianceScaling,
};
use thalweg::objective::{Examples, Loss, ObjectiveError, Supervised, Targets};
use thalweg::{Element, Threads};
use thalweg_data::{DataSource, Precision, Scaling, Split, load};

use super::Scope;
use crate::study::StudyError;

/// A network over the first digits of `mnist-small`.
pub(super) struct Model {
    pub(super) double: Supervised<f64>,
    pub(super) single: Supervised<f32>,
    parameters: Parameters,
    initialisation: Initialisation,
}

impl Model {
    pub(super) fn new(scope: &Scope, activation: Activation) -> Result<Self, StudyError> {
        // An embedded dataset: no cache is looked into.
        let digits = load(&DataSource::Named("mnist-small".into()), Path::new(""))?;
        let split = digits.train.first(scope.examples)?;
        let network = Mlp::new(
            digits.image_shape.features(),
            &scope.hidden_widths,
            digits.classes,
            activation,
        )?;
        let scaling = match activation {
            Activation::Relu => VarianceScaling::He,
            _ => VarianceScaling::Glorot,
        };
        Ok(Self {
            parameters: network.parameters(),
            double: objective(&network, &split, digits.classes)?,
            single: objective(&network, &split, digits.classes)?,
            initialisation: Initialisation::new(scaling, Distribution::Normal),
        })
    }

    /// The number of parameters.
    pub(super) fn parameter_count(&self) -> usize {
        self.parameters.count()
    }

    /// A random start that single precision represents, so that both precisions begin at one point.
    pub(super) fn start(&self, seed: u64) -> Vec<f32> {
        self.parameters.initialise(self.initialisation, 0.0, seed)
    }
}

fn objective<T: Element + Precision>(
    network: &Mlp,
    split: &Split,
    classes: usize,
) -> Result<Supervised<T>, ObjectiveError> {
    let targets = Targets::Labels {
        labels: split.labels().to_vec(),
        classes,
    };
    let examples = Examples::new(split.inputs(Scaling::Unit), split.features(), targets)?;
    let network = Box::new(network.clone());
    Supervised::new(
        network,
        Loss::CrossEntropy,
        Arc::new(examples),
        Threads::one(),
    )
}
