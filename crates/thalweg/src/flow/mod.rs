//! Flows: θ' = f(θ), what f is and how the equation is solved.
//!
//! | method | for | order | values of f a step | vectors |
//! |---|---|---|---|---|
//! | [`AdaptiveRungeKutta::dormand_prince_5`] | most flows, errors of 10⁻³ to 10⁻⁸ | 5 | 6 | 9 |
//! | [`AdaptiveRungeKutta::verner_8`] | reference solutions | 8 | 13 | 15 to 20 |
//! | [`Chebyshev`] | stiff flows | 2 | as many as stability needs | 6 |
//! | [`FixedRungeKutta`] | what an optimizer does | the tableau's | its stages | stages + 3 |
//!
//! All are an [`Integrator`]: they go from 0 to an end, show every accepted [`Step`] to an observer,
//! give values at any times by dense output without shortening steps for them, count the [`Work`],
//! and say how it ended as a value, an [`Outcome`].
//!
//! Everything here is double precision: the differences that the theory is about drown in the
//! rounding of single precision. All is matrix-free, and the loops over steps do not allocate.

mod adaptive;
mod chebyshev;
mod control;
mod drive;
mod error;
mod explicit;
mod field;
mod fixed;
mod integrator;
mod outcome;
mod pieces;
mod regularized;
pub mod tableau;
mod traced;

pub use adaptive::AdaptiveRungeKutta;
pub use chebyshev::Chebyshev;
pub use control::{Control, Tolerance};
pub use error::FlowError;
pub use field::{Field, GradientFlow, SmoothField, Work};
pub use fixed::FixedRungeKutta;
pub use integrator::{Integrator, Observer, Solution, Step};
pub use outcome::{Integration, Outcome};
pub use regularized::RegularizedFlow;
pub use tableau::Tableau;
pub use traced::TracedField;
