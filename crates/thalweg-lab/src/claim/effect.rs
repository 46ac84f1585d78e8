//! The effect of each seed: a slope, or a difference.

use super::FEWEST_POINTS;
use super::evidence::Observation;
use super::verdict::{LeftOut, Reason, SeedEffect};
use crate::spec::{ClaimSpec, Comparison, Setting};

/// The effect of every seed that has one, in the order of the seeds; observations that nothing can
/// be compared with are left out.
pub(super) fn by_seed(
    claim: &ClaimSpec,
    mut observations: Vec<Observation>,
    left_out: &mut Vec<LeftOut>,
) -> Vec<SeedEffect> {
    observations.sort_by_key(|one| one.seed);
    let mut seeds = Vec::new();
    for of_seed in observations.chunk_by(|left, right| left.seed == right.seed) {
        let (mut effects, mut trials) = (Vec::new(), 0);
        for group in comparable(of_seed) {
            match of_group(claim, &group) {
                Some(effect) => {
                    effects.push(effect);
                    trials += group.len();
                }
                None => left_out.extend(group.into_iter().map(alone)),
            }
        }
        if !effects.is_empty() {
            seeds.push(SeedEffect {
                seed: of_seed[0].seed,
                effect: effects.iter().sum::<f64>() / effects.len() as f64,
                trials,
            });
        }
    }
    seeds
}

/// The observations that agree in all other settings, together.
fn comparable(observations: &[Observation]) -> Vec<Vec<&Observation>> {
    let mut groups: Vec<Vec<&Observation>> = Vec::new();
    for one in observations {
        match groups
            .iter_mut()
            .find(|group| group[0].others == one.others)
        {
            Some(group) => group.push(one),
            None => groups.push(vec![one]),
        }
    }
    groups
}

fn alone(observation: &Observation) -> LeftOut {
    LeftOut {
        id: observation.id.clone(),
        seed: observation.seed,
        setting: observation.setting.clone(),
        reason: Reason::NothingToCompare,
    }
}

/// The effect within one group, or `None` if too little of it is left.
fn of_group(claim: &ClaimSpec, group: &[&Observation]) -> Option<f64> {
    match &claim.compare {
        Comparison::Trend => trend(group),
        Comparison::Pair { from, to } => Some(value_at(group, to)? - value_at(group, from)?),
    }
}

/// The slope against log10 of the setting, over at least [`FEWEST_POINTS`] values of it.
fn trend(group: &[&Observation]) -> Option<f64> {
    if group.len() < FEWEST_POINTS {
        return None;
    }
    let point = |one: &&Observation| Some((one.setting.as_number()?.log10(), one.value));
    let points: Option<Vec<(f64, f64)>> = group.iter().map(point).collect();
    Some(slope(&points?)).filter(|slope| slope.is_finite())
}

fn value_at(group: &[&Observation], setting: &Setting) -> Option<f64> {
    let mut group = group.iter();
    group.find_map(|one| one.setting.is_same(setting).then_some(one.value))
}

/// The slope of the least-squares line: Σ(x − x̄)(y − ȳ) / Σ(x − x̄)².
fn slope(points: &[(f64, f64)]) -> f64 {
    let count = points.len() as f64;
    let mean_x = points.iter().map(|(x, _)| x).sum::<f64>() / count;
    let mean_y = points.iter().map(|(_, y)| y).sum::<f64>() / count;
    let products = points.iter().map(|(x, y)| (x - mean_x) * (y - mean_y));
    let squares = points.iter().map(|(x, _)| (x - mean_x).powi(2));
    products.sum::<f64>() / squares.sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slope_is_as_computed_by_hand() {
        // x̄ = 2, ȳ = 3; Σ(x−x̄)(y−ȳ) = 1·1 + 0·1 + 1·2 = 3, Σ(x−x̄)² = 2.
        assert_eq!(slope(&[(1.0, 2.0), (2.0, 2.0), (3.0, 5.0)]), 1.5);
        assert!(slope(&[(1.0, 2.0), (1.0, 3.0), (1.0, 4.0)]).is_nan());
    }
}
