//! The modified loss of a Runge–Kutta method, where there is one.

use std::fmt;

use num_bigint::BigInt;
use num_traits::{ToPrimitive, Zero};

use super::b_series::index_of;
use super::{BSeries, MOST_TERMS, RootedTree, TermsError, elementary_differentials};
use crate::flow::tableau::Rational;
use crate::flow::{SmoothField, Tableau};
use crate::objective::ObjectiveError;
use crate::vector::dot;

/// Whether a cut-off modified field of a gradient flow is a gradient flow itself, and of which loss.
///
/// The field Σ h^{|τ|−1} (b(τ)/σ(τ)) F(τ) of f = −∇E is −∇Ẽ for *every* smooth E exactly if b has
/// the same value on all trees that differ in the root only. For then the terms of one free tree sum
/// up to the gradient of a number, the derivatives of E contracted along its edges. And the Jacobian
/// of F(τ) is a sum of the tree with a second vertex marked, over those vertices, which transposing
/// exchanges with the root: the Jacobian is symmetric only if b does not care which is which, since
/// different marked trees are independent for general E. (The criterion is the one for B-series
/// with a Hamiltonian, Hairer, Lubich and Wanner, *Geometric Numerical Integration*, IX.9.2, without
/// its signs.)
///
/// | method | terms | modified loss |
/// |---|---|---|
/// | any | 1 | E |
/// | Euler (gradient descent) | 2 | E + (h/4)‖∇E‖² |
/// | Euler | 3 and more | none in general |
/// | of order p | up to p | E |
/// | Heun | 3 | none in general |
/// | Runge–Kutta 4 | 5 | none in general |
///
/// *In general*: for some E there is one nevertheless. If E is quadratic every modified field is a
/// gradient, since it is a polynomial of the constant H times ∇E; so it is in one dimension.
///
/// ```
/// use thalweg::flow::tableau::euler;
/// use thalweg::modified::ModifiedLoss;
///
/// assert!(matches!(ModifiedLoss::of(&euler(), 2)?, ModifiedLoss::Exists(_)));
/// let ModifiedLoss::Absent(reason) = ModifiedLoss::of(&euler(), 3)? else { panic!() };
/// assert_eq!(
///     reason.to_string(),
///     "term 3 of the modified field is in general the gradient of no loss: [•,•] has the \
///      coefficient 1/6, but [[•]], the same tree with another root, has 1/3"
/// );
/// # Ok::<(), thalweg::modified::TermsError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum ModifiedLoss {
    /// The field is −∇Ẽ for every E.
    Exists(LossSeries),
    /// For some E it is the gradient of nothing.
    Absent(NoModifiedLoss),
}

/// Ẽ − E = Σ h^{|u|+|v|−1} c(u,v) F(u)·F(v), the modified loss of a method whose weights add up to 1.
///
/// A free tree π of n vertices is cut at one edge into u and v, and c = −b(π)/σ(π). The number
/// F(u)·F(v) is the same for each edge of π.
#[derive(Clone, Debug, PartialEq)]
pub struct LossSeries {
    terms: Vec<LossTerm>,
}

/// One term h^{|u|+|v|−1} c F(u)·F(v) of a modified loss.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LossTerm {
    /// c.
    pub coefficient: Rational,
    /// u and v.
    pub factors: (RootedTree, RootedTree),
}

/// Why there is no modified loss: two trees that differ in the root only, and in their coefficients.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoModifiedLoss {
    /// The trees; their number of vertices is the first term that is no gradient.
    pub trees: [RootedTree; 2],
    /// Their coefficients b(τ).
    pub coefficients: [Rational; 2],
}

impl ModifiedLoss {
    /// For the modified field of `tableau` cut off after so many `terms`, 1 to [`MOST_TERMS`].
    ///
    /// # Errors
    /// If the number of terms is outside that range.
    pub fn of(tableau: &Tableau, terms: usize) -> Result<Self, TermsError> {
        if !(1..=MOST_TERMS).contains(&terms) {
            return Err(TermsError(terms));
        }
        Ok(Self::of_series(&BSeries::modified_equation(tableau, terms)))
    }

