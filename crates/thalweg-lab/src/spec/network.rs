//! `[network]`: the function that is fitted.

use thalweg::Named;
use thalweg::network::{Activation, Distribution, Initialisation, VarianceScaling};

use super::Setting;
use super::diagnostic::Problems;
use super::reader::Reader;
use super::tree::Node;
use super::want::{DEPTH, FINITE, WIDTH, WIDTHS};

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

/// The kinds of network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Mlp,
}

impl Named for Kind {
    const NAMES: &'static [(&'static str, Self)] = &[("mlp", Self::Mlp)];
}

impl NetworkSpec {
    pub(super) fn read(node: Option<&Node>, problems: &mut Problems) -> Option<Self> {
        let mut reader = Reader::new("network", node, problems);
        reader.choice::<Kind>("kind");
        let hidden_widths = read_widths(&mut reader);
        let he_normal = Initialisation::new(VarianceScaling::He, Distribution::Normal);
        let activation = reader.choice("activation").unwrap_or(Activation::Relu);
        let initialisation = reader.choice("initialisation").unwrap_or(he_normal);
        let bias = reader.get("bias", &FINITE).unwrap_or(0.0);
        reader.finish();
        Some(Self {
            hidden_widths: hidden_widths?,
            activation,
            initialisation,
            bias,
        })
    }

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
            ("network.kind", Kind::Mlp.name().into()),
            ("network.hidden_widths", Setting::Wholes(widths.collect())),
            ("network.width", Setting::of(self.width())),
            ("network.depth", self.hidden_widths.len().into()),
            ("network.activation", self.activation.name().into()),
            ("network.initialisation", self.initialisation.name().into()),
            ("network.bias", self.bias.into()),
        ]
    }
}

/// The widths from `hidden_widths`, or from `width` and `depth` together.
fn read_widths(reader: &mut Reader<'_, '_>) -> Option<Vec<usize>> {
    let widths = reader.get("hidden_widths", &WIDTHS);
    let width = reader.get("width", &WIDTH);
    let depth = reader.get("depth", &DEPTH);
    for key in ["width", "depth"] {
        reader.exclusive(key, "hidden_widths");
    }
    match (reader.span_of("width"), reader.span_of("depth")) {
        (None, None) => {
            reader.must_have(
                "hidden_widths",
                "the width of each hidden layer, for example `hidden_widths = [200, 200]`",
            );
            widths
        }
        (Some(_), None) => {
            reader.incomplete("width", "depth");
            None
        }
        (None, Some(_)) => {
            reader.incomplete("depth", "width");
            None
        }
        (Some(_), Some(_)) => Some(vec![width?; depth?]),
    }
}
