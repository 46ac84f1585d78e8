//! Where adaptive methods add ε.

use thalweg_cpu::Element;

use crate::Named;

/// Where ε stands in the denominator of a step that is divided by the root of v, an average of
/// squared gradients.
///
/// The two are different methods: for the same ε ≪ 1 the step inside the root is bounded by √ε
/// where the other is bounded by ε.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum EpsilonPlacement {
    /// √(v + ε), for which the modified equations of Adam and RMSProp are known in closed form
    /// (Cattaneo et al. 2024, arXiv 2309.00079).
    #[default]
    InsideRoot,
    /// √v + ε, as most frameworks have it.
    OutsideRoot,
}

impl Named for EpsilonPlacement {
    const NAMES: &'static [(&'static str, Self)] = &[
        ("inside-root", Self::InsideRoot),
        ("outside-root", Self::OutsideRoot),
    ];
}

impl EpsilonPlacement {
    /// The denominator.
    #[inline(always)]
    pub(super) fn denominator<T: Element>(self, v: T, epsilon: T) -> T {
        match self {
            Self::InsideRoot => (v + epsilon).sqrt(),
            Self::OutsideRoot => v.sqrt() + epsilon,
        }
    }
}
