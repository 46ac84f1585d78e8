//! Where there is doubt.

use thalweg::optimizer::Sampling;

use super::Doubt;
use crate::spec::{DecayKind, WeightDecaySpec};
use crate::transfer::{Measured, Place, Role, Side, Subject, Transferred};

/// Where λ_max comes this near to the largest stable curvature, steps overshoot along the top
/// eigenvector nearly as far as they were off.
const EDGE: f64 = 0.9;
/// k·h_e·λ_max from which on the terms of the series in k·h_e do not fall.
const LONG: f64 = 1.0;
/// The share of E below which a term cannot be seen in the noise of training.
const NEGLIGIBLE: f64 = 1e-3;

impl Doubt {
    /// Every doubt there is, with what was measured, if anything was.
    #[must_use]
    pub fn all(
        transferred: &Transferred,
        subject: Option<&Subject>,
        measured: Option<&Measured>,
    ) -> Vec<Self> {
        let sides = [
            (Role::Original, &transferred.original),
            (Role::Target, &transferred.target),
        ];
        let mut all: Vec<Self> = sides
            .iter()
            .flat_map(|(role, side)| of_epochs(*role, side))
            .collect();
        all.extend(subject.into_iter().flat_map(of_file));
        let Some(measured) = measured else { return all };
        if !measured.activation.is_smooth() {
            let activation = measured.activation;
            all.push(Self::NotSmooth { activation });
        }
        if measured.diverged {
            all.push(Self::Diverged);
        }
        for (role, side) in sides {
            all.extend(worst_of_steps(role, side, &measured.places));
        }
        all.extend(negligible(transferred, &measured.places));
        all
    }
}

fn of_epochs(role: Role, side: &Side) -> Vec<Doubt> {
    let (examples, batch_size) = (side.epoch.examples, side.epoch.batch_size);
    let is_drawn = side.epoch.sampling == Sampling::WithReplacement;
    let found = [
        is_drawn.then_some(Doubt::WithReplacement { role }),
        (!examples.is_multiple_of(batch_size)).then_some(Doubt::UnequalBatches {
            role,
            examples,
            batch_size,
        }),
        (side.epoch.steps() == 1).then_some(Doubt::OneBatchAnEpoch { role }),
        side.optimizer
            .clip_norm
            .map(|norm| Doubt::Clipped { role, norm }),
    ];
    found.into_iter().flatten().collect()
}

fn of_file(subject: &Subject) -> Vec<Doubt> {
    let trial = subject.trial();
    let is_outside = |decay: &WeightDecaySpec| {
        decay.kind == DecayKind::Decoupled || decay.in_penalty == Some(false)
    };
    let decay = trial.weight_decay.as_ref().map(|decay| Doubt::WeightDecay {
        coefficient: decay.coefficient,
        is_outside: is_outside(decay),
    });
    let scheduled = trial.schedule.map(|_| Doubt::Scheduled);
    scheduled.into_iter().chain(decay).collect()
}

/// The worst place for each doubt about the size of steps.
fn worst_of_steps(role: Role, side: &Side, places: &[Place]) -> Vec<Doubt> {
    let by_curvature =
        |one: &&Place, other: &&Place| one.largest_curvature.total_cmp(&other.largest_curvature);
    let Some(worst) = places.iter().max_by(by_curvature) else {
        return Vec::new();
    };
    let place = worst.name;
    let stability = worst.stability(side).filter(|one| *one >= EDGE);
    let length = Some(worst.epoch_length(side)).filter(|length| *length > LONG);
    let edge = stability.map(|stability| Doubt::NearTheEdge {
        role,
        place,
        stability,
    });
    let long = length.map(|length| Doubt::LongEpoch {
        role,
        place,
        length,
    });
    edge.into_iter().chain(long).collect()
}

fn negligible(transferred: &Transferred, places: &[Place]) -> Vec<Doubt> {
    let missing = transferred.missing;
    let of = |term, coefficient: f64, size: fn(&Place) -> f64| {
        let shares = places
            .iter()
            .map(|place| coefficient.abs() * size(place) / place.loss);
        let share = shares.fold(f64::NAN, f64::max);
        (coefficient != 0.0 && share < NEGLIGIBLE).then_some(Doubt::Negligible { term, share })
    };
    let full = of("‖∇E‖²", missing.full_batch, |place| {
        place.gradient_norm_squared
    });
    let variance = of("Γ", missing.gradient_variance, |place| {
        place.gradient_variance
    });
    full.into_iter().chain(variance).collect()
}
