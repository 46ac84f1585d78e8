//! The effect of each seed: a slope, a difference, or the distance between two optima.

use super::FEWEST_POINTS;
use super::evidence::Observation;
use super::verdict::{LeftOut, Reason, SeedEffect};
use crate::spec::{ClaimSpec, Comparison, Setting};

/// The effect of every seed that has one, in the order of the seeds; observations that nothing can
/// be compared with are left out. `base` are those of the sweep that is subtracted, if one is.
pub(super) fn by_seed(
    claim: &ClaimSpec,
    mut observations: Vec<Observation>,
    base: &[Observation],
    left_out: &mut Vec<LeftOut>,
) -> Vec<SeedEffect> {
    observations.sort_by_key(|one| one.seed);
    let mut seeds = Vec::new();
    for of_seed in observations.chunk_by(|left, right| left.seed == right.seed) {
        let (mut effects, mut trials) = (Vec::new(), 0);
        for group in comparable(of_seed) {
            let base: Vec<&Observation> = base.iter().filter(|one| one.is_like(group[0])).collect();
            match of_group(claim, &group, &base) {
                Ok(effect) => {
                    effects.push(effect);
                    trials += group.len() + base.len();
                }
                Err(reason) => {
                    let group = group.into_iter().chain(base);
                    left_out.extend(group.map(|one| one.left_out(reason)));
                }
            }
        }
        if !effects.is_empty() {
            seeds.push(SeedEffect {
                seed: of_seed[0].seed,
                effect: mean(effects.into_iter()),
                trials,
            });
        }
    }
    let is_lone = |one: &&Observation| !observations.iter().any(|other| one.is_like(other));
    let lone = base.iter().filter(is_lone);
    left_out.extend(lone.map(|one| one.left_out(Reason::NothingToCompare)));
    seeds
}

/// The observations that agree in all other settings, together.
fn comparable(observations: &[Observation]) -> Vec<Vec<&Observation>> {
    let mut groups: Vec<Vec<&Observation>> = Vec::new();
    for one in observations {
        match groups.iter_mut().find(|group| group[0].is_like(one)) {
            Some(group) => group.push(one),
            None => groups.push(vec![one]),
        }
    }
    groups
}

/// The effect within one group, or why there is none.
fn of_group(
    claim: &ClaimSpec,
    group: &[&Observation],
    base: &[&Observation],
) -> Result<f64, Reason> {
    let difference = |one: Option<f64>, other: Option<f64>| Some(one? - other?);
    let effect = match &claim.compare {
        Comparison::Trend => trend(group),
        Comparison::Pair { from, to } => difference(value_at(group, to), value_at(group, from)),
        Comparison::Sweep { .. } => difference(value(group), value(base)),
        Comparison::Optimum { .. } => {
            let own = optimum(group, |one| one.value)?;
            Some(own - optimum(group, |one| one.rival)?)
        }
    };
    effect.ok_or(Reason::NothingToCompare)
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

/// log2 of the setting at which something is highest, which has to have lower values on either side.
/// Equally high values at several settings are one optimum in their middle.
fn optimum(group: &[&Observation], height: impl Fn(&Observation) -> f64) -> Result<f64, Reason> {
    let point = |one: &&Observation| Some((one.setting.as_number()?.log2(), height(one)));
    let points: Option<Vec<(f64, f64)>> = group.iter().map(point).collect();
    let mut points = points.ok_or(Reason::NothingToCompare)?;
    points.sort_by(|one, other| one.0.total_cmp(&other.0));
    let highest = points
        .iter()
        .map(|one| one.1)
        .fold(f64::NEG_INFINITY, f64::max);
    if points.len() < FEWEST_POINTS || highest == f64::NEG_INFINITY {
        return Err(Reason::NothingToCompare);
    }
    let ends = [points[0].1, points[points.len() - 1].1];
    if ends.contains(&highest) {
        return Err(Reason::OptimumAtEdge);
    }
    let best = points.iter().filter(|one| one.1 == highest);
    let places: Vec<f64> = best.map(|one| one.0).collect();
    Ok(mean(places.into_iter()))
}

/// The mean of the values at a setting, if there are any.
fn value_at(group: &[&Observation], setting: &Setting) -> Option<f64> {
    let group = group.iter().copied();
    let there: Vec<&Observation> = group.filter(|one| one.setting.is_near(setting)).collect();
    value(&there)
}

/// The mean of the values of some observations, if there are any.
fn value(observations: &[&Observation]) -> Option<f64> {
    (!observations.is_empty()).then(|| mean(observations.iter().map(|one| one.value)))
}

fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = values.len() as f64;
    values.sum::<f64>() / count
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
