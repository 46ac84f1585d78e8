//! What an optimizer cannot be made with.

/// A setting outside the range that its method has a meaning for.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum OptimizerError {
    /// A learning rate that is not positive and finite.
    #[error("a learning rate must be positive and finite, not {0}")]
    LearningRate(f64),
    /// A momentum outside [0, 1).
    #[error("a momentum must be at least 0 and below 1, not {0}")]
    Momentum(f64),
    /// The share that a moving average keeps, outside [0, 1).
    #[error(
        "{name}, the share that a moving average keeps, must be at least 0 and below 1, not {value}"
    )]
    Average {
        /// `beta_1` or `beta_2`.
        name: &'static str,
        /// The value given.
        value: f64,
    },
    /// An ε that is not positive and finite.
    #[error("epsilon must be positive and finite, not {0}")]
    Epsilon(f64),
    /// An exponent by which steps become shorter, outside [0, 1].
    #[error("the decay of step lengths must be from 0 to 1, not {0}")]
    Decay(f64),
    /// A negative or infinite displacement along the gradient.
    #[error("a radius must be finite and not negative, not {0}")]
    Radius(f64),
    /// A share of the displaced gradient outside [0, 1].
    #[error("the share of the displaced gradient must be from 0 to 1, not {0}")]
    Mix(f64),
    /// A factor of step-wise reductions outside (0, 1].
    #[error("the factor of a learning rate must be above 0 and at most 1, not {0}")]
    Factor(f64),
    /// A factor at the end of a course outside [0, 1].
    #[error("the final factor of a learning rate must be from 0 to 1, not {0}")]
    FinalFactor(f64),
    /// A part of a schedule that is no steps long.
    #[error("a learning rate cannot change over or every 0 steps; give at least 1")]
    NoLength,
    /// No substeps at all.
    #[error("there must be at least one substep on each batch")]
    NoSubsteps,
    /// Coefficients that are no explicit Runge–Kutta method of order 1 or more.
    #[error(
        "the tableau {name} is no consistent explicit method: row i must have i entries, one row \
         a weight, and the weights must add up to 1"
    )]
    Tableau {
        /// The name of the tableau.
        name: &'static str,
    },
}

/// `value` if it is positive and finite.
pub(super) fn positive(
    value: f64,
    error: fn(f64) -> OptimizerError,
) -> Result<f64, OptimizerError> {
    match value.is_finite() && value > 0.0 {
        true => Ok(value),
        false => Err(error(value)),
    }
}

/// `value` if it is in [0, 1).
pub(super) fn below_one(
    value: f64,
    error: impl FnOnce(f64) -> OptimizerError,
) -> Result<f64, OptimizerError> {
    match (0.0..1.0).contains(&value) {
        true => Ok(value),
        false => Err(error(value)),
    }
}

/// `value` if it is in (0, 1].
pub(super) fn within_one(
    value: f64,
    error: fn(f64) -> OptimizerError,
) -> Result<f64, OptimizerError> {
    match value > 0.0 && value <= 1.0 {
        true => Ok(value),
        false => Err(error(value)),
    }
}

/// `value` if it is in [0, 1].
pub(super) fn share(value: f64, error: fn(f64) -> OptimizerError) -> Result<f64, OptimizerError> {
    match (0.0..=1.0).contains(&value) {
        true => Ok(value),
        false => Err(error(value)),
    }
}
