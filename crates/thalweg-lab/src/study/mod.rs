//! Studies: results that the library computes directly, where an experiment trains.
//!
//! A study is a function from nothing to [`Findings`]: checks (what a source claims, what was
//! measured), pictures, tables and warnings. It tells its [`Watch`] how far it is and asks it
//! whether to go on. How findings are stored, printed and drawn is no business of a study; one has
//! a file of its own here, which computes and says what was found, and an entry in
//! [`PUBLISHED`](crate::reproduction::PUBLISHED).

mod accurate_flow;
pub mod adam;
mod check;
mod convergence;
mod findings;
pub mod games;
mod halving;
pub mod igr_a1;
pub mod igr_fig1;
pub mod igr_theorem;
mod landscape;
mod matched_updates;
pub mod momentum;
pub(crate) mod number;
mod picture;
mod regression;
mod smooth_problem;
pub mod smoothness;
mod table;
pub mod verify;
mod watch;
mod words;

#[cfg(test)]
pub(crate) mod tests;

pub use check::{Check, Expectation, Expected, table};
pub use findings::{Defect, Findings};
pub use landscape::Landscape;
pub use picture::{Axis, Mark, Picture, Role, Series, Shape};
pub use table::{Column, Table, Values};
pub use watch::{Progress, StudyError, Watch};
pub use words::shown;

/// A study: what it finds, while somebody watches.
pub type Study = fn(&mut Watch<'_>) -> Result<Findings, StudyError>;
