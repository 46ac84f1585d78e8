//! Numbers with their errors, and why there may be none.

use crate::objective::ObjectiveError;

/// A number estimated from a sample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The estimate.
    pub value: f64,
    /// The standard error of the estimate; `None` where the sample is too small to tell.
    pub standard_error: Option<f64>,
    /// How many independent numbers it comes from.
    pub samples: usize,
}

/// Why something cannot be estimated.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum NoiseError {
    /// Too little to estimate from.
    #[error("{quantity} is undefined for {given} {what}: it needs at least {needed}")]
    TooFew {
        /// What was to be estimated.
        quantity: &'static str,
        /// What there is too little of.
        what: &'static str,
        /// How many are needed.
        needed: usize,
        /// How many there are.
        given: usize,
    },
    /// A ratio over something that is not distinguishable from zero.
    #[error("{quantity} is undefined: the squared gradient norm it is divided by is {denominator}")]
    NoGradient {
        /// What was to be estimated.
        quantity: &'static str,
        /// ‖∇E‖², or its estimate, which can be negative.
        denominator: f64,
    },
    /// A gradient that is infinite or undefined.
    #[error("the gradient of example {example} has the square norm {value}: the loss has diverged")]
    NotFinite {
        /// The first such example, by its place among those asked.
        example: usize,
        /// Its square norm.
        value: f64,
    },
    /// The objective refused.
    #[error(transparent)]
    Objective(#[from] ObjectiveError),
}

impl Estimate {
    /// The mean of independent numbers and its standard error, the standard deviation (with
    /// 1/(n−1)) over √n.
    ///
    /// # Errors
    /// If there are none.
    pub fn mean_of(
        values: &[f64],
        quantity: &'static str,
        what: &'static str,
    ) -> Result<Self, NoiseError> {
        let count = values.len() as f64;
        if values.is_empty() {
            return Err(NoiseError::TooFew {
                quantity,
                what,
                needed: 1,
                given: 0,
            });
        }
        let mean = values.iter().sum::<f64>() / count;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        let standard_error = (values.len() > 1).then(|| (squares / (count - 1.0) / count).sqrt());
        Ok(Self {
            value: mean,
            standard_error,
            samples: values.len(),
        })
    }

    /// An estimate with the jackknife's standard error, from the same estimate without each of the
    /// n sample's parts in turn: √((n−1)/n Σ (leave-one-out − their mean)²) (Efron 1982).
    pub(super) fn with_jackknife(
        value: f64,
        left_out: impl Fn(usize) -> f64,
        count: usize,
    ) -> Self {
        let values: Vec<f64> = (0..count).map(left_out).collect();
        let n = count as f64;
        let mean = values.iter().sum::<f64>() / n;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        let error = ((n - 1.0) / n * squares).sqrt();
        Self {
            value,
            standard_error: (count > 2 && error.is_finite()).then_some(error),
            samples: count,
        }
    }
}

/// Refuses square norms that are not finite.
pub(super) fn check_finite(square_norms: &[f64]) -> Result<(), NoiseError> {
    match square_norms.iter().position(|norm| !norm.is_finite()) {
        None => Ok(()),
        Some(example) => Err(NoiseError::NotFinite {
            example,
            value: square_norms[example],
        }),
    }
}
