//! Statistics over seeds: one value and a band for several trials that differ in nothing else.

use thalweg_lab::spec::Scale;

/// From this many seeds on the band is one standard deviation; the range of fewer says more, and
/// the range of more grows with their number.
pub(crate) const DEVIATION_FROM: usize = 5;

/// The middle and the band of the values of some seeds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Summary {
    /// Their mean, geometric if they are shown on a logarithmic axis.
    pub middle: f64,
    /// Where the band begins.
    pub low: f64,
    /// Where the band ends.
    pub high: f64,
}

/// What the band of a figure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Band {
    /// From the lowest to the highest value.
    Range,
    /// One sample standard deviation either side of the mean.
    Deviation,
}

impl Band {
    /// The band of a figure whose points have at most `seeds` seeds: one kind for all its points.
    pub(crate) fn of(seeds: usize) -> Self {
        if seeds < DEVIATION_FROM {
            Self::Range
        } else {
            Self::Deviation
        }
    }
}

impl Summary {
    /// The summary of values, or `None` of none. On a logarithmic scale all of them are positive,
    /// or the mean is that of a linear one.
    pub(crate) fn of(values: &[f64], scale: Scale, band: Band) -> Option<Self> {
        if values.is_empty() {
            return None;
        }
        let is_log = scale == Scale::Log && values.iter().all(|value| *value > 0.0);
        let to_axis = |value: &f64| if is_log { value.ln() } else { *value };
        let from_axis = |place: f64| if is_log { place.exp() } else { place };
        let places: Vec<f64> = values.iter().map(to_axis).collect();
        let mean = places.iter().sum::<f64>() / places.len() as f64;
        let (low, high) = match band {
            Band::Range => (
                values.iter().copied().fold(f64::INFINITY, f64::min),
                values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            ),
            Band::Deviation => {
                let deviation = deviation(&places, mean);
                (from_axis(mean - deviation), from_axis(mean + deviation))
            }
        };
        let is_one_value = low == high;
        Some(Self {
            middle: if is_one_value { low } else { from_axis(mean) },
            low,
            high,
        })
    }
}

/// The sample standard deviation, 0 for a single value.
fn deviation(values: &[f64], mean: f64) -> f64 {
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (squares / values.len().saturating_sub(1).max(1) as f64).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_seeds_have_their_range() {
        let summary = Summary::of(&[1.0, 2.0, 6.0], Scale::Linear, Band::of(3)).unwrap();
        assert_eq!((summary.low, summary.middle, summary.high), (1.0, 3.0, 6.0));
    }

    #[test]
    fn many_seeds_have_their_standard_deviation() {
        let summary = Summary::of(&[1.0, 1.0, 2.0, 3.0, 3.0], Scale::Linear, Band::of(5)).unwrap();
        assert_eq!((summary.low, summary.middle, summary.high), (1.0, 2.0, 3.0));
    }

    #[test]
    fn the_mean_on_a_logarithmic_axis_is_geometric() {
        let summary = Summary::of(&[1e-4, 1e-2], Scale::Log, Band::Range).unwrap();
        assert!((summary.middle - 1e-3).abs() < 1e-12);
        let with_zero = Summary::of(&[0.0, 2.0], Scale::Log, Band::Range).unwrap();
        assert_eq!(with_zero.middle, 1.0);
    }

    #[test]
    fn equal_values_and_none_are_exact() {
        let summary = Summary::of(&[0.1; 3], Scale::Log, Band::Range).unwrap();
        assert_eq!((summary.low, summary.middle, summary.high), (0.1, 0.1, 0.1));
        assert_eq!(Summary::of(&[], Scale::Linear, Band::Range), None);
    }
}
