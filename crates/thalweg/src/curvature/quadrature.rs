//! Gauss quadrature of a spectrum, as seen from one vector.

use thalweg_cpu::Element;

use super::CurvatureError;
use super::basis::{Basis, widen};
use super::operator::Hessian;
use super::symmetric::symmetric_eigen;
use crate::objective::HessianVector;
use crate::vector::{dot, norm_squared};

/// Nodes θᵢ and weights ωᵢ with Σ ωᵢ f(θᵢ) ≈ vᵀf(H)v for ‖v‖ = 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Quadrature {
    /// Ascending.
    pub nodes: Vec<f64>,
    /// Not negative, of sum 1.
    pub weights: Vec<f64>,
}

/// The quadrature from `steps` steps of Lanczos on v = `start`/‖`start`‖: the nodes are the
/// eigenvalues of the tridiagonal matrix of its coefficients, the weights the squared first
/// components of its eigenvectors (Golub and Welsch 1969; Golub and Meurant 2010, chapter 6).
///
/// Exact for polynomials f up to degree 2·`steps` − 1. Ends early, with fewer nodes and then exact
/// for all f, where the Krylov space is invariant under H. All vectors are reorthogonalised against
/// all others: without that copies of converged nodes appear.
pub(super) fn quadrature<T: Element, O: HessianVector<T> + ?Sized>(
    hessian: &mut Hessian<'_, T, O>,
    start: &[T],
    steps: usize,
) -> Result<Quadrature, CurvatureError> {
    let mut basis = Basis::<T>::new();
    let mut product = vec![T::ZERO; hessian.size()];
    let (mut diagonal, mut off_diagonal) = (Vec::new(), Vec::new());
    let mut scale = 0.0_f64;
    let mut next = widen(start);
    while diagonal.len() < steps && basis.extend(next) {
        let Some(vector) = basis.last() else { break };
        scale = scale.max(hessian.apply(vector, &mut product)?);
        diagonal.push(dot(vector, &product));
        next = widen(&product);
        basis.remove_projection(&mut next);
        let norm = norm_squared(&next).sqrt();
        if basis.len() == hessian.size() || norm <= super::NOISE * T::EPSILON.to_f64() * scale {
            break;
        }
        off_diagonal.push(norm);
    }
    golub_welsch(&diagonal, &off_diagonal)
}

/// Nodes and weights of the Jacobi matrix with this diagonal; what is too much beside it is left.
fn golub_welsch(diagonal: &[f64], off_diagonal: &[f64]) -> Result<Quadrature, CurvatureError> {
    let size = diagonal.len();
    let mut entries = vec![0.0; size * size];
    for (index, value) in diagonal.iter().enumerate() {
        entries[index * size + index] = *value;
    }
    for (index, value) in off_diagonal.iter().take(size.saturating_sub(1)).enumerate() {
        entries[index * size + index + 1] = *value;
        entries[(index + 1) * size + index] = *value;
    }
    let eigen = symmetric_eigen(&entries, size)?;
    let weights = eigen.vectors.iter().map(|vector| vector[0].powi(2));
    Ok(Quadrature {
        weights: weights.collect(),
        nodes: eigen.values,
    })
}
