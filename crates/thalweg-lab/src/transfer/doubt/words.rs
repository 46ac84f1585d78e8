//! Doubts in words.

use thalweg::Named;

use super::Doubt;
use crate::study::shown;

impl Doubt {
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
