//! Multilayer perceptrons.

use thalweg_graph::Var;

use super::parameters::{Parameters, Role};
use super::{Activation, Network, NetworkError};

/// Dense layers with an activation between them: x ↦ W_L σ(… σ(W₁x + b₁) …) + b_L.
///
/// Parameters are `layers.i.weight` `[outputs, inputs]` and `layers.i.bias` `[outputs]`, from the
/// input on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mlp {
    widths: Vec<usize>,
    activation: Activation,
}

impl Mlp {
    /// A network from `inputs` through `hidden_widths` (none is a linear model) to `outputs`.
    ///
    /// # Errors
    /// If any width is 0.
    pub fn new(
        inputs: usize,
        hidden_widths: &[usize],
        outputs: usize,
        activation: Activation,
    ) -> Result<Self, NetworkError> {
        let mut widths = vec![inputs];
        widths.extend_from_slice(hidden_widths);
        widths.push(outputs);
        match widths.iter().position(|width| *width == 0) {
            Some(layer) => Err(NetworkError::ZeroWidth { layer, widths }),
            None => Ok(Self { widths, activation }),
        }
    }

    /// The number of values of each layer, inputs and outputs included.
    #[must_use]
    pub fn widths(&self) -> &[usize] {
        &self.widths
    }

    fn activate<'g>(&self, x: Var<'g>) -> Var<'g> {
        match self.activation {
            Activation::Relu => x.relu(),
            Activation::Tanh => x.tanh(),
            Activation::Gelu => 0.5 * x * (1.0 + (x * std::f64::consts::FRAC_1_SQRT_2).erf()),
            Activation::Softplus => x.softplus(),
            Activation::Sigmoid => x.sigmoid(),
            Activation::Identity => x,
        }
    }
}

impl Network for Mlp {
    fn inputs(&self) -> usize {
        self.widths[0]
    }

    fn outputs(&self) -> usize {
        self.widths[self.widths.len() - 1]
    }

    fn parameters(&self) -> Parameters {
        let layers = self.widths.windows(2).enumerate();
        Parameters::new(layers.flat_map(|(layer, pair)| {
            let (fan_in, fan_out) = (pair[0], pair[1]);
            let weight = Role::Weight { fan_in, fan_out };
            [
                (
                    format!("layers.{layer}.weight"),
                    vec![fan_out, fan_in],
                    weight,
                ),
                (format!("layers.{layer}.bias"), vec![fan_out], Role::Bias),
            ]
        }))
    }

    fn forward<'g>(&self, parameters: &[Var<'g>], inputs: Var<'g>) -> Var<'g> {
        let layers = parameters.chunks_exact(2).enumerate();
        layers.fold(inputs, |x, (layer, pair)| {
            let (weight, bias) = (pair[0], pair[1]);
            let product = x.matrix_product(weight.transposed());
            let sum = product + bias.broadcast(&product.shape(), &[1]);
            let is_last = 2 * (layer + 1) == parameters.len();
            if is_last { sum } else { self.activate(sum) }
        })
    }
}
