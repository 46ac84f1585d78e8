//! Student's interval for a mean.

use statrs::distribution::{ContinuousCDF, StudentsT};

/// The share of such intervals that contain the true mean.
pub const CONFIDENCE: f64 = 0.95;

/// The mean of n numbers with its two-sided Student interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The mean.
    pub mean: f64,
    /// mean − t·s/√n.
    pub low: f64,
    /// mean + t·s/√n.
    pub high: f64,
    /// The standard deviation s of the numbers, with n − 1 below.
    pub deviation: f64,
    /// n ≥ 2.
    pub count: usize,
}

impl Interval {
    /// The interval of finite numbers, or `None` for fewer than two.
    #[must_use]
    pub fn of(values: &[f64]) -> Option<Self> {
        let count = values.len();
        if count < 2 {
            return None;
        }
        let mean = values.iter().sum::<f64>() / count as f64;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        let deviation = (squares / (count - 1) as f64).sqrt();
        let half_width = quantile(count) * deviation / (count as f64).sqrt();
        Some(Self {
            mean,
            low: mean - half_width,
            high: mean + half_width,
            deviation,
            count,
        })
    }

    /// t, the quantile of Student's distribution with n − 1 degrees of freedom.
    #[must_use]
    pub fn quantile(&self) -> f64 {
        quantile(self.count)
    }

    /// The interval of the negated numbers.
    #[must_use]
    pub fn negated(self) -> Self {
        Self {
            mean: -self.mean,
            low: -self.high,
            high: -self.low,
            ..self
        }
    }
}

fn quantile(count: usize) -> f64 {
    let freedom = count.saturating_sub(1).max(1) as f64;
    StudentsT::new(0.0, 1.0, freedom)
        .expect("the scale and the degrees of freedom are positive")
        .inverse_cdf(0.5 + CONFIDENCE / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Quantiles from printed tables of Student's distribution, to three decimals.
    #[test]
    fn quantiles_are_those_of_the_tables() {
        for (count, tabulated) in [
            (2, 12.706),
            (3, 4.303),
            (4, 3.182),
            (11, 2.228),
            (31, 2.042),
        ] {
            assert!((quantile(count) - tabulated).abs() < 5e-4, "{count}");
        }
    }

    #[test]
    fn an_interval_is_as_computed_by_hand() {
        let interval = Interval::of(&[1.0, 2.0, 3.0]).unwrap();
        assert_eq!((interval.mean, interval.deviation), (2.0, 1.0));
        let half_width = 4.302_653 / 3.0_f64.sqrt();
        assert!((interval.low - (2.0 - half_width)).abs() < 1e-6);
        assert!((interval.high - (2.0 + half_width)).abs() < 1e-6);
        assert_eq!(interval.negated().low, -interval.high);
    }

    #[test]
    fn equal_numbers_have_an_interval_without_width() {
        let interval = Interval::of(&[0.5; 4]).unwrap();
        assert_eq!((interval.low, interval.high), (0.5, 0.5));
        assert_eq!(Interval::of(&[0.5]), None);
        assert_eq!(Interval::of(&[]), None);
    }
}
