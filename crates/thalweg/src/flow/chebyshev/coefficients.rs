//! The coefficients of a Runge–Kutta–Chebyshev method of order 2.

/// ε of the damping: |R| is 1 − ε/3 or so within the stability interval, instead of touching 1.
const DAMPING: f64 = 2.0 / 13.0;

/// The coefficients of the stages of one step, j = 1, 2, …, s, by the recurrences of Chebyshev
/// polynomials T_j at w₀ = 1 + ε/s²:
///
/// Y₁ = θ + μ̃₁ h f(θ), Y_j = (1 − μ_j − ν_j)θ + μ_j Y_{j−1} + ν_j Y_{j−2} + μ̃_j h f(Y_{j−1}) +
/// γ̃_j h f(θ).
///
/// B. P. Sommeijer, L. F. Shampine and J. G. Verwer, *RKC: an explicit solver for parabolic PDEs*, J.
/// Comp. Appl. Math. 88 (1998) 315–326.
#[derive(Clone, Debug)]
pub(super) struct Coefficients {
    w0: f64,
    w1: f64,
    /// T_j, T'_j, T''_j at w₀ for the last stage and the one before.
    last: [f64; 3],
    before: [f64; 3],
    /// b_j = T''_j/(T'_j)² for the last stage and the one before.
    b: (f64, f64),
}

/// μ, ν, μ̃ and γ̃ of one stage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Stage {
    pub(super) previous: f64,
    pub(super) before: f64,
    pub(super) slope: f64,
    pub(super) first_slope: f64,
}

impl Coefficients {
    /// Of the method with `stages` ≥ 2.
    pub(super) fn new(stages: u32) -> Self {
        let w0 = 1.0 + DAMPING / f64::from(stages).powi(2);
        let (mut before, mut last) = ([1.0, 0.0, 0.0], [w0, 1.0, 0.0]);
        for _ in 1..stages {
            (before, last) = (last, next(w0, last, before));
        }
        let b = (2.0 * w0).powi(-2);
        Self {
            w0,
            w1: last[1] / last[2],
            last: [w0, 1.0, 0.0],
            before: [1.0, 0.0, 0.0],
            b: (b, b),
        }
    }

    /// μ̃₁.
    pub(super) fn first(&self) -> f64 {
        self.b.0 * self.w1
    }
}

/// T_{j+1} with its first two derivatives from those before: T_{j+1} = 2x T_j − T_{j−1}.
fn next(x: f64, last: [f64; 3], before: [f64; 3]) -> [f64; 3] {
    [
        2.0 * x * last[0] - before[0],
        2.0 * (x * last[1] + last[0]) - before[1],
        2.0 * (x * last[2] + 2.0 * last[1]) - before[2],
    ]
}

impl Iterator for Coefficients {
    type Item = Stage;

    /// Stage 2, then 3, without end.
    fn next(&mut self) -> Option<Stage> {
        let polynomial = next(self.w0, self.last, self.before);
        let b = polynomial[2] / polynomial[1].powi(2);
        let slope = 2.0 * b * self.w1 / self.b.0;
        let stage = Stage {
            previous: 2.0 * b * self.w0 / self.b.0,
            before: -b / self.b.1,
            slope,
            first_slope: -(1.0 - self.b.0 * self.last[0]) * slope,
        };
        (self.before, self.last) = (self.last, polynomial);
        self.b = (b, self.b.0);
        Some(stage)
    }
}

/// A method of s stages is stable to h|λ| = β(s) ≈ ⅔(s² − 1)(1 − 2ε/15); this factor of s² − 1 leaves a
/// margin (ibid.).
const COVERED: f64 = 1.0 / 1.54;

/// The least number of stages for a spectral radius σ and a step h, hσ = `reach`.
pub(super) fn stages(reach: f64) -> u32 {
    let stages = (1.0 + reach / COVERED).sqrt().ceil();
    // Saturates; what is not a number becomes the least.
    (stages as u32).max(2)
}

/// The largest hσ for so many stages.
pub(super) fn reach(stages: u32) -> f64 {
    (f64::from(stages).powi(2) - 1.0) * COVERED
}

#[cfg(test)]
mod tests {
    use super::*;

    /// R(z): what one step makes of θ' = λθ, z = hλ.
    fn growth(count: u32, z: f64) -> f64 {
        let mut coefficients = Coefficients::new(count);
        let (mut before, mut last) = (1.0, 1.0 + coefficients.first() * z);
        for stage in coefficients.by_ref().take(count as usize - 1) {
            let own = 1.0 - stage.previous - stage.before + stage.first_slope * z;
            let value =
                own + stage.previous * last + stage.before * before + stage.slope * z * last;
            (before, last) = (last, value);
        }
        last
    }

    #[test]
    fn every_method_is_stable_and_damped_as_far_as_it_reaches_and_no_further() {
        for count in [2, 3, 4, 5, 10, 37, 100, 1000] {
            let end = reach(count);
            let inside = (1..=10_000).map(|i| growth(count, -end * f64::from(i) / 1e4).abs());
            let most = inside.skip(500).fold(0.0, f64::max);
            assert!(most <= 1.0 + 1e-9, "{count} stages: {most}");
            assert!(
                growth(count, -1.1 * end - 1.0).abs() > 1.0,
                "{count} stages"
            );
            assert_eq!(stages(end * (1.0 - 1e-9)), count);
        }
    }

    #[test]
    fn every_method_is_of_order_two_on_linear_equations() {
        for count in [2, 3, 7, 50] {
            let error = |z: f64| (growth(count, z) - z.exp()).abs();
            let slope = (error(-0.02) / error(-0.01)).log2();
            assert!((slope - 3.0).abs() < 0.05, "{count} stages: {slope}");
        }
    }
}
