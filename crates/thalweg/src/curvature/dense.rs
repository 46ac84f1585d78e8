//! The Hessian of a small problem, written down.

use thalweg_cpu::Element;

use super::operator::Hessian;
use super::symmetric::symmetric_eigen;
use super::{CurvatureError, SymmetricEigen};
use crate::objective::HessianVector;

/// The largest m for which [`dense_hessian`] answers: 3.0 GiB, and three times that with its
/// eigenvectors.
pub const MAXIMUM_DENSE_PARAMETERS: usize = 20_000;

/// A Hessian with all its entries.
#[derive(Clone, Debug, PartialEq)]
pub struct DenseHessian {
    size: usize,
    entries: Vec<f64>,
    asymmetry: f64,
}

/// The Hessian of `objective` at `theta`, column by column from Heᵢ, symmetrised: ½(H + Hᵀ).
///
/// Costs m Hessian–vector products and 8m² bytes.
///
/// # Errors
/// If m > [`MAXIMUM_DENSE_PARAMETERS`] (before anything is computed), θ has the wrong length, or a
/// product is not finite.
///
/// ```
/// use thalweg::curvature::dense_hessian;
/// use thalweg::objective::Traced;
///
/// let mut objective = Traced::<f64>::new(2, |theta| {
///     theta.slice(0, 0, 1) * theta.slice(0, 1, 1) // E = ab
/// })?;
/// let hessian = dense_hessian(&mut objective, &[3.0, 4.0])?;
/// assert_eq!(hessian.row(0), [0.0, 1.0]);
/// assert!((hessian.eigen()?.values[0] + 1.0).abs() < 1e-15);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn dense_hessian<T: Element, O: HessianVector<T> + ?Sized>(
    objective: &mut O,
    theta: &[T],
) -> Result<DenseHessian, CurvatureError> {
    let size = objective.parameter_count();
    if size > MAXIMUM_DENSE_PARAMETERS {
        return Err(CurvatureError::TooLarge {
            parameters: size,
            limit: MAXIMUM_DENSE_PARAMETERS,
            gibibytes: (size as f64).powi(2) * 8.0 / 1024_f64.powi(3),
        });
    }
    let mut hessian = Hessian::new(objective, theta)?;
    let mut unit = vec![T::ZERO; size];
    let mut product = vec![T::ZERO; size];
    let mut entries = Vec::with_capacity(size * size);
    for index in 0..size {
        unit[index] = T::ONE;
        hessian.apply(&unit, &mut product)?;
        unit[index] = T::ZERO;
        entries.extend(product.iter().map(|x| x.to_f64()));
    }
    let asymmetry = symmetrise(&mut entries, size);
    Ok(DenseHessian {
        size,
        entries,
        asymmetry,
    })
}

/// A ← ½(A + Aᵀ); returns max |Aᵢⱼ − Aⱼᵢ| of what was there.
fn symmetrise(entries: &mut [f64], size: usize) -> f64 {
    let mut asymmetry = 0.0_f64;
    for row in 0..size {
        for column in 0..row {
            let (below, above) = (row * size + column, column * size + row);
            asymmetry = asymmetry.max((entries[below] - entries[above]).abs());
            let mean = 0.5 * entries[below] + 0.5 * entries[above];
            entries[below] = mean;
            entries[above] = mean;
        }
    }
    asymmetry
}

impl DenseHessian {
    /// m, the number of rows.
    #[must_use]
    pub fn size(&self) -> usize {
        self.size
    }

    /// Row `index` (from 0), which is also that column.
    ///
    /// # Panics
    /// If there is no such row.
    #[must_use]
    pub fn row(&self, index: usize) -> &[f64] {
        &self.entries[index * self.size..][..self.size]
    }

    /// All m² entries, row by row.
    #[must_use]
    pub fn entries(&self) -> &[f64] {
        &self.entries
    }

    /// max |Hᵢⱼ − Hⱼᵢ| before symmetrising: a few roundings of the largest entry if the products
    /// are those of a Hessian.
    #[must_use]
    pub fn asymmetry(&self) -> f64 {
        self.asymmetry
    }

    /// tr H.
    #[must_use]
    pub fn trace(&self) -> f64 {
        (0..self.size).map(|index| self.row(index)[index]).sum()
    }

    /// All eigenvalues, ascending, with eigenvectors. Costs about 10m³ operations and 16m² bytes.
    ///
    /// # Errors
    /// If the QR iteration does not end, of which no case is known.
    pub fn eigen(&self) -> Result<SymmetricEigen, CurvatureError> {
        symmetric_eigen(&self.entries, self.size)
    }
}
