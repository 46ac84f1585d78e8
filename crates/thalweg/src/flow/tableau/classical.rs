//! The methods that optimizers are made of.
//!
//! Hairer, Nørsett and Wanner, *Solving Ordinary Differential Equations I*, II.1.

use super::{Rational, Tableau, rational};

/// Euler's method: gradient descent, as a method for the gradient flow. Order 1.
#[must_use]
pub fn euler() -> Tableau {
    Tableau {
        name: "Euler",
        order: 1,
        coefficients: vec![vec![]],
        weights: fractions(&[(1, 1)]),
        embedded: None,
    }
}

/// Heun's method, the explicit trapezoidal rule. Order 2.
#[must_use]
pub fn heun() -> Tableau {
    Tableau {
        name: "Heun",
        order: 2,
        coefficients: vec![vec![], fractions(&[(1, 1)])],
        weights: fractions(&[(1, 2), (1, 2)]),
        embedded: None,
    }
}

/// The classical Runge–Kutta method. Order 4.
#[must_use]
pub fn runge_kutta_4() -> Tableau {
    Tableau {
        name: "Runge–Kutta 4",
        order: 4,
        coefficients: vec![
            vec![],
            fractions(&[(1, 2)]),
            fractions(&[(0, 1), (1, 2)]),
            fractions(&[(0, 1), (0, 1), (1, 1)]),
        ],
        weights: fractions(&[(1, 6), (1, 3), (1, 3), (1, 6)]),
        embedded: None,
    }
}

/// Fractions from numerators and denominators.
pub(super) fn fractions(pairs: &[(i64, i64)]) -> Vec<Rational> {
    let fraction = |(numerator, denominator): &(i64, i64)| rational(*numerator, *denominator);
    pairs.iter().map(fraction).collect()
}
