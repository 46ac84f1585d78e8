//! The named tensors of a network and their places in the flat θ.

use std::ops::Range;

use rand::distr::{Distribution as _, Uniform};
use rand_distr::StandardNormal;
use thalweg_cpu::Element;

use super::initialisation::{Distribution, Initialisation, VarianceScaling};
use crate::random::{Purpose, stream};

/// What a tensor is to its network, which decides how it starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The weights of a layer with so many inputs and outputs.
    Weight {
        /// Inputs summed into each output.
        fan_in: usize,
        /// Outputs that each input reaches.
        fan_out: usize,
    },
    /// Added to a layer's outputs.
    Bias,
}

/// One named tensor of a network, stored row by row from `offset` on in θ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name, such as `layers.0.weight`.
    pub name: String,
    /// Its shape; a dense layer's weight is `[outputs, inputs]`.
    pub shape: Vec<usize>,
    /// What it is to the network.
    pub role: Role,
    /// Where it begins in θ.
    pub offset: usize,
}

impl Parameter {
    /// Its elements in θ.
    #[must_use]
    pub fn range(&self) -> Range<usize> {
        self.offset..self.offset + self.shape.iter().product::<usize>()
    }
}

/// All named tensors of a network, in the order of θ. Named tensors are views into θ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameters(Vec<Parameter>);

impl Parameters {
    /// Lays tensors out one after another.
    pub fn new(tensors: impl IntoIterator<Item = (String, Vec<usize>, Role)>) -> Self {
        let mut offset = 0;
        let mut parameters = Vec::new();
        for (name, shape, role) in tensors {
            let parameter = Parameter {
                name,
                shape,
                role,
                offset,
            };
            offset = parameter.range().end;
            parameters.push(parameter);
        }
        Self(parameters)
    }

    /// m, the number of elements of θ.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.last().map_or(0, |last| last.range().end)
    }

    /// The tensors in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Parameter> {
        self.0.iter()
    }

    /// The tensor called `name`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Parameter> {
        self.0.iter().find(|parameter| parameter.name == name)
    }

    /// A random start: weights by `initialisation`, every bias equal to `bias`.
    ///
    /// The same `seed` gives the same numbers, up to rounding, in either precision. For biases of
    /// one's own, write into the ranges of the tensors with [`Role::Bias`].
    #[must_use]
    pub fn initialise<T: Element>(
        &self,
        initialisation: Initialisation,
        bias: f64,
        seed: u64,
    ) -> Vec<T> {
        let mut theta = vec![T::from_f64(bias); self.count()];
        for (index, parameter) in self.0.iter().enumerate() {
            if let Role::Weight { fan_in, fan_out } = parameter.role {
                let deviation = variance(initialisation.scaling, fan_in, fan_out).sqrt();
                let weights = &mut theta[parameter.range()];
                draw(
                    weights,
                    initialisation.distribution,
                    deviation,
                    (seed, index as u64),
                );
            }
        }
        theta
    }
}

impl<'a> IntoIterator for &'a Parameters {
    type Item = &'a Parameter;
    type IntoIter = std::slice::Iter<'a, Parameter>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

fn variance(scaling: VarianceScaling, fan_in: usize, fan_out: usize) -> f64 {
    match scaling {
        VarianceScaling::He => 2.0 / fan_in as f64,
        VarianceScaling::Glorot => 2.0 / (fan_in + fan_out) as f64,
        VarianceScaling::Lecun => 1.0 / fan_in as f64,
    }
}

fn draw<T: Element>(
    weights: &mut [T],
    distribution: Distribution,
    deviation: f64,
    (seed, index): (u64, u64),
) {
    let mut random = stream(seed, Purpose::Initialisation, index);
    let uniform = Uniform::new(-1.0, 1.0).expect("−1 < 1");
    for weight in weights {
        let unit: f64 = match distribution {
            Distribution::Normal => StandardNormal.sample(&mut random),
            // The uniform law on ±√3 has variance 1.
            Distribution::Uniform => 3.0_f64.sqrt() * uniform.sample(&mut random),
        };
        *weight = T::from_f64(deviation * unit);
    }
}
