//! The geometry of the loss surface, and how gradient descent moves on it.
//!
//! The graph of E is a surface z = E(θ) in m + 1 dimensions. Its steepest tangent at θ makes the angle
//! α with the horizontal, with tan α = ‖∇E‖; its induced metric is gᵢⱼ = δᵢⱼ + ∂ᵢE ∂ⱼE, with
//! determinant |g| = 1 + ‖∇E‖². So R_IG = ‖∇E‖²/m = tan²α/m = (|g| − 1)/m: to make it small is to seek
//! flat places of this surface (Barrett and Dherin 2021, arXiv 2009.11162, section 3 and appendix A.2).
//! The angle itself is [`slope_degrees`](crate::modified::slope_degrees).
//!
//! All of it follows from ‖∇E‖², at the cost of one gradient.

use thalweg_cpu::Element;

use crate::vector::norm_squared;

/// tan α = ‖∇E‖, the slope of the loss surface.
#[must_use]
pub fn slope(gradient_norm_squared: f64) -> f64 {
    gradient_norm_squared.sqrt()
}

/// cos α = 1/√(1 + ‖∇E‖²), which is also 1/√|g|: 1 where the surface is level, 0 where it is steep.
#[must_use]
pub fn slope_cosine(gradient_norm_squared: f64) -> f64 {
    1.0 / metric_determinant(gradient_norm_squared).sqrt()
}

/// |g| = 1 + ‖∇E‖², the determinant of the surface's metric: its square root is by how much an area
/// of the surface exceeds the area of parameters below it.
///
/// Below ‖∇E‖² = 10⁻¹⁶ it rounds to 1; (|g| − 1)/m then no longer tells R_IG.
#[must_use]
pub fn metric_determinant(gradient_norm_squared: f64) -> f64 {
    1.0 + gradient_norm_squared
}

/// h tan α = h‖∇E‖, the most by which a step of gradient descent can change ‖θ‖.
#[must_use]
pub fn norm_growth_bound(gradient_norm_squared: f64, learning_rate: f64) -> f64 {
    learning_rate * slope(gradient_norm_squared)
}

/// How ‖θ‖ changed in a step of gradient descent, beside [`norm_growth_bound`].
///
/// |‖θₙ₊₁‖ − ‖θₙ‖| ≤ ‖θₙ₊₁ − θₙ‖ = h‖∇E(θₙ)‖, with equality where ∇E is parallel to θ. It holds for plain
/// gradient descent with the gradient whose norm is given, be it of a minibatch or of a penalised
/// loss; methods with momentum or preconditioning move by other lengths.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NormGrowth {
    /// ‖θₙ₊₁‖ − ‖θₙ‖.
    pub change: f64,
    /// h‖∇E(θₙ)‖.
    pub bound: f64,
    /// What rounding in θ may add to `change`: 2 ε_T (‖θₙ‖ + ‖θₙ₊₁‖).
    pub rounding: f64,
}

impl NormGrowth {
    /// Between θₙ = `before` and θₙ₊₁ = `after`, with ‖∇E(θₙ)‖² and h.
    #[must_use]
    pub fn between<T: Element>(
        before: &[T],
        after: &[T],
        gradient_norm_squared: f64,
        learning_rate: f64,
    ) -> Self {
        let (before, after) = (norm_squared(before).sqrt(), norm_squared(after).sqrt());
        Self {
            change: after - before,
            bound: norm_growth_bound(gradient_norm_squared, learning_rate),
            rounding: 2.0 * T::EPSILON.to_f64() * (before + after),
        }
    }

    /// Whether the change is within the bound, but for rounding.
    ///
    /// ```
    /// use thalweg::geometry::NormGrowth;
    ///
    /// // E = ‖θ‖²/2 from (3, 4) with h = 0.1: straight to the origin, with equality.
    /// let step = NormGrowth::between(&[3.0, 4.0], &[2.7, 3.6], 25.0, 0.1);
    /// assert!((step.change + 0.5).abs() < 1e-15 && step.holds());
    /// ```
    #[must_use]
    pub fn holds(self) -> bool {
        self.change.abs() <= self.bound + self.rounding
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::modified::{r_ig, slope_degrees};

    proptest! {
        #[test]
        fn slope_cosine_determinant_and_r_ig_are_one_quantity(
            exponent in -6.0..6.0_f64,
            parameter_count in 1_usize..10_000,
        ) {
            let norm = 10_f64.powf(exponent);
            let alpha = slope_degrees(norm).to_radians();
            let close = |a: f64, b: f64| (a - b).abs() <= 1e-9 * a.abs().max(b.abs());
            prop_assert!(close(slope(norm), alpha.tan()));
            prop_assert!(close(slope_cosine(norm), alpha.cos()));
            prop_assert!(close(metric_determinant(norm), slope_cosine(norm).powi(-2)));
            let own = r_ig(norm, parameter_count);
            let count = parameter_count as f64;
            prop_assert!(close(own, slope(norm).powi(2) / count));
            prop_assert!(close(own, (metric_determinant(norm) - 1.0) / count));
        }

        #[test]
        fn the_determinant_is_that_of_the_metric(
            gradient in prop::collection::vec(-3.0..3.0_f64, 1..8),
        ) {
            let size = gradient.len();
            let metric = nalgebra::DMatrix::from_fn(size, size, |i, j| {
                f64::from(u8::from(i == j)) + gradient[i] * gradient[j]
            });
            let ours = metric_determinant(norm_squared(&gradient));
            prop_assert!((metric.determinant() - ours).abs() < 1e-12 * ours);
        }

        #[test]
        fn no_step_changes_the_norm_by_more_than_its_bound(
            theta in prop::collection::vec(-10.0..10.0_f64, 5),
            gradient in prop::collection::vec(-10.0..10.0_f64, 5),
            learning_rate in 1e-4..10.0_f64,
        ) {
            let step = |factor: f64| -> Vec<f64> {
                theta.iter().zip(&gradient).map(|(x, g)| x - factor * g).collect()
            };
            let norm = norm_squared(&gradient);
            let seen = NormGrowth::between(&theta, &step(learning_rate), norm, learning_rate);
            prop_assert!(seen.holds(), "{seen:?}");
            let single = |x: &[f64]| x.iter().map(|x| *x as f32).collect::<Vec<f32>>();
            let (before, after) = (single(&theta), single(&step(learning_rate)));
            prop_assert!(NormGrowth::between(&before, &after, norm, learning_rate).holds());
        }

        #[test]
        fn a_step_along_theta_reaches_its_bound_and_one_twice_as_long_breaks_it(
            theta in prop::collection::vec(1.0..10.0_f64, 5),
            learning_rate in 1e-3..1.0_f64,
        ) {
            // E = −‖θ‖²/2, so that steps lead away from the origin: θ ← θ + hθ.
            let step = |factor: f64| -> Vec<f64> {
                theta.iter().map(|x| x + factor * x).collect()
            };
            let norm = norm_squared(&theta);
            let seen = NormGrowth::between(&theta, &step(learning_rate), norm, learning_rate);
            prop_assert!(seen.holds() && (seen.change - seen.bound).abs() <= seen.rounding);
            let longer = step(2.0 * learning_rate);
            prop_assert!(!NormGrowth::between(&theta, &longer, norm, learning_rate).holds());
        }
    }
}
