//! Regularizers: what is added to the objective on purpose.

mod gradient_penalty;
mod micro_batches;

pub use gradient_penalty::{
    GradientPenalty, GradientPenaltyError, Normalisation, Penalised, PenaltyDerivative, Scratch,
};
pub use micro_batches::MicroBatchPenalty;
