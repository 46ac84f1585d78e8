//! Where an axis has ticks.

/// The most decades of a logarithmic axis on which ticks between powers of ten are readable.
const DECADES_WITH_MINOR_TICKS: f64 = 2.6;

/// Round values between `low` and `high`, about `room` of them, at multiples of 1, 2 or 5 × 10ⁿ.
///
/// Bounds are finite and `low < high`.
pub(super) fn linear(low: f64, high: f64, room: usize) -> Vec<f64> {
    let raw = (high - low) / room.max(1) as f64;
    let unit = 10f64.powf(raw.log10().floor());
    let is_wide_enough = |step: &f64| *step >= raw * (1.0 - 1e-9);
    let steps = [1.0, 2.0, 5.0, 10.0].map(|multiple| multiple * unit);
    let step = steps.into_iter().find(is_wide_enough).unwrap_or(raw);
    let (first, last) = ((low / step).ceil(), (high / step).floor());
    let count = if last >= first {
        (last - first) as usize + 1
    } else {
        0
    };
    (0..count.min(4 * room + 4))
        .map(|index| (first + index as f64) * step)
        .collect()
}

/// Round values between `low` and `high`, at most about `room` of them: powers of ten, with 2 and 5
/// times those over few decades, and the ticks of a linear axis within less than one.
///
/// Bounds are positive, finite and `low < high`.
pub(super) fn logarithmic(low: f64, high: f64, room: usize) -> Vec<f64> {
    let (first, last) = (low.log10(), high.log10());
    let decades = last - first;
    let mantissas: &[f64] = if decades <= DECADES_WITH_MINOR_TICKS {
        &[1.0, 2.0, 5.0]
    } else {
        &[1.0]
    };
    let stride = (decades / room.max(1) as f64).ceil().max(1.0) as i32;
    let (from, to) = (first.floor() as i32, last.ceil() as i32);
    let inside = (low * (1.0 - 1e-9))..=(high * (1.0 + 1e-9));
    let ticks: Vec<f64> = (from..=to)
        .filter(|exponent| exponent.rem_euclid(stride) == 0)
        .flat_map(|exponent| mantissas.iter().map(move |one| one * 10f64.powi(exponent)))
        .filter(|tick| inside.contains(tick))
        .collect();
    if ticks.len() < 3 && decades < 1.5 {
        return linear(low, high, room.min(5));
    }
    ticks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn linear_ticks_are_round() {
        assert_eq!(linear(0.0, 10.0, 5), [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]);
        assert_eq!(linear(91.3, 93.9, 5), [92.0, 93.0]);
        assert!(linear(1e300, 1e300 * 1.01, 5).len() < 30);
    }

    #[test]
    fn logarithmic_ticks_are_powers_of_ten_over_many_decades() {
        assert_eq!(logarithmic(1e-4, 1.0, 6), [1e-4, 1e-3, 1e-2, 1e-1, 1.0]);
        assert!(logarithmic(1e-200, 1e200, 6).len() <= 8);
    }

    #[test]
    fn few_decades_have_ticks_between() {
        assert_eq!(logarithmic(0.01, 0.3, 6), [0.01, 0.02, 0.05, 0.1, 0.2]);
        assert!(logarithmic(3.1, 3.4, 6).len() >= 2);
    }
}
