//! Transcendental functions in single precision without branches, so that loops over them
//! vectorise. Errors are a few units in the last place; the tests hold them to that.

/// log₂ e.
const LOG2_E: f32 = std::f32::consts::LOG2_E;
/// log 2 in two parts, the first short enough for exact products with small integers.
const LN_2_HIGH: f32 = 0.693_359_4;
const LN_2_LOW: f32 = -2.121_944_4e-4;
/// Adding and subtracting this rounds to the nearest integer: 1.5 · 2²³.
const ROUNDER: f32 = 12_582_912.0;
/// Beyond these, eˣ is 0 or infinite in single precision.
const LEAST_EXPONENT: f32 = -87.336_54;
const GREATEST_EXPONENT: f32 = 88.722_83;

/// eˣ = 2ⁿ e^r with |r| ≤ ½ log 2, e^r by its Taylor polynomial of degree 7.
#[inline(always)]
pub(crate) fn exp(x: f32) -> f32 {
    let clamped = x.clamp(LEAST_EXPONENT, GREATEST_EXPONENT);
    let rounded = clamped.mul_add(LOG2_E, ROUNDER);
    let n = rounded - ROUNDER;
    let r = n.mul_add(-LN_2_LOW, n.mul_add(-LN_2_HIGH, clamped));
    let polynomial = expm1_over_r(r);
    let mantissa = r.mul_add(polynomial, 1.0);
    // 2ⁿ in two factors: n = 128 alone would overflow while the product does not.
    let half = (n * 0.5).floor();
    let power = mantissa * power_of_two(half) * power_of_two(n - half);
    let low = if x < LEAST_EXPONENT { 0.0 } else { power };
    if x > GREATEST_EXPONENT {
        f32::INFINITY
    } else {
        low
    }
}

/// (e^r − 1)/r for |r| ≤ ½ log 2.
#[inline(always)]
fn expm1_over_r(r: f32) -> f32 {
    const COEFFICIENTS: [f32; 7] = [
        1.0 / 5040.0,
        1.0 / 720.0,
        1.0 / 120.0,
        1.0 / 24.0,
        1.0 / 6.0,
        0.5,
        1.0,
    ];
    polynomial(&COEFFICIENTS, r)
}

#[inline(always)]
fn power_of_two(n: f32) -> f32 {
    // SAFETY: |n| ≤ 127 for every argument `exp` passes (NaN becomes 0 by the clamp below).
    let n: i32 = unsafe { n.clamp(-127.0, 128.0).max(-127.0).to_int_unchecked() };
    f32::from_bits(((n + 127) << 23) as u32)
}

/// tanh x = sign(x)·(1 − 2/(e^(2|x|) + 1)); near 0 the Taylor polynomial, where that cancels.
#[inline(always)]
pub(crate) fn tanh(x: f32) -> f32 {
    let magnitude = x.abs();
    let far = 1.0 - 2.0 / (exp(2.0 * magnitude) + 1.0);
    let near = tanh_near_zero(magnitude);
    let value = if magnitude < NEAR_ZERO { near } else { far };
    value.copysign(x)
}

/// Below this, tanh is taken from its polynomial.
const NEAR_ZERO: f32 = 0.625;

/// x + x³ P(x²) for 0 ≤ x < 0.625, P fitted to (tanh x − x)/x³ by least squares at Chebyshev points.
#[inline(always)]
fn tanh_near_zero(x: f32) -> f32 {
    const COEFFICIENTS: [f32; 5] = [
        -0.006_104_95,
        0.021_003_64,
        -0.053_852_5,
        0.133_327_82,
        -0.333_333_29,
    ];
    let square = x * x;
    (x * square).mul_add(polynomial(&COEFFICIENTS, square), x)
}

/// 1/(1 + e⁻ˣ).
#[inline(always)]
pub(crate) fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + exp(-x))
}

/// max(x, 0) + log(1 + e^(−|x|)).
#[inline(always)]
pub(crate) fn softplus(x: f32) -> f32 {
    x.max(0.0) + log_1p(exp(-x.abs()))
}

