//! Regularizers: what is added to the objective on purpose.

mod gradient_penalty;
mod micro_batches;
mod scratch;

pub use gradient_penalty::{
    GradientPenalty, GradientPenaltyError, Normalisation, Penalised, PenaltyDerivative,
};
pub use micro_batches::MicroBatchPenalty;
pub use scratch::Scratch;
