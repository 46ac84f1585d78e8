//! B-series: power series in the step size whose terms are named by rooted trees.

use num_bigint::BigInt;
use num_traits::One;

use super::RootedTree;
use crate::flow::Tableau;
use crate::flow::tableau::Rational;

/// The coefficients a(τ) of a B-series B(a, θ) = a(∅) θ + Σ (h^|τ| / σ(τ)) a(τ) F(τ)(θ), exact, for
/// all trees up to an order.
///
/// F(τ) is the elementary differential of τ and σ its symmetry. The empty tree is not stored: a(∅)
/// is 1 for what maps θ to θ (a step, a flow) and 0 for what is a vector field times h.
/// Hairer, Lubich and Wanner, *Geometric Numerical Integration* (2nd ed. 2006), Definition III.1.8.
///
/// ```
/// use thalweg::flow::tableau::{euler, rational};
/// use thalweg::modified::{BSeries, RootedTree};
///
/// // h f̃ = h f − (h²/2) f'f + …: gradient descent follows −g − (h/2) Hg.
/// let modified = BSeries::modified_equation(&euler(), 5);
/// let edge = RootedTree::new(vec![RootedTree::vertex()]);
/// assert_eq!(modified.coefficient(&edge), Some(&rational(-1, 2)));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BSeries {
    /// All trees up to the order, sorted.
    trees: Vec<RootedTree>,
    /// One for each tree.
    coefficients: Vec<Rational>,
}

impl BSeries {
    /// The exact flow over time h: a(τ) = 1/γ(τ) (ibid., III.1.1).
    #[must_use]
    pub fn exact_flow(order: usize) -> Self {
        let trees = RootedTree::up_to(order);
        let inverse = |tree: &RootedTree| Rational::new(One::one(), tree.density().into());
        let coefficients = trees.iter().map(inverse).collect();
        Self {
            trees,
            coefficients,
        }
    }

    /// One step of a Runge–Kutta method: the elementary weights
    /// φ(τ) = Σᵢ bᵢ gᵢ(τ) with gᵢ(\[τ₁, …, τ_k\]) = Πₗ Σⱼ a_ij gⱼ(τₗ) (ibid., III.1.1).
    ///
    /// The method has order p if φ(τ) = 1/γ(τ) for all |τ| ≤ p.
    #[must_use]
    pub fn runge_kutta(tableau: &Tableau, order: usize) -> Self {
        let trees = RootedTree::up_to(order);
        let weighted = |weights: &[Rational], values: &[Rational]| -> Rational {
            let pairs = weights.iter().zip(values);
            pairs.map(|(weight, value)| weight * value).sum()
        };
        // Σⱼ a_ij gⱼ(τ): what a stage sees of a tree that hangs at it.
        let mut hanging: Vec<Vec<Rational>> = Vec::with_capacity(trees.len());
        let mut coefficients = Vec::with_capacity(trees.len());
        for tree in &trees {
            let mut stages = vec![Rational::one(); tableau.stages()];
            for child in tree.children() {
                let seen = &hanging[index_of(&trees, child)];
                for (stage, seen) in stages.iter_mut().zip(seen) {
                    *stage *= seen;
                }
            }
            coefficients.push(weighted(&tableau.weights, &stages));
            let rows = tableau.coefficients.iter();
            hanging.push(rows.map(|row| weighted(row, &stages)).collect());
        }
        Self {
            trees,
            coefficients,
        }
    }

    /// The modified equation of a Runge–Kutta method: the field h f̃ = B(b, θ), b(∅) = 0, whose flow
    /// over time h is formally the method's step.
    #[must_use]
    pub fn modified_equation(tableau: &Tableau, order: usize) -> Self {
        Self::runge_kutta(tableau, order).generator()
    }

    /// b of the field h f̃ = B(b, θ), b(∅) = 0, whose flow over time h is this series, if a(∅) = 1:
    ///
    /// b(τ) = a(τ) − Σ_{j=2}^{|τ|} (1/j!) (∂_b^{j−1} b)(τ) (ibid., Theorem IX.9.2),
    ///
    /// where ∂_b is the Lie derivative along B(b), (∂_b c)(τ) = Σ c(θ) b(δ) over the cuts of an edge
    /// of τ into θ with the root and δ without (ibid., Lemma IX.9.1).
    #[must_use]
    pub fn generator(&self) -> Self {
        // derivatives[j][τ] = (∂_b^j b)(τ), first b itself; the others depend on smaller trees only.
        let mut derivatives: Vec<Vec<Rational>> = vec![Vec::new(); self.order().max(1)];
        for (tree, coefficient) in self.iter() {
            let cuts = self.cuts(tree);
            let mut own = coefficient.clone();
            let mut factorial = BigInt::one();
            for power in 1..derivatives.len() {
                let (field, before) = (&derivatives[0], &derivatives[power - 1]);
                let terms = cuts
                    .iter()
                    .map(|(trunk, branch)| &before[*trunk] * &field[*branch]);
                let along: Rational = terms.sum();
                factorial *= power + 1;
                own -= &along / &factorial;
                derivatives[power].push(along);
            }
            derivatives[0].push(own);
        }
        Self {
            trees: self.trees.clone(),
            coefficients: derivatives.swap_remove(0),
        }
    }

    /// The cuts of a tree by the places of what is left.
    fn cuts(&self, tree: &RootedTree) -> Vec<(usize, usize)> {
        let place = |tree| index_of(&self.trees, tree);
        let cuts = tree.cuts();
        let places = cuts
            .iter()
            .map(|(trunk, branch)| (place(trunk), place(branch)));
        places.collect()
    }

    /// The number of vertices of the largest trees; 0 if there are none.
    #[must_use]
    pub fn order(&self) -> usize {
        self.trees.last().map_or(0, RootedTree::order)
    }

    /// a(τ), if τ is not beyond the order.
    #[must_use]
    pub fn coefficient(&self, tree: &RootedTree) -> Option<&Rational> {
        let index = self.trees.binary_search(tree).ok()?;
        self.coefficients.get(index)
    }

    /// Every tree and its coefficient, small trees first.
    pub fn iter(&self) -> impl Iterator<Item = (&RootedTree, &Rational)> {
        self.trees.iter().zip(&self.coefficients)
    }
}

/// The place of a tree among sorted ones that hold it.
pub(super) fn index_of(trees: &[RootedTree], tree: &RootedTree) -> usize {
    trees
        .binary_search(tree)
        .expect("subtrees of a tree up to an order are up to that order")
}
