//! Flows: θ' = f(θ), what f is and how the equation is solved.
//!
//! Everything here is double precision: the differences that the theory is about drown in the
//! rounding of single precision.

mod field;
pub mod tableau;
mod traced;

pub use field::{Field, GradientFlow, SmoothField, Work};
pub use tableau::Tableau;
pub use traced::TracedField;
