//! What becomes of a number as the learning rate is halved.

/// The values as h → 0 of a quantity c(h) = c + c₁h + c₂h² + …, given at h, h/2, h/4, …: each further
/// value removes one more power of h (Richardson). NaN of none.
pub(super) fn extrapolated(by_halves: &[f64]) -> f64 {
    let mut column = by_halves.to_vec();
    let mut factor = 2.0;
    while column.len() > 1 {
        let better = column
            .windows(2)
            .map(|pair| (factor * pair[1] - pair[0]) / (factor - 1.0));
        column = better.collect();
        factor *= 2.0;
    }
    column.first().copied().unwrap_or(f64::NAN)
}

/// The order p of errors ∝ hᵖ, by the last of the halvings of h. NaN of fewer than two.
pub(super) fn last_order(errors_by_halves: &[f64]) -> f64 {
    match errors_by_halves {
        [.., before, last] => (before / last).log2(),
        _ => f64::NAN,
    }
}

/// The number furthest from `value`; NaN if one is not a number or there are none.
pub(super) fn furthest(numbers: impl IntoIterator<Item = f64>, value: f64) -> f64 {
    let further = |one: f64, other: f64| {
        let is_nearer = (one - value).abs() <= (other - value).abs();
        if is_nearer || other.is_nan() {
            other
        } else {
            one
        }
    };
    numbers.into_iter().reduce(further).unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_removes_a_power_of_the_rate() {
        let cubic = |h: f64| 3.0 - 2.0 * h + 5.0 * h * h;
        let values = [0.4, 0.2, 0.1].map(cubic);
        assert!((extrapolated(&values) - 3.0).abs() < 1e-14);
        assert!((extrapolated(&values[1..]) - 3.0).abs() > 0.05);
        assert!(extrapolated(&[]).is_nan());
    }

    #[test]
    fn the_order_is_that_of_the_last_halving() {
        assert_eq!(last_order(&[5.0, 8.0, 2.0]), 2.0);
        assert!(last_order(&[1.0]).is_nan());
    }

    #[test]
    fn the_furthest_is_on_either_side_and_nothing_hides_what_is_not_a_number() {
        assert_eq!(furthest([1.9, 2.2, 2.05], 2.0), 2.2);
        assert_eq!(furthest([1.7, 2.2], 2.0), 1.7);
        assert!(furthest([f64::NAN, 2.2, 2.0], 2.0).is_nan());
        assert!(furthest([2.2, f64::NAN], 2.0).is_nan());
        assert!(furthest([], 2.0).is_nan());
    }
}
