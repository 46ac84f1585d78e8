//! Elementary differentials: what a rooted tree means for a field.

use super::RootedTree;
use super::b_series::index_of;
use crate::flow::SmoothField;
use crate::objective::ObjectiveError;

/// F(τ)(θ) for each of `trees`: F(•) = f and F(\[τ₁, …, τ_k\]) = f⁽ᵏ⁾\[F(τ₁), …, F(τ_k)\].
///
/// Subtrees that trees share are evaluated once. Each different subtree with k children costs one
/// derivative of f along k directions, the single vertex one value; every value is kept until the
/// end. To *sum* many of them use [`super::ModifiedField`], which keeps few.
/// Hairer, Lubich and Wanner, *Geometric Numerical Integration* (2nd ed. 2006), Definition III.1.2.
///
/// # Errors
/// If θ has not the field's dimension.
///
/// ```
/// use thalweg::flow::{Field, GradientFlow};
/// use thalweg::modified::{RootedTree, elementary_differentials};
/// use thalweg::objective::Traced;
///
/// // E = θ³/3, so f = −θ², f' = −2θ, f'' = −2.
/// let objective = Traced::<f64>::new(1, |theta| (theta.power(3.0) / 3.0).sum_all())?;
/// let mut flow = GradientFlow::new(objective);
/// let values = elementary_differentials(&mut flow, &RootedTree::up_to(3), &[3.0])?;
/// // f, f'f, f''(f, f), f'f'f.
/// assert_eq!(values, [[-9.0], [54.0], [-162.0], [-324.0]]);
/// let work = flow.work();
/// assert_eq!((work.gradients, work.hessian_vectors, work.higher_derivatives), (1, 2, 1));
/// # Ok::<(), thalweg::objective::ObjectiveError>(())
/// ```
pub fn elementary_differentials<F: SmoothField>(
    field: &mut F,
    trees: &[RootedTree],
    theta: &[f64],
) -> Result<Vec<Vec<f64>>, ObjectiveError> {
    let needed = with_subtrees(trees);
    let mut values: Vec<Vec<f64>> = Vec::with_capacity(needed.len());
    for tree in &needed {
        let mut value = vec![0.0; field.dimension()];
        let children = tree.children().iter();
        let directions: Vec<&[f64]> = children
            .map(|child| values[index_of(&needed, child)].as_slice())
            .collect();
        differential(field, theta, &directions, &mut value)?;
        values.push(value);
    }
    let wanted = trees.iter().map(|tree| index_of(&needed, tree));
    Ok(wanted.map(|index| values[index].clone()).collect())
}

/// f for no directions, its derivative along them else.
pub(super) fn differential<F: SmoothField>(
    field: &mut F,
    theta: &[f64],
    directions: &[&[f64]],
    value: &mut [f64],
) -> Result<(), ObjectiveError> {
    match directions {
        [] => field.velocity(theta, value),
        _ => field.derivative(theta, directions, value),
    }
}

/// These trees and all their subtrees, sorted, each once.
pub(super) fn with_subtrees(trees: &[RootedTree]) -> Vec<RootedTree> {
    let mut open: Vec<&RootedTree> = trees.iter().collect();
    let mut all = std::collections::BTreeSet::new();
    while let Some(tree) = open.pop() {
        if all.insert(tree) {
            open.extend(tree.children());
        }
    }
    all.into_iter().cloned().collect()
}
