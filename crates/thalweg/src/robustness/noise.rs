//! What disturbs parameters.

use std::ops::Range;

use rand::Rng;
use rand_distr::{Distribution, StandardNormal};
use thalweg_cpu::Element;

use crate::Named;

/// How random noise of strength σ enters the parameters θ. All ηᵢ ~ N(0, 1) are independent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PerturbationNoise {
    /// θᵢ(1 + σηᵢ): σ is a share of each parameter. A parameter that is 0 stays 0.
    Multiplicative,
    /// θᵢ + σηᵢ: σ is in the unit of the parameters.
    Additive,
    /// θ_f + σ‖θ_f‖η_f/‖η_f‖ for each filter f: a random direction whose length is the share σ of the
    /// filter's own. A filter that is 0 stays 0.
    FilterNormalised,
}

impl Named for PerturbationNoise {
    const NAMES: &'static [(&'static str, Self)] = &[
        ("multiplicative", Self::Multiplicative),
        ("additive", Self::Additive),
        ("filter-normalised", Self::FilterNormalised),
    ];
}

impl PerturbationNoise {
    /// Whether its strength is a share of the parameters, and not in their unit.
    #[must_use]
    pub fn is_relative(self) -> bool {
        self != Self::Additive
    }

    /// Writes θ disturbed with σ = `strength` to `perturbed`, with as many numbers from `random` as
    /// there are parameters, in the order of θ (and of `filters`, which nothing but
    /// filter-normalised noise looks at).
    ///
    /// The same numbers are drawn in either precision, and for any strength.
    ///
    /// # Panics
    /// If `perturbed` is shorter than `theta`, or a filter reaches beyond it.
    pub fn perturb<T: Element>(
        self,
        strength: f64,
        theta: &[T],
        filters: &[Range<usize>],
        random: &mut impl Rng,
        perturbed: &mut [T],
    ) {
        let perturbed = &mut perturbed[..theta.len()];
        match self {
            Self::Multiplicative => {
                for (to, from) in perturbed.iter_mut().zip(theta) {
                    *to = T::from_f64(from.to_f64() * (1.0 + strength * normal(random)));
                }
            }
            Self::Additive => {
                for (to, from) in perturbed.iter_mut().zip(theta) {
                    *to = T::from_f64(from.to_f64() + strength * normal(random));
                }
            }
            Self::FilterNormalised => {
                perturbed.copy_from_slice(theta);
                for filter in filters {
                    let (to, from) = (&mut perturbed[filter.clone()], &theta[filter.clone()]);
                    disturb_filter(strength, from, random, to);
                }
            }
        }
    }
}

fn disturb_filter<T: Element>(strength: f64, from: &[T], random: &mut impl Rng, to: &mut [T]) {
    let (mut own, mut drawn) = (0.0, 0.0);
    for (to, from) in to.iter_mut().zip(from) {
        // Rounded before its norm is taken, so that the ratio of norms is σ in either precision.
        *to = T::from_f64(normal(random));
        own += from.to_f64().powi(2);
        drawn += to.to_f64().powi(2);
    }
    let factor = strength * (own / drawn).sqrt();
    for (to, from) in to.iter_mut().zip(from) {
        *to = T::from_f64(from.to_f64() + factor * to.to_f64());
    }
}

fn normal(random: &mut impl Rng) -> f64 {
    StandardNormal.sample(random)
}
