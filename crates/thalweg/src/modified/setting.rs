//! Settings of methods, checked.

/// A setting that no method can have.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error("{name} is {value}; it must be finite and {bound}")]
pub struct MethodSettingError {
    /// The setting.
    pub name: &'static str,
    /// The value given.
    pub value: f64,
    /// What it must be.
    pub bound: &'static str,
}

/// Checks that a setting is positive and finite.
pub(super) fn check_positive(name: &'static str, value: f64) -> Result<f64, MethodSettingError> {
    if value.is_finite() && value > 0.0 {
        return Ok(value);
    }
    let bound = "positive";
    Err(MethodSettingError { name, value, bound })
}

/// Checks that the weight of the past is at least 0 and below 1.
pub(super) fn check_decay(name: &'static str, value: f64) -> Result<f64, MethodSettingError> {
    if (0.0..1.0).contains(&value) {
        return Ok(value);
    }
    let bound = "at least 0 and below 1";
    Err(MethodSettingError { name, value, bound })
}
