//! A mean with its standard error.

/// A mean over independent probes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The mean.
    pub value: f64,
    /// s/√n with the sample's standard deviation s; `None` for fewer than two probes.
    pub standard_error: Option<f64>,
}

impl Estimate {
    /// Of at least one sample.
    pub(super) fn of_mean(samples: &[f64]) -> Self {
        let count = samples.len() as f64;
        let value = samples.iter().sum::<f64>() / count;
        let squares: f64 = samples.iter().map(|x| (x - value).powi(2)).sum();
        let standard_error = (samples.len() > 1).then(|| (squares / (count - 1.0) / count).sqrt());
        Self {
            value,
            standard_error,
        }
    }
}
