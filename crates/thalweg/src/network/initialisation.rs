//! How the weights of a network start.

use crate::Named;

/// The variance of the initial weights of a dense layer with `fan_in` inputs and `fan_out` outputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum VarianceScaling {
    /// 2/fan_in (He et al. 2015, arXiv 1502.01852), made for ReLU.
    He,
    /// 2/(fan_in + fan_out) (Glorot and Bengio 2010).
    Glorot,
    /// 1/fan_in (LeCun et al. 1998).
    Lecun,
}

/// The law from which initial weights are drawn, scaled to the wanted variance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Distribution {
    /// N(0, variance).
    Normal,
    /// Uniform on ±√(3 · variance).
    Uniform,
}

/// Initial weights: a variance and a law. Biases are given separately.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Initialisation {
    /// The variance rule.
    pub scaling: VarianceScaling,
    /// The law.
    pub distribution: Distribution,
}

impl Initialisation {
    /// A rule and a law together.
    #[must_use]
    pub const fn new(scaling: VarianceScaling, distribution: Distribution) -> Self {
        Self {
            scaling,
            distribution,
        }
    }
}

impl Named for Initialisation {
    const NAMES: &'static [(&'static str, Self)] = &[
        (
            "he-normal",
            Self::new(VarianceScaling::He, Distribution::Normal),
        ),
        (
            "he-uniform",
            Self::new(VarianceScaling::He, Distribution::Uniform),
        ),
        (
            "glorot-normal",
            Self::new(VarianceScaling::Glorot, Distribution::Normal),
        ),
        (
            "glorot-uniform",
            Self::new(VarianceScaling::Glorot, Distribution::Uniform),
        ),
        (
            "lecun-normal",
            Self::new(VarianceScaling::Lecun, Distribution::Normal),
        ),
        (
            "lecun-uniform",
            Self::new(VarianceScaling::Lecun, Distribution::Uniform),
        ),
    ];
}
