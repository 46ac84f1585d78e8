//! Explicit gradient regularisation: the hidden term of gradient descent, added on purpose.

use crate::Named;

/// Which multiple of ‖∇E‖² is added to E.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Normalisation {
    /// E + μ‖∇E‖²: gradient ∇E + 2μ H∇E; equal in strength to implicit regularisation at
    /// μ = h/4 (Barrett and Dherin 2021, eq. 8).
    SquaredNorm,
    /// E + μ R_IG with R_IG = ‖∇E‖²/m: gradient ∇E + (2μ/m) H∇E (ibid., eq. A.31).
    RIg,
}

impl Named for Normalisation {
    const NAMES: &'static [(&'static str, Self)] =
        &[("squared-norm", Self::SquaredNorm), ("r-ig", Self::RIg)];
}

/// How H∇E in the gradient of the penalty is computed.
///
/// With displacement ε along the gradient g (Karakida et al. 2023, arXiv 2210.02720):
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PenaltyDerivative {
    /// The exact Hessian–vector product Hg.
    Exact,
    /// [∇E(θ + εg) − g]/ε, error O(ε).
    ForwardDifference,
    /// [g − ∇E(θ − εg)]/ε, error O(ε).
    BackwardDifference,
    /// [∇E(θ + εg) − ∇E(θ − εg)]/(2ε), error O(ε²).
    CentralDifference,
}

impl Named for PenaltyDerivative {
    const NAMES: &'static [(&'static str, Self)] = &[
        ("exact", Self::Exact),
        ("forward-difference", Self::ForwardDifference),
        ("backward-difference", Self::BackwardDifference),
        ("central-difference", Self::CentralDifference),
    ];
}
