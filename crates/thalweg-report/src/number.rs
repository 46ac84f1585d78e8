//! Numbers as figures, captions and tables write them.

/// The smallest and largest magnitudes written without an exponent.
const PLAIN: std::ops::Range<f64> = 1e-3..1e6;

/// A number with up to `digits` significant digits, trailing zeros dropped: `0.05`, `1.234e-7`.
///
/// Not a number is `–`, as in an empty cell of a table.
#[must_use]
pub(crate) fn significant(value: f64, digits: usize) -> String {
    if value.is_nan() {
        return "–".into();
    }
    if value.is_infinite() {
        return if value > 0.0 { "∞" } else { "-∞" }.into();
    }
    let scientific = format!("{value:.*e}", digits.max(1) - 1);
    let rounded: f64 = scientific.parse().unwrap_or(value);
    if rounded == 0.0 {
        "0".into()
    } else if PLAIN.contains(&rounded.abs()) {
        rounded.to_string()
    } else {
        format!("{rounded:e}")
    }
}

/// The same as a difference: with its sign, and the sign of minus in print: `+0.6`, `−2.7`.
#[must_use]
pub(crate) fn signed(value: f64, digits: usize) -> String {
    let text = significant(value, digits);
    match text.strip_prefix('-') {
        Some(magnitude) => format!("−{}", magnitude.replace("e-", "e−")),
        None if value > 0.0 && text != "0" => format!("+{}", text.replace("e-", "e−")),
        None => text,
    }
}

/// Labels of the ticks of one axis: all plain, or all with an exponent where one needs it.
#[must_use]
pub(crate) fn tick_labels(values: &[f64]) -> Vec<String> {
    let is_plain = |value: &f64| *value == 0.0 || (1e-3..1e5).contains(&value.abs());
    let all_plain = values.iter().all(is_plain);
    let label = |value: &f64| {
        let rounded: f64 = format!("{value:.5e}").parse().unwrap_or(*value);
        if all_plain || rounded == 0.0 {
            (rounded + 0.0).to_string()
        } else if rounded == 1.0 {
            "1".into()
        } else {
            format!("{rounded:e}")
        }
    };
    values.iter().map(label).collect()
}

/// A count with its noun: `1 trial`, `3 trials`.
#[must_use]
pub(crate) fn counted(count: usize, noun: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_as_many_digits_as_they_need() {
        assert_eq!(significant(0.050_000_001, 4), "0.05");
        assert_eq!(significant(93.456, 4), "93.46");
        assert_eq!(significant(1.234_567e-7, 4), "1.235e-7");
        assert_eq!(significant(-0.0, 4), "0");
        assert_eq!(significant(f64::NAN, 4), "–");
        assert_eq!(significant(f64::NEG_INFINITY, 4), "-∞");
        assert_eq!(significant(999_999.9, 4), "1e6");
    }

    #[test]
    fn differences_have_a_sign() {
        assert_eq!(signed(-2.71, 2), "−2.7");
        assert_eq!(signed(0.62, 2), "+0.62");
        assert_eq!(signed(-1.2e-7, 2), "−1.2e−7");
        assert_eq!(signed(-0.0, 2), "0");
        assert_eq!(signed(f64::NAN, 2), "–");
        assert_eq!(signed(f64::INFINITY, 2), "+∞");
    }

    #[test]
    fn ticks_of_one_axis_are_written_alike() {
        assert_eq!(
            tick_labels(&[0.0, 0.1, 0.300_000_000_4]),
            ["0", "0.1", "0.3"]
        );
        assert_eq!(tick_labels(&[1e-4, 1e-2, 1.0]), ["1e-4", "1e-2", "1"]);
    }
}
