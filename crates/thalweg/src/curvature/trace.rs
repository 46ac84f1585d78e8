//! The trace of the Hessian from random probes.

use thalweg_cpu::Element;

use super::CurvatureError;
use super::basis::{Basis, widen};
use super::direction::{User, rademacher};
use super::error::check_enough;
use super::operator::Hessian;
use super::statistics::Estimate;
use crate::objective::HessianVector;
use crate::vector::dot;

/// An estimate of tr H.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TraceEstimate {
    /// The estimate.
    pub value: f64,
    /// The standard error of the random part, from the scatter of its probes: `None` with fewer
    /// than two of them, 0 where nothing was left to chance.
    pub standard_error: Option<f64>,
    /// The Hessian–vector products made.
    pub products: usize,
}

/// tr H by Hutch++ (Meyer, Musco, Musco and Woodruff 2021, arXiv 2010.09649, algorithm 1) with
/// `products` Hessian–vector products, at least 3.
///
/// With random signs S and orthonormal Q spanning HS,
///
/// tr H ≈ tr QᵀHQ + (1/l) Σ zᵀ(I − QQᵀ)H(I − QQᵀ)z,
///
/// a third of the products each for HS, HQ and the l probes z of random signs. The estimate is
/// unbiased whatever Q is; its error falls like 1/`products` where plain Hutchinson's falls like
/// 1/√`products`, if the eigenvalues decay. `standard_error` is that of the sum over z given Q.
///
/// With `products` ≥ m the trace is summed from the m diagonal entries instead, exactly. A Hessian
/// of rank below `products`/3 is in the span of Q, so that the estimate is exact up to rounding.
///
/// Memory: `products`/3 vectors of length m; where that is too much, see [`hutchinson`].
///
/// # Errors
/// If there are too few products, θ has the wrong length, or a product is not finite.
///
/// ```
/// use thalweg::curvature::hutch_plus_plus;
/// use thalweg::objective::Traced;
///
/// let mut objective = Traced::<f64>::new(200, |theta| theta.power(4.0).sum_all())?;
/// let theta: Vec<f64> = (0..200).map(|index| 0.8_f64.powi(index)).collect();
/// let exact: f64 = theta.iter().map(|x| 12.0 * x * x).sum();
/// let trace = hutch_plus_plus(&mut objective, &theta, 60, 1)?;
/// assert!((trace.value - exact).abs() < 1e-3 * exact);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn hutch_plus_plus<T: Element, O: HessianVector<T> + ?Sized>(
    objective: &mut O,
    theta: &[T],
    products: usize,
    seed: u64,
) -> Result<TraceEstimate, CurvatureError> {
    let mut hessian = Hessian::new(objective, theta)?;
    if products >= hessian.size() {
        return exact(&mut hessian);
    }
    check_enough("Hessian-vector products", products, 3)?;
    let sketch = sketch(&mut hessian, products / 3, seed)?;
    let mut product = vec![T::ZERO; hessian.size()];
    let mut captured = 0.0;
    for vector in sketch.vectors() {
        hessian.apply(vector, &mut product)?;
        captured += dot(vector, &product);
    }
    let probes = products - hessian.products();
    let rest = probe(&mut hessian, &sketch, probes, seed)?;
    Ok(TraceEstimate {
        value: captured + rest.value,
        standard_error: rest.standard_error,
        products: hessian.products(),
    })
}

/// tr H by plain probing (Hutchinson 1990): the mean of zᵀHz over `products` vectors z of random
/// signs.
///
/// Unbiased with variance 2(‖H‖²_F − Σ Hᵢᵢ²)/`products`. Needs memory for three vectors only. With
/// `products` ≥ m the trace is summed from the diagonal, exactly.
///
/// # Errors
/// If there are no products, θ has the wrong length, or a product is not finite.
pub fn hutchinson<T: Element, O: HessianVector<T> + ?Sized>(
    objective: &mut O,
    theta: &[T],
    products: usize,
    seed: u64,
) -> Result<TraceEstimate, CurvatureError> {
    let mut hessian = Hessian::new(objective, theta)?;
    if products >= hessian.size() {
        return exact(&mut hessian);
    }
    check_enough("Hessian-vector products", products, 1)?;
    let estimate = probe(&mut hessian, &Basis::new(), products, seed)?;
    Ok(TraceEstimate {
        value: estimate.value,
        standard_error: estimate.standard_error,
        products,
    })
}

/// Σ eᵢᵀHeᵢ.
fn exact<T: Element, O: HessianVector<T> + ?Sized>(
    hessian: &mut Hessian<'_, T, O>,
) -> Result<TraceEstimate, CurvatureError> {
    let mut unit = vec![T::ZERO; hessian.size()];
    let mut product = unit.clone();
    let mut value = 0.0;
    for index in 0..hessian.size() {
        unit[index] = T::ONE;
        hessian.apply(&unit, &mut product)?;
        unit[index] = T::ZERO;
        value += product[index].to_f64();
    }
    Ok(TraceEstimate {
        value,
        standard_error: Some(0.0),
        products: hessian.products(),
    })
}

/// An orthonormal basis of HS for `count` vectors of random signs.
fn sketch<T: Element, O: HessianVector<T> + ?Sized>(
    hessian: &mut Hessian<'_, T, O>,
    count: usize,
    seed: u64,
) -> Result<Basis<T>, CurvatureError> {
    let mut basis = Basis::new();
    let mut product = vec![T::ZERO; hessian.size()];
    let mut scale = 0.0_f64;
    for number in 0..count {
        let signs = rademacher::<T>(hessian.size(), seed, User::Sketch, number as u64);
        scale = scale.max(hessian.apply(&signs, &mut product)?);
        let mut column = widen(&product);
        basis.remove_projection(&mut column);
        if dot(&column, &column).sqrt() > super::NOISE * T::EPSILON.to_f64() * scale {
            basis.extend(column);
        }
    }
    Ok(basis)
}

/// The mean of zᵀHz over random signs z with their part in `sketch` removed.
fn probe<T: Element, O: HessianVector<T> + ?Sized>(
    hessian: &mut Hessian<'_, T, O>,
    sketch: &Basis<T>,
    count: usize,
    seed: u64,
) -> Result<Estimate, CurvatureError> {
    let mut product = vec![T::ZERO; hessian.size()];
    let mut samples = Vec::with_capacity(count);
    for number in 0..count {
        let signs = rademacher::<T>(hessian.size(), seed, User::Trace, number as u64);
        let mut rest = widen(&signs);
        sketch.remove_projection(&mut rest);
        let rest: Vec<T> = rest.iter().map(|x| T::from_f64(*x)).collect();
        hessian.apply(&rest, &mut product)?;
        samples.push(dot(&rest, &product));
    }
    Ok(Estimate::of_mean(&samples))
}
