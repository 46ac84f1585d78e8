//! Numbers as terminal and page write them.

/// The smallest and largest magnitudes written without an exponent.
const PLAIN: std::ops::Range<f64> = 1e-3..1e6;

/// The significant digits of a shown number: enough to see by how much a bound is kept.
const DIGITS: usize = 5;

/// The number with up to five significant digits; `–` if it is none.
#[must_use]
pub fn shown(value: f64) -> String {
    if value.is_nan() {
        return "–".into();
    }
    if value.is_infinite() {
        return if value > 0.0 { "∞" } else { "−∞" }.into();
    }
    let rounded: f64 = format!("{value:.*e}", DIGITS - 1).parse().unwrap_or(value);
    let text = match rounded.abs() {
        0.0 => "0".into(),
        magnitude if PLAIN.contains(&magnitude) => rounded.to_string(),
        _ => format!("{rounded:e}"),
    };
    text.replace('-', "−")
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn numbers_have_a_sign_of_their_own_and_no_more_digits_than_are_told_apart() {
        assert_eq!(shown(-4.570_354_1), "−4.5704");
        assert_eq!(shown(1.5e-12), "1.5e−12");
        assert_eq!(shown(-0.0), "0");
        assert_eq!(shown(f64::NAN), "–");
        assert_eq!(shown(f64::NEG_INFINITY), "−∞");
    }
}
