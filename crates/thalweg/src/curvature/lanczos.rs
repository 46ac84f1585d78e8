//! Eigenvalues at the ends of the spectrum.

use thalweg_cpu::Element;

use super::CurvatureError;
use super::error::{check_enough, check_positive};
use super::operator::{Hessian, check_length};
use super::ritz::Wanted;
use super::thick_restart::{Found, ThickRestart};
use crate::objective::HessianVector;

/// How eigenvalues are sought.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LanczosOptions {
    /// τ > 0: a pair has converged when ‖Hv − λv‖ ≤ τ max|ρ| over all Ritz values ρ. The error of λ
    /// is of the order of τ². Single precision reaches about 10⁻⁶.
    pub tolerance: f64,
    /// The most Hessian–vector products to make, at least 2k: k to have k vectors and k for the
    /// residuals at the end.
    pub maximum_products: usize,
    /// b, the most basis vectors in memory; 2k + 20 if not given. Raised to k + 2 and lowered to m.
    pub basis: Option<usize>,
    /// After convergence, so many products are spent on a fresh random direction orthogonal to what
    /// was found, to see what the start could not: further copies of a repeated eigenvalue, and
    /// eigenvectors orthogonal to a start that was given. If anything turns up, it is pursued and
    /// followed by another search. Not done from a random start for one eigenvalue an end, which
    /// misses nothing. It is a look and no proof: what is missing among eigenvalues that lie close
    /// together takes more products to see. 0 does without.
    pub search: usize,
    /// Of the random directions.
    pub seed: u64,
}

impl Default for LanczosOptions {
    /// τ = 10⁻⁴, at most 1000 products, b = 2k + 20, a search of 10 products, seed 0.
    fn default() -> Self {
        Self {
            tolerance: 1e-4,
            maximum_products: 1000,
            basis: None,
            search: 10,
            seed: 0,
        }
    }
}

/// Eigenvalues with their eigenvectors, and how well they are known.
#[derive(Clone, Debug, PartialEq)]
pub struct Eigenpairs<T> {
    /// λ: descending if the largest were asked for, ascending if the smallest.
    pub values: Vec<f64>,
    /// v with ‖v‖ = 1 for each, of length m.
    pub vectors: Vec<Vec<T>>,
    /// ‖Hv − λv‖ for each, from a product made for the purpose. Within it of λ lies an eigenvalue.
    pub residuals: Vec<f64>,
    /// Whether each residual is within the tolerance.
    pub converged: Vec<bool>,
    /// The Hessian–vector products made.
    pub products: usize,
}

impl<T> Eigenpairs<T> {
    /// Whether all pairs have converged.
    #[must_use]
    pub fn all_converged(&self) -> bool {
        self.converged.iter().all(|converged| *converged)
    }
}

/// One eigenvalue with its eigenvector.
#[derive(Clone, Debug, PartialEq)]
pub struct Eigenpair<T> {
    /// λ.
    pub value: f64,
    /// v with ‖v‖ = 1.
    pub vector: Vec<T>,
    /// ‖Hv − λv‖.
    pub residual: f64,
    /// Whether the residual is within the tolerance.
    pub converged: bool,
}

/// Both ends of a spectrum.
#[derive(Clone, Debug, PartialEq)]
pub struct Extremes<T> {
    /// λ_max, the algebraically largest: the sharpness.
    pub largest: Eigenpair<T>,
    /// λ_min, the algebraically smallest: negative at a saddle.
    pub smallest: Eigenpair<T>,
    /// The Hessian–vector products made.
    pub products: usize,
}