    fn of_series(series: &BSeries) -> Self {
        let mut terms = Vec::new();
        for (tree, coefficient) in series.iter() {
            let rootings = tree.rootings();
            for other in &rootings {
                let theirs = series.coefficient(other);
                if let Some(theirs) = theirs.filter(|theirs| *theirs != coefficient) {
                    return Self::Absent(NoModifiedLoss {
                        trees: [tree.clone(), other.clone()],
                        coefficients: [coefficient.clone(), theirs.clone()],
                    });
                }
            }
            // One rooting stands for the free tree.
            if !coefficient.is_zero() && rootings.iter().all(|other| tree <= other) {
                terms.extend(LossTerm::new(tree, coefficient, &rootings));
            }
        }
        Self::Exists(LossSeries { terms })
    }
}

impl LossTerm {
    /// Nothing for the single vertex, which is E itself.
    fn new(tree: &RootedTree, coefficient: &Rational, rootings: &[RootedTree]) -> Option<Self> {
        let larger = |(one, other): &(RootedTree, RootedTree)| one.order().max(other.order());
        let factors = tree.cuts().into_iter().min_by_key(larger)?;
        // Of the automorphisms of the free tree, σ(τ) leave the root where it is.
        let equal = rootings.iter().filter(|other| *other == tree).count();
        let symmetry = BigInt::from(tree.symmetry() * equal);
        Some(Self {
            coefficient: -coefficient / symmetry,
            factors,
        })
    }

    /// The power of h, |u| + |v| − 1.
    #[must_use]
    pub fn power(&self) -> usize {
        self.factors.0.order() + self.factors.1.order() - 1
    }
}

impl LossSeries {
    /// The terms beyond E, in ascending powers of h.
    #[must_use]
    pub fn terms(&self) -> &[LossTerm] {
        &self.terms
    }

    /// Ẽ(θ) − E(θ) for learning rate h, where `flow` is −∇E.
    ///
    /// Costs one derivative of the flow for each different subtree of the terms' factors: for
    /// gradient descent one gradient. Every value is kept until the end.
    ///
    /// # Errors
    /// If θ has not the flow's dimension.
    ///
    /// ```
    /// use thalweg::flow::{GradientFlow, tableau::euler};
    /// use thalweg::modified::ModifiedLoss;
    /// use thalweg::objective::Traced;
    ///
    /// // E = θ²/2 at θ = 3: (h/4)‖∇E‖² = 9h/4.
    /// let objective = Traced::<f64>::new(1, |theta| (theta.power(2.0) * 0.5).sum_all())?;
    /// let mut flow = GradientFlow::new(objective);
    /// let ModifiedLoss::Exists(series) = ModifiedLoss::of(&euler(), 2)? else { panic!() };
    /// assert!((series.correction(&mut flow, &[3.0], 0.1)? - 0.225).abs() < 1e-15);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn correction<F: SmoothField>(
        &self,
        flow: &mut F,
        theta: &[f64],
        learning_rate: f64,
    ) -> Result<f64, ObjectiveError> {
        let factors = self.terms.iter().map(|term| &term.factors);
        let mut trees: Vec<RootedTree> = factors
            .flat_map(|(one, other)| [one.clone(), other.clone()])
            .collect();
        trees.sort_unstable();
        trees.dedup();
        let values = elementary_differentials(flow, &trees, theta)?;
        let value = |tree| values[index_of(&trees, tree)].as_slice();
        let terms = self.terms.iter().map(|term| {
            let (one, other) = &term.factors;
            let coefficient = term.coefficient.to_f64().unwrap_or(f64::NAN);
            learning_rate.powi(term.power() as i32) * coefficient * dot(value(one), value(other))
        });
        Ok(terms.sum())
    }
}

impl fmt::Display for NoModifiedLoss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ([one, other], [first, second]) = (&self.trees, &self.coefficients);
        write!(
            f,
            "term {} of the modified field is in general the gradient of no loss: {one} has the \
             coefficient {first}, but {other}, the same tree with another root, has {second}",
            one.order()
        )
    }
}
