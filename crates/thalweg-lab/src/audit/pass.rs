//! The parts of an audit and what they cost.

use thalweg::Named;

/// A part of an audit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pass {
    /// The gradients of all training examples.
    Examples,
    /// The same at a θ that differs by rounding.
    Rounding,
    /// The gradients of groups of them, for standard errors.
    Groups,
    /// The minibatches of an epoch.
    Minibatches,
    /// λ_max.
    Curvature,
    /// The curvature of groups of examples, for its standard error.
    CurvatureOfGroups,
    /// The gradient in single precision.
    SinglePrecision,
    /// The test examples.
    Test,
    /// Noise in θ.
    Perturbation,
    /// Nothing: it follows from settings and from what else was measured.
    Nothing,
}

impl Named for Pass {
    const NAMES: &'static [(&'static str, Self)] = &[
        ("examples", Self::Examples),
        ("rounding", Self::Rounding),
        ("groups", Self::Groups),
        ("minibatches", Self::Minibatches),
        ("curvature", Self::Curvature),
        ("curvature_of_groups", Self::CurvatureOfGroups),
        ("single_precision", Self::SinglePrecision),
        ("test", Self::Test),
        ("perturbation", Self::Perturbation),
        ("nothing", Self::Nothing),
    ];
}

impl Pass {
    /// What is done, in a few words.
    #[must_use]
    pub fn doing(self) -> &'static str {
        match self {
            Self::Examples => "gradients of all training examples",
            Self::Rounding => "the same again beside θ, for rounding",
            Self::Groups => "gradients of groups of examples, for standard errors",
            Self::Minibatches => "gradients of the minibatches of an epoch",
            Self::Curvature => "λ_max by the Lanczos method",
            Self::CurvatureOfGroups => "curvature of groups of examples, for its standard error",
            Self::SinglePrecision => "the gradient in float32",
            Self::Test => "the test examples",
            Self::Perturbation => "noise in the parameters",
            Self::Nothing => "nothing",
        }
    }
}

/// What a part has cost.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cost {
    /// Which part.
    pub pass: Pass,
    /// Wall-clock seconds, compilation included.
    pub seconds: f64,
    /// Its work in gradients of the full training loss: a loss counts as a third of one, a
    /// Hessian–vector product as three.
    pub gradients: f64,
}

/// A loss without its gradient, in gradients.
pub(super) const OF_LOSS: f64 = 1.0 / 3.0;
/// A Hessian–vector product, in gradients.
pub(super) const OF_PRODUCT: f64 = 3.0;
