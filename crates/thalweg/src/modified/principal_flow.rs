//! The Principal Flow: the exact modified field of gradient descent on quadratics.

use std::f64::consts::PI;

use super::MethodSettingError;
use super::setting::check_positive;
use crate::flow::{Field, Work};
use crate::objective::problem::Quadratic;
use crate::objective::{ObjectiveError, check_length};
use crate::vector::{add_scaled, dot};

/// The rate log(1−hλ)/h at which the exact modified flow moves along an eigenvector with eigenvalue
/// λ: after the time nh the distance from the centre is e^(nh·rate) = (1−hλ)ⁿ times what it was.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PrincipalRate {
    /// hλ < 1: real. It is −λ for h → 0.
    Real(f64),
    /// hλ = 1: −∞. One step ends at the centre, which no flow reaches in finite time.
    Collapse,
    /// hλ > 1: complex, since every step changes sides. Real part log|1−hλ|/h, positive from hλ = 2
    /// on; imaginary part π/h, half a turn a step.
    Complex {
        /// The real part.
        real: f64,
        /// The imaginary part.
        imaginary: f64,
    },
}

impl PrincipalRate {
    /// That of eigenvalue λ and learning rate h.
    #[must_use]
    pub fn of(eigenvalue: f64, learning_rate: f64) -> Self {
        let product = learning_rate * eigenvalue;
        match product.partial_cmp(&1.0) {
            Some(std::cmp::Ordering::Equal) => Self::Collapse,
            Some(std::cmp::Ordering::Greater) => Self::Complex {
                real: (product - 1.0).ln() / learning_rate,
                imaginary: PI / learning_rate,
            },
            _ => Self::Real((-product).ln_1p() / learning_rate),
        }
    }
}

/// −λ Σ_{k=1}^{p} (hλ)^(k−1)/k: the first p terms of log(1−hλ)/h. p = 1 is the gradient flow, p = 2 the
/// flow of E + (h/4)‖∇E‖². A step's error is (hλ)^(p+1)/(p+1) to leading order; the series converges
/// for |hλ| < 1, and beyond hλ = 1 no truncation changes sides as the iterates do.
#[must_use]
pub fn truncated_rate(eigenvalue: f64, learning_rate: f64, terms: u32) -> f64 {
    let product = learning_rate * eigenvalue;
    let sum = (1..=terms)
        .rev()
        .fold(0.0, |sum, k| sum * product + 1.0 / f64::from(k));
    -eigenvalue * sum
}

/// Where the Principal Flow is.
#[derive(Clone, Debug, PartialEq)]
pub enum PrincipalPosition {
    /// At a real θ.
    Real(Vec<f64>),
    /// Between steps, if hλ > 1 for a direction in which it moves: at complex θ.
    Complex {
        /// The real part.
        real: Vec<f64>,
        /// The imaginary part.
        imaginary: Vec<f64>,
    },
}

impl PrincipalPosition {
    /// The real part, all of θ where it is real.
    #[must_use]
    pub fn real(&self) -> &[f64] {
        match self {
            Self::Real(real) | Self::Complex { real, .. } => real,
        }
    }
}

/// θ' = Σᵢ (log(1−hλᵢ)/(hλᵢ)) (∇E·uᵢ) uᵢ on a quadratic: the exact modified flow of gradient descent
/// with learning rate h, at times nh at the iterates θₙ, whatever h (Rosca et al. 2023, arXiv
/// 2302.01952, with hλ > 1 made complex as there).
///
/// ```
/// use thalweg::modified::{PrincipalFlow, PrincipalPosition};
/// use thalweg::objective::problem::Quadratic;
///
/// let quadratic = Quadratic::diagonal(&[1.0, 3.0])?;
/// let flow = PrincipalFlow::new(quadratic, 0.5)?; // hλ = 0.5, 1.5
/// let PrincipalPosition::Real(theta) = flow.position(&[1.0, 1.0], 3.0) else { panic!() };
/// assert!((theta[0] - 0.125).abs() < 1e-15 && (theta[1] + 0.125).abs() < 1e-15);
/// assert!(matches!(flow.position(&[1.0, 1.0], 0.5), PrincipalPosition::Complex { .. }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct PrincipalFlow {
    quadratic: Quadratic,
    learning_rate: f64,
}

