//! Explicit Runge–Kutta methods as tables of exact rationals.

mod classical;
mod dormand_prince_5;
mod pair;
mod verner_8;

use num_bigint::BigInt;
use num_traits::Zero;

pub use classical::{euler, heun, runge_kutta_4};
pub use dormand_prince_5::dormand_prince_5;
pub use pair::{Interpolant, Pair};
pub use verner_8::verner_8;

/// An exact coefficient.
pub type Rational = num_rational::BigRational;

/// The fraction `numerator`/`denominator`.
///
/// # Panics
/// If the denominator is zero.
#[must_use]
pub fn rational(numerator: i64, denominator: i64) -> Rational {
    Rational::new(BigInt::from(numerator), BigInt::from(denominator))
}

/// An explicit Runge–Kutta method for θ' = f(θ):
/// kᵢ = f(θ + h Σ_{j<i} a_ij k_j), θ⁺ = θ + h Σᵢ bᵢ kᵢ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tableau {
    /// The method's name.
    pub name: &'static str,
    /// Its order p: one step is off by O(hᵖ⁺¹).
    pub order: usize,
    /// a_ij: row i has i entries.
    pub coefficients: Vec<Vec<Rational>>,
    /// bᵢ.
    pub weights: Vec<Rational>,
    /// The weights of a second method on the same stages, for error control, if there is one.
    pub embedded: Option<Embedded>,
}

/// The second method of a pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Embedded {
    /// Its order.
    pub order: usize,
    /// Its weights.
    pub weights: Vec<Rational>,
}

impl Tableau {
    /// s, the number of stages.
    #[must_use]
    pub fn stages(&self) -> usize {
        self.weights.len()
    }

    /// cᵢ = Σ_j a_ij, when each stage is.
    #[must_use]
    pub fn nodes(&self) -> Vec<Rational> {
        let sum = |row: &Vec<Rational>| row.iter().fold(Rational::zero(), |sum, a| sum + a);
        self.coefficients.iter().map(sum).collect()
    }
}
