//! How much an audit may cost.

use thalweg::Named;
use thalweg::curvature::LanczosOptions;

/// How thoroughly to measure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Budget {
    /// Passes over the data, and λ_max to about a part in ten thousand.
    Cheap,
    /// Also the standard error of λ_max and a curve of robustness of few draws.
    #[default]
    Standard,
    /// λ_max to rounding and as many draws as in published curves.
    Full,
}

impl Named for Budget {
    const NAMES: &'static [(&'static str, Self)] = &[
        ("cheap", Self::Cheap),
        ("standard", Self::Standard),
        ("full", Self::Full),
    ];
}

impl Budget {
    /// How λ_max is sought. Its error is of the order of the square of the tolerance.
    pub(super) fn lanczos(self) -> LanczosOptions {
        let (tolerance, maximum_products) = match self {
            Self::Cheap => (1e-2, 60),
            Self::Standard => (1e-3, 300),
            Self::Full => (1e-6, 1000),
        };
        LanczosOptions {
            tolerance,
            maximum_products,
            ..LanczosOptions::default()
        }
    }

    /// Whether the curvature of parts of the data is measured, for the standard error of λ_max.
    pub(super) fn has_curvature_error(self) -> bool {
        self != Self::Cheap
    }

    /// Draws at each strength of perturbation; `None` is no perturbation at all.
    pub(super) fn draws(self) -> Option<usize> {
        match self {
            Self::Cheap => None,
            Self::Standard => Some(20),
            Self::Full => Some(100),
        }
    }
}
