//! Pairs of methods with a polynomial between their steps.

use num_traits::{One, Zero};

use super::{Rational, Tableau, rational};

/// What an integrator with error control needs: two methods on the same stages, and dense output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The stages, the weights b of the step and b̂ of the comparison.
    pub tableau: Tableau,
    /// Values within a step.
    pub interpolant: Interpolant,
}

/// Values within a step from θ to θ⁺ = θ(1): θ(x) = θ + h Σᵢ bᵢ(x) kᵢ for 0 ≤ x ≤ 1, a continuous
/// extension of a Runge–Kutta method.
///
/// The first derivative is continuous from one step to the next, because b' (0) and b'(1) pick
/// f(θ) and f(θ⁺). Hairer, Nørsett and Wanner, *Solving Ordinary Differential Equations I*, II.6.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interpolant {
    /// q: values within one step from an exact θ are off by O(h^{q+1}), for every x.
    pub order: usize,
    /// a_ij of the stages that it needs beyond the tableau's own: row i has as many entries as there
    /// are stages before it. If the first is f(θ⁺), the next step uses it again.
    pub stages: Vec<Vec<Rational>>,
    /// For each stage, of the tableau and beyond, the coefficients of x, x², … in bᵢ(x).
    pub weights: Vec<Vec<Rational>>,
}

impl Interpolant {
    /// The cubic with the values and slopes at both ends of a step, for any method: of order 3, or of
    /// that of the method if it is lower.
    #[must_use]
    pub fn cubic(tableau: &Tableau) -> Self {
        let stages = tableau.stages();
        let (last, weights) = (&tableau.coefficients[stages - 1], &tableau.weights);
        let reuses_last = stages > 1 && weights.starts_with(last) && weights[stages - 1].is_zero();
        let (end, further) = match reuses_last {
            true => (stages - 1, Vec::new()),
            false => (stages, vec![weights.clone()]),
        };
        Self::from_bend(tableau.order.min(3), weights, end, further, &[])
    }

    /// The cubic through θ, θ⁺ with slopes f(θ), f(θ⁺), and what bends it further:
    /// b(x) = x b + x(1−x)(e₀ − b) + x²(1−x)(2b − e₀ − e₁) + x²(1−x)² `bend`(x), where e₀ and e₁
    /// pick the stages that are f(θ) (the first) and f(θ⁺) (stage `end`).
    ///
    /// `bend` lists stages with the coefficients of 1, x, x², …; b are the weights of the step, and
    /// `stages` the rows beyond those of its tableau.
    pub(super) fn from_bend(
        order: usize,
        step: &[Rational],
        end: usize,
        stages: Vec<Vec<Rational>>,
        bend: &[(usize, Vec<Rational>)],
    ) -> Self {
        let two = rational(2, 1);
        let count = step.len() + stages.len();
        let cubic = |stage: usize| {
            let pick = |one: usize| match stage == one {
                true => Rational::one(),
                false => Rational::zero(),
            };
            let (begin, end) = (pick(0), pick(end));
            let weight = step.get(stage).cloned().unwrap_or_else(Rational::zero);
            let quadratic = rational(3, 1) * &weight - &two * &begin - &end;
            let cubic = &begin + &end - &two * weight;
            vec![begin, quadratic, cubic]
        };
        let mut weights: Vec<Vec<Rational>> = (0..count).map(cubic).collect();
        for (stage, coefficients) in bend {
            add_bend(&mut weights[*stage], coefficients);
        }
        Self {
            order,
            stages,
            weights,
        }
    }
}

/// Adds x²(1 − x)² (d₀ + d₁x + …) to a polynomial without a constant term.
fn add_bend(polynomial: &mut Vec<Rational>, bend: &[Rational]) {
    polynomial.resize(polynomial.len().max(bend.len() + 3), Rational::zero());
    for (power, coefficient) in bend.iter().enumerate() {
        for (offset, factor) in [(1, 1), (2, -2), (3, 1)] {
            polynomial[power + offset] += rational(factor, 1) * coefficient;
        }
    }
}
