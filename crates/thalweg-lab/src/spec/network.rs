//! `[network]`: the function that is fitted.

use thalweg::Named;
use thalweg::network::{Activation, Initialisation};

use super::Setting;

/// A multilayer perceptron; its inputs and outputs follow from the data.
#[derive(Clone, Debug, PartialEq)]
pub struct NetworkSpec {
    /// The widths of the hidden layers from the input on, each at least 1; none for a linear model.
    pub hidden_widths: Vec<usize>,
    /// What follows each hidden layer.
    pub activation: Activation,
    /// The law of the initial weights.
    pub initialisation: Initialisation,
    /// The initial value of every bias.
    pub bias: f64,
}

impl NetworkSpec {
    /// The width that all hidden layers share, or `None`.
    #[must_use]
    pub fn width(&self) -> Option<usize> {
        let first = *self.hidden_widths.first()?;
        self.hidden_widths
            .iter()
            .all(|width| *width == first)
            .then_some(first)
    }

    /// The entries of `[network]` in the order of files and summaries.
    pub(super) fn settings(&self) -> Vec<(&'static str, Setting)> {
        let widths = self.hidden_widths.iter().map(|width| *width as u64);
        vec![
            ("network.kind", "mlp".into()),
            ("network.hidden_widths", Setting::Wholes(widths.collect())),
            ("network.width", Setting::of(self.width())),
            ("network.depth", self.hidden_widths.len().into()),
            ("network.activation", self.activation.name().into()),
            ("network.initialisation", self.initialisation.name().into()),
            ("network.bias", self.bias.into()),
        ]
    }
}
