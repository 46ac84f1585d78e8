//! Which parameters belong together.

use std::ops::Range;

use crate::network::{Parameters, Role};

/// The filters of a network, as ranges of θ: each row of a weight, which makes one output of its
/// layer, and each bias vector as a whole. They cover θ without overlap, in order.
///
/// To scale a direction filter by filter takes out the freedom of a network with ReLU to shift
/// scale between layers without changing its function (Li et al. 2018, arXiv 1712.09913,
/// section 4).
///
/// ```
/// use thalweg::network::{Activation, Mlp, Network};
/// use thalweg::robustness::filters;
///
/// let network = Mlp::new(3, &[2], 1, Activation::Relu)?;
/// assert_eq!(filters(&network.parameters()), [0..3, 3..6, 6..8, 8..10, 10..11]);
/// # Ok::<(), thalweg::network::NetworkError>(())
/// ```
#[must_use]
pub fn filters(parameters: &Parameters) -> Vec<Range<usize>> {
    let mut filters = Vec::new();
    for parameter in parameters {
        let all = parameter.range();
        let rows = match parameter.role {
            Role::Weight { .. } => parameter.shape.first().copied().unwrap_or(1).max(1),
            Role::Bias => 1,
        };
        let length = all.len() / rows;
        filters.extend((0..rows).map(|row| {
            let start = all.start + row * length;
            start..start + length
        }));
    }
    filters
}
