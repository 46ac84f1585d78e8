//! A sample in five numbers.

/// How a quantity is spread over draws.
///
/// Draws whose value is infinite or undefined are counted in `not_finite` and left out of the rest:
/// look at it before believing a mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// The mean over finite draws; undefined (NaN) if there are none.
    pub mean: f64,
    /// The sample's standard deviation, with n − 1: what one more draw would scatter by, not the
    /// error of the mean. Undefined (NaN) for fewer than two finite draws.
    pub standard_deviation: f64,
    /// The smallest finite draw.
    pub lowest: f64,
    /// The greatest finite draw.
    pub highest: f64,
    /// How many draws there were, those that are not finite included.
    pub draws: usize,
    /// How many of them were infinite or undefined.
    pub not_finite: usize,
}

impl Spread {
    /// Of these draws, summed in their order.
    ///
    /// ```
    /// use thalweg::robustness::Spread;
    ///
    /// let spread = Spread::of([1.0, f64::INFINITY, 3.0].into_iter());
    /// assert_eq!((spread.mean, spread.lowest, spread.highest), (2.0, 1.0, 3.0));
    /// assert_eq!((spread.draws, spread.not_finite), (3, 1));
    /// assert_eq!(spread.standard_deviation, 2.0_f64.sqrt());
    /// ```
    #[must_use]
    pub fn of(draws: impl Iterator<Item = f64> + Clone) -> Self {
        let finite = || draws.clone().filter(|value| value.is_finite());
        let (all, count) = (draws.clone().count(), finite().count());
        let mean = finite().sum::<f64>() / count as f64;
        let squares: f64 = finite().map(|value| (value - mean).powi(2)).sum();
        let variance = match count {
            0 | 1 => f64::NAN,
            _ => squares / (count - 1) as f64,
        };
        Self {
            mean: if count > 0 { mean } else { f64::NAN },
            standard_deviation: variance.sqrt(),
            lowest: finite().fold(f64::NAN, f64::min),
            highest: finite().fold(f64::NAN, f64::max),
            draws: all,
            not_finite: all - count,
        }
    }

    /// s/√n, the standard error of the mean over the n finite draws; undefined (NaN) for fewer than
    /// two.
    #[must_use]
    pub fn standard_error(&self) -> f64 {
        self.standard_deviation / ((self.draws - self.not_finite) as f64).sqrt()
    }
}