/// log(1 + x) for 0 ≤ x ≤ 1: x times a polynomial, fitted by least squares at Chebyshev points.
#[inline(always)]
fn log_1p(x: f32) -> f32 {
    const COEFFICIENTS: [f32; 10] = [
        -0.003_256_378_5,
        0.019_907_162,
        -0.057_064_2,
        0.106_142_65,
        -0.153_118_63,
        0.196_781_17,
        -0.249_545_59,
        0.333_300_05,
        -0.499_999_05,
        1.0,
    ];
    x * polynomial(&COEFFICIENTS, x)
}

/// The error function: near 0 x P(x²), further out 1 − e^(−Q(x)). Both polynomials are fitted by
/// least squares at Chebyshev points.
#[inline(always)]
pub(crate) fn erf(x: f32) -> f32 {
    let magnitude = x.abs();
    let near = magnitude * polynomial(&ERF_NEAR, magnitude * magnitude);
    let far = 1.0 - exp(-polynomial(&ERF_FAR, magnitude.min(ERF_ONE)));
    let value = if magnitude < ERF_BORDER { near } else { far };
    let value = value.copysign(x);
    if x.is_nan() { x } else { value }
}

/// Where the second form takes over.
const ERF_BORDER: f32 = 0.9;
/// From here on erf is 1 in single precision.
const ERF_ONE: f32 = 4.0;
/// erf(x)/x as a polynomial in x², for 0 ≤ x ≤ 0.92.
const ERF_NEAR: [f32; 7] = [
    8.404_849e-5,
    -8.151_34e-4,
    0.005_201_837_5,
    -0.026_859_745,
    0.112_837_024,
    -0.376_126_35,
    std::f32::consts::FRAC_2_SQRT_PI,
];
/// −log(1 − erf(x)) as a polynomial in x, for 0.85 ≤ x ≤ 4.
const ERF_FAR: [f32; 8] = [
    1.915_501_3e-5,
    -4.095_913e-4,
    0.004_039_270_3,
    -0.024_745_122,
    0.107_664_41,
    0.633_933_9,
    1.129_214_2,
    -1.107_407_8e-4,
];

/// A polynomial by its coefficients from the highest on.
#[inline(always)]
fn polynomial<const N: usize>(coefficients: &[f32; N], x: f32) -> f32 {
    let mut sum = coefficients[0];
    for coefficient in &coefficients[1..] {
        sum = sum.mul_add(x, *coefficient);
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The largest error relative to the exact value, in units of ε = 2⁻²³.
    fn worst(function: fn(f32) -> f32, exact: fn(f64) -> f64, from: f32, to: f32) -> f64 {
        let error = |index: u32| {
            let x = from + (to - from) * index as f32 / 200_000.0;
            let exact = exact(f64::from(x));
            (f64::from(function(x)) - exact).abs() / exact.abs().max(1e-30)
        };
        (0..=200_000).map(error).fold(0.0, f64::max) / f64::from(f32::EPSILON)
    }

    #[test]
    fn errors_are_a_few_units_in_the_last_place() {
        assert!(worst(exp, f64::exp, -87.0, 88.0) < 2.0);
        assert!(worst(tanh, f64::tanh, -10.0, 10.0) < 4.0);
        assert!(worst(sigmoid, |x| 1.0 / (1.0 + (-x).exp()), -80.0, 30.0) < 4.0);
        let softplus_exact = |x: f64| x.max(0.0) + (-x.abs()).exp().ln_1p();
        assert!(worst(softplus, softplus_exact, -80.0, 30.0) < 4.0);
        assert!(worst(erf, libm::erf, -6.0, 6.0) < 2.0);
        assert!(worst(erf, libm::erf, -1e-3, 1e-3) < 2.0);
    }

    #[test]
    fn extremes_are_what_they_should_be() {
        assert_eq!(exp(f32::NEG_INFINITY), 0.0);
        assert_eq!(exp(f32::INFINITY), f32::INFINITY);
        assert_eq!(exp(0.0), 1.0);
        assert_eq!(tanh(f32::INFINITY), 1.0);
        assert_eq!(tanh(-100.0), -1.0);
        assert_eq!(tanh(0.0), 0.0);
        assert_eq!(sigmoid(-1000.0), 0.0);
        assert_eq!(sigmoid(1000.0), 1.0);
        assert_eq!(softplus(1000.0), 1000.0);
        assert_eq!(erf(f32::NEG_INFINITY), -1.0);
        for function in [exp, tanh, sigmoid, softplus, erf] {
            assert!(function(f32::NAN).is_nan());
        }
    }
}