impl PrincipalFlow {
    /// On a quadratic, with learning rate h > 0.
    ///
    /// # Errors
    /// If h is not positive and finite.
    pub fn new(quadratic: Quadratic, learning_rate: f64) -> Result<Self, MethodSettingError> {
        Ok(Self {
            quadratic,
            learning_rate: check_positive("the learning rate", learning_rate)?,
        })
    }

    /// The rates along the eigenvectors, in ascending order of eigenvalues.
    #[must_use]
    pub fn rates(&self) -> Vec<PrincipalRate> {
        let rate = |value: &f64| PrincipalRate::of(*value, self.learning_rate);
        self.quadratic.eigenvalues().iter().map(rate).collect()
    }

    /// θ at time `steps`·h ≥ 0, exactly. At whole numbers of steps it is real, the iterate of gradient
    /// descent; so it is between them where θ₀ − c has no part with hλ > 1.
    ///
    /// # Panics
    /// If `start` has the wrong length.
    #[must_use]
    pub fn position(&self, start: &[f64], steps: f64) -> PrincipalPosition {
        let distance = self.quadratic.distance(start);
        let mut real = self.quadratic.centre().to_vec();
        let mut imaginary = vec![0.0; real.len()];
        let eigenvalues = self.quadratic.eigenvalues().iter();
        for (eigenvalue, vector) in eigenvalues.zip(self.quadratic.eigenvectors()) {
            let factor = 1.0 - self.learning_rate * eigenvalue;
            let component = dot(vector, &distance) * factor.abs().powf(steps);
            let (sine, cosine) = if factor < 0.0 {
                half_turns(steps)
            } else {
                (0.0, 1.0)
            };
            add_scaled(&mut real, component * cosine, vector);
            add_scaled(&mut imaginary, component * sine, vector);
        }
        if imaginary.iter().all(|x| *x == 0.0) {
            return PrincipalPosition::Real(real);
        }
        PrincipalPosition::Complex { real, imaginary }
    }

    /// θ at time `steps`·h of the flow with [`truncated_rate`] of so many terms. Always real.
    ///
    /// # Panics
    /// If `start` has the wrong length.
    #[must_use]
    pub fn truncated_position(&self, start: &[f64], steps: f64, terms: u32) -> Vec<f64> {
        let time = steps * self.learning_rate;
        self.quadratic.multiplied(start, |eigenvalue| {
            (time * truncated_rate(eigenvalue, self.learning_rate, terms)).exp()
        })
    }

    /// The flow as a field, if it is real and finite in all directions: hλ < 1 for all λ.
    #[must_use]
    pub fn real_field(&self) -> Option<RealPrincipalFlow> {
        let real = |rate| match rate {
            PrincipalRate::Real(rate) => Some(rate),
            _ => None,
        };
        let rates: Option<Vec<f64>> = self.rates().into_iter().map(real).collect();
        Some(RealPrincipalFlow {
            quadratic: self.quadratic.clone(),
            rates: rates?,
            work: Work::default(),
        })
    }
}

/// sin πn and cos πn, exact at whole and half n.
fn half_turns(steps: f64) -> (f64, f64) {
    let nearest = (2.0 * steps).round();
    let (sine, cosine) = ((steps - nearest / 2.0) * PI).sin_cos();
    match nearest.rem_euclid(4.0) as u8 {
        0 => (sine, cosine),
        1 => (cosine, -sine),
        2 => (-sine, -cosine),
        _ => (-cosine, sine),
    }
}

/// The Principal Flow where it is real. A velocity costs two products with the matrix of
/// eigenvectors, counted as one gradient.
#[derive(Clone, Debug, PartialEq)]
pub struct RealPrincipalFlow {
    quadratic: Quadratic,
    rates: Vec<f64>,
    work: Work,
}

impl Field for RealPrincipalFlow {
    fn dimension(&self) -> usize {
        self.rates.len()
    }

    fn velocity(&mut self, theta: &[f64], velocity: &mut [f64]) -> Result<(), ObjectiveError> {
        check_length("theta", self.rates.len(), theta.len())?;
        check_length("velocity", self.rates.len(), velocity.len())?;
        self.work.count(0);
        let distance = self.quadratic.distance(theta);
        velocity.fill(0.0);
        for (rate, vector) in self.rates.iter().zip(self.quadratic.eigenvectors()) {
            add_scaled(velocity, rate * dot(vector, &distance), vector);
        }
        Ok(())
    }

    fn work(&self) -> Work {
        self.work
    }
}
