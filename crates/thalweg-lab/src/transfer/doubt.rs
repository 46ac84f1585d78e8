//! What is to be said against a transfer.

use std::fmt;

use thalweg::Named;
use thalweg::network::Activation;
use thalweg::optimizer::Sampling;

use super::{Measured, Place, Role, Side, Subject, Transferred};
use crate::spec::{DecayKind, WeightDecaySpec};
use crate::study::shown;

/// Where λ_max comes this near to the largest stable curvature, steps overshoot along the top
/// eigenvector nearly as far as they were off.
const EDGE: f64 = 0.9;
/// k·h_e·λ_max from which on the terms of the series in k·h_e do not fall.
const LONG: f64 = 1.0;
/// The share of E below which a term cannot be seen in the noise of training.
const NEGLIGIBLE: f64 = 1e-3;

/// A reason to doubt that the target trains as the original does, with what can be done about it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Doubt {
    /// λ_max is near or above the largest stable curvature.
    NearTheEdge {
        /// Of which.
        role: Role,
        /// Where.
        place: &'static str,
        /// λ_max over the largest stable curvature.
        stability: f64,
    },
    /// An epoch is long against the curvature.
    LongEpoch {
        /// Of which.
        role: Role,
        /// Where.
        place: &'static str,
        /// k·h_e·λ_max.
        length: f64,
    },
    /// The original diverges within an epoch.
    Diverged,
    /// A network with kinks.
    NotSmooth {
        /// What makes them.
        activation: Activation,
    },
    /// Examples are drawn with replacement.
    WithReplacement {
        /// By which.
        role: Role,
    },
    /// The batch size does not divide the number of examples.
    UnequalBatches {
        /// Of which.
        role: Role,
        /// N.
        examples: usize,
        /// B.
        batch_size: usize,
    },
    /// An epoch is one step.
    OneBatchAnEpoch {
        /// Of which.
        role: Role,
    },
    /// The learning rate changes along the way.
    Scheduled,
    /// Gradients are clipped.
    Clipped {
        /// By which.
        role: Role,
        /// The norm from which on.
        norm: f64,
    },
    /// There is weight decay.
    WeightDecay {
        /// w.
        coefficient: f64,
        /// Whether a penalty leaves it out, in the original or since it is decoupled.
        is_outside: bool,
    },
    /// What is transferred is too little to be seen.
    Negligible {
        /// Of which measure of the gradient.
        term: &'static str,
        /// Its largest share of E.
        share: f64,
    },
}

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

    /// A name for it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::NearTheEdge { .. } => "near-the-edge",
            Self::LongEpoch { .. } => "long-epoch",
            Self::Diverged => "diverged",
            Self::NotSmooth { .. } => "not-smooth",
            Self::WithReplacement { .. } => "with-replacement",
            Self::UnequalBatches { .. } => "unequal-batches",
            Self::OneBatchAnEpoch { .. } => "one-batch-an-epoch",
            Self::Scheduled => "scheduled",
            Self::Clipped { .. } => "clipped",
            Self::WeightDecay { .. } => "weight-decay",
            Self::Negligible { .. } => "negligible",
        }
    }

    /// What is the matter.
    #[must_use]
    pub fn cause(&self) -> String {
        match self {
            Self::NearTheEdge {
                role,
                place,
                stability,
            } => format!(
                "λ_max is {} times the largest stable curvature of the {} {place}: {}",
                shown(*stability),
                role.name(),
                match *stability < 1.0 {
                    true => "its steps overshoot, which no modified loss describes",
                    false =>
                        "its steps grow where curvature is greatest, and the theory says nothing",
                }
            ),
            Self::LongEpoch {
                role,
                place,
                length,
            } => format!(
                "k·h_e·λ_max of the {} is {} {place}: from 1 on, the terms of third order that \
                 are left out are as large as those that are kept",
                role.name(),
                shown(*length)
            ),
            Self::Diverged => {
                "the original's loss grows without bound within its first epoch".into()
            }
            Self::NotSmooth { activation } => format!(
                "the network has `{}` activations, which are not smooth: modified losses describe it \
                 only between its kinks",
                activation.name()
            ),
            Self::WithReplacement { role } => format!(
                "the {} draws examples with replacement: over many epochs θ wanders by O(√h), and \
                 where the loss is not quadratic its wandering moves the mean as much as these terms do",
                role.name()
            ),
            Self::UnequalBatches {
                role,
                examples,
                batch_size,
            } => format!(
                "the {}'s batches of {batch_size} do not divide {examples} examples: what an epoch's \
                 gradients add up to depends on chance, θ wanders by O(√h), and over many epochs that \
                 moves the mean a little more than is counted",
                role.name()
            ),
            Self::OneBatchAnEpoch { role } => format!(
                "an epoch of the {} is one step, without the noise of minibatches: the mean path is \
                 transferred, and chance is not",
                role.name()
            ),
            Self::Scheduled => {
                "the learning rate follows a schedule: the implicit terms change with it in proportion, \
                 while the penalty, which is for the base rate, stays as it is"
                    .into()
            }
            Self::Clipped { role, norm } => format!(
                "the {} clips gradients of norm above {}: where it does, its steps are no multiple of \
                 the gradient, and its coefficients are others",
                role.name(),
                shown(*norm)
            ),
            Self::WeightDecay {
                coefficient,
                is_outside,
            } => format!(
                "with weight decay w = {}, E stands for the loss with (w/2)‖θ‖² added{}; measured is the \
                 loss alone",
                shown(*coefficient),
                match is_outside {
                    true => ", while a penalty is of the gradient of the loss alone",
                    false => "",
                }
            ),
            Self::Negligible { term, share } => format!(
                "what is transferred of {term} is at most {} of the loss where it was measured",
                shown(*share)
            ),
        }
    }

    /// What can be done.
    #[must_use]
    pub fn advice(&self) -> &'static str {
        match self {
            Self::NearTheEdge { .. } => {
                "Lower its learning rate, or trust the comparison of runs only"
            }
            Self::LongEpoch { .. } => {
                "Take the coefficients as a first guess and compare runs; lower rates or larger \
                 batches make them more exact"
            }
            Self::Diverged => "Lower its learning rate",
            Self::NotSmooth { .. } => {
                "Compare runs, or take `tanh`, `gelu` or another smooth activation"
            }
            Self::WithReplacement { .. } => "Take sampling = \"shuffled\"",
            Self::UnequalBatches { .. } => "Take a batch size that divides the examples",
            Self::OneBatchAnEpoch { .. } => {
                "Nothing is wrong; compare means over several seeds of the other"
            }
            Self::Scheduled => {
                "Transfer at the rate of the stretch that matters, or keep it constant"
            }
            Self::Clipped { .. } => "Clip in both or in neither, and rarely",
            Self::WeightDecay {
                is_outside: true, ..
            } => "Take coupled decay with in_penalty = true where w is not small",
            Self::WeightDecay { .. } => "For small w the difference is small",
            Self::Negligible { .. } => "Leave it out if it costs more than it is worth",
        }
    }
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}. {}.", self.cause(), self.advice())
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

impl Place {
    /// λ_max over the largest stable curvature: h·λ_max/2 for gradient descent.
    #[must_use]
    pub fn stability(&self, side: &Side) -> Option<f64> {
        Some(self.largest_curvature / side.largest_stable_curvature?)
    }

    /// k·h_e·λ_max.
    #[must_use]
    pub fn epoch_length(&self, side: &Side) -> f64 {
        side.epoch_time() * self.largest_curvature
    }
}
