//! Curvature as it is measured along a path.

use thalweg_cpu::Element;

use crate::curvature::{CurvatureError, LanczosOptions, hutch_plus_plus, largest_eigenpairs};
use crate::objective::{HessianVector, ObjectiveError};

/// λ is off by about the square of this, relatively: a millionth.
const TOLERANCE: f64 = 1e-3;
/// Where these do not suffice the eigenvalue counts as unknown.
const MOST_PRODUCTS: usize = 300;
/// Products for a trace: its error is a few per cent of the spread of the spectrum.
const TRACE_PRODUCTS: usize = 60;
/// The same directions at every step and in every trial, so that a resumed trial measures the same.
const SEED: u64 = 0;

/// λ_max at `theta`, or `None` where it is not finite or not found. Some 20 to 100 products Hv: each
/// measurement starts afresh, so that it depends on `theta` alone.
pub(super) fn sharpness<T: Element, O: HessianVector<T>>(
    objective: &mut O,
    theta: &[T],
) -> Result<Option<f64>, ObjectiveError> {
    let options = LanczosOptions {
        tolerance: TOLERANCE,
        maximum_products: MOST_PRODUCTS,
        seed: SEED,
        ..LanczosOptions::default()
    };
    let pairs = finite(largest_eigenpairs(objective, theta, 1, &[], &options))?;
    Ok(pairs
        .filter(|pairs| pairs.all_converged())
        .map(|pairs| pairs.values[0]))
}

/// tr ∇²E at `theta` by Hutch++, or `None` where it is not finite. 60 products Hv.
pub(super) fn trace<T: Element, O: HessianVector<T>>(
    objective: &mut O,
    theta: &[T],
) -> Result<Option<f64>, ObjectiveError> {
    let trace = finite(hutch_plus_plus(objective, theta, TRACE_PRODUCTS, SEED))?;
    Ok(trace.map(|trace| trace.value))
}

/// The answer, unless something in it overflows: then there is none.
fn finite<A>(answer: Result<A, CurvatureError>) -> Result<Option<A>, ObjectiveError> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(CurvatureError::Objective(error)) => Err(error),
        // Options are right and there are parameters: what remains is a path that has diverged.
        Err(_) => Ok(None),
    }
}