/// The `count` algebraically largest eigenvalues of the Hessian at θ, descending.
///
/// Largest means nearest +∞: of the eigenvalues −9 and 2 the largest is 2.
///
/// The method is Lanczos with full reorthogonalisation and thick restarts (Wu and Simon 2000, SIAM
/// J. Matrix Anal. Appl. 22, 602): when the basis V is full it is replaced by its best Ritz vectors
/// VY and grows on from the same residual. Inner products are in double precision. `start` holds
/// vectors thought near the wanted eigenvectors, as [`Eigenpairs::vectors`] of a nearby θ, whose
/// normalised sum is started from; empty for a random start.
///
/// Costs Hessian–vector products, counted in the answer, k of them for the residuals, and 12bm
/// operations beside each; memory for b vectors of the element type and two in double precision.
/// What has not converged when the products are used up is returned with its flag false.
///
/// # Errors
/// If `count` is 0 or above m, an option is out of range, a start vector is zero, not finite or of
/// another length, or a product is not finite.
///
/// ```
/// use thalweg::curvature::{LanczosOptions, largest_eigenpairs};
/// use thalweg::objective::Traced;
///
/// let mut objective = Traced::<f64>::new(50, |theta| theta.power(4.0).sum_all())?;
/// let theta: Vec<f64> = (0..50).map(|index| 0.9_f64.powi(index)).collect();
/// let pairs = largest_eigenpairs(&mut objective, &theta, 2, &[], &LanczosOptions::default())?;
/// assert!(pairs.all_converged());
/// assert!((pairs.values[0] - 12.0).abs() < 1e-6 && (pairs.values[1] - 9.72).abs() < 1e-6);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn largest_eigenpairs<T: Element, O: HessianVector<T> + ?Sized>(
    objective: &mut O,
    theta: &[T],
    count: usize,
    start: &[Vec<T>],
    options: &LanczosOptions,
) -> Result<Eigenpairs<T>, CurvatureError> {
    let wanted = Wanted {
        largest: count,
        smallest: 0,
    };
    let (pairs, products) = seek(objective, theta, wanted, start, options)?;
    Ok(together(pairs, products))
}

/// The `count` algebraically smallest eigenvalues of the Hessian at θ, ascending. Else as
/// [`largest_eigenpairs`].
///
/// # Errors
/// As there.
pub fn smallest_eigenpairs<T: Element, O: HessianVector<T> + ?Sized>(
    objective: &mut O,
    theta: &[T],
    count: usize,
    start: &[Vec<T>],
    options: &LanczosOptions,
) -> Result<Eigenpairs<T>, CurvatureError> {
    let wanted = Wanted {
        largest: 0,
        smallest: count,
    };
    let (pairs, products) = seek(objective, theta, wanted, start, options)?;
    Ok(together(pairs, products))
}

/// λ_max and λ_min of the Hessian at θ from one basis, with k = 2. Else as [`largest_eigenpairs`].
///
/// # Errors
/// As there.
pub fn extreme_eigenpairs<T: Element, O: HessianVector<T> + ?Sized>(
    objective: &mut O,
    theta: &[T],
    start: &[Vec<T>],
    options: &LanczosOptions,
) -> Result<Extremes<T>, CurvatureError> {
    // The one eigenvalue of one parameter is both ends.
    let wanted = Wanted {
        largest: 1,
        smallest: usize::from(objective.parameter_count() != 1),
    };
    let (mut pairs, products) = seek(objective, theta, wanted, start, options)?;
    let smallest = pairs.pop().ok_or(CurvatureError::NoEigenvalues)?;
    Ok(Extremes {
        largest: pairs.pop().unwrap_or_else(|| smallest.clone()),
        smallest,
        products,
    })
}

/// Checks the question and answers it.
fn seek<T: Element, O: HessianVector<T> + ?Sized>(
    objective: &mut O,
    theta: &[T],
    wanted: Wanted,
    start: &[Vec<T>],
    options: &LanczosOptions,
) -> Result<Found<T>, CurvatureError> {
    let hessian = Hessian::new(objective, theta)?;
    if wanted.count() == 0 {
        return Err(CurvatureError::NoEigenvalues);
    }
    if wanted.count() > hessian.size() {
        return Err(CurvatureError::TooManyEigenvalues {
            wanted: wanted.count(),
            parameters: hessian.size(),
        });
    }
    check_positive("tolerance", options.tolerance)?;
    let needed = 2 * wanted.count();
    check_enough("Hessian-vector products", options.maximum_products, needed)?;
    for vector in start {
        check_length("start", hessian.size(), vector.len())?;
    }
    ThickRestart::new(hessian, wanted, *options).run(start)
}

fn together<T>(pairs: Vec<Eigenpair<T>>, products: usize) -> Eigenpairs<T> {
    let mut eigenpairs = Eigenpairs {
        values: Vec::new(),
        vectors: Vec::new(),
        residuals: Vec::new(),
        converged: Vec::new(),
        products,
    };
    for pair in pairs {
        eigenpairs.values.push(pair.value);
        eigenpairs.vectors.push(pair.vector);
        eigenpairs.residuals.push(pair.residual);
        eigenpairs.converged.push(pair.converged);
    }
    eigenpairs
}
