//! Networks: functions of an input with named parameters.

mod activation;
mod initialisation;
mod mlp;
mod parameters;

use thalweg_graph::Var;

pub use activation::Activation;
pub use initialisation::{Distribution, Initialisation, VarianceScaling};
pub use mlp::Mlp;
pub use parameters::{Parameter, Parameters, Role};

/// A function of inputs and parameters that can be traced.
pub trait Network {
    /// The number of features of one input.
    fn inputs(&self) -> usize;

    /// The number of values of one output.
    fn outputs(&self) -> usize;

    /// The named tensors, in the order of θ.
    fn parameters(&self) -> Parameters;

    /// Traces the outputs `[n, outputs]` of `inputs` `[n, inputs]`, with one handle for each of
    /// [`Self::parameters`].
    fn forward<'g>(&self, parameters: &[Var<'g>], inputs: Var<'g>) -> Var<'g>;
}

/// Why a network cannot be built.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NetworkError {
    /// A layer without values.
    #[error("layer {layer} of widths {widths:?} has width 0; every layer needs at least 1")]
    ZeroWidth {
        /// Which one, the inputs being 0.
        layer: usize,
        /// All widths.
        widths: Vec<usize>,
    },
}
