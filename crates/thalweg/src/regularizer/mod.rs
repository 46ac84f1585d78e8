//! Regularizers: what is added to the objective on purpose.

mod gradient_penalty;

pub use gradient_penalty::{
    GradientPenalty, GradientPenaltyError, Normalisation, Penalised, PenaltyDerivative, Scratch,
};
