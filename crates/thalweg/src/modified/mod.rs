//! Backward error analysis: which loss an optimizer really descends.
//!
//! A step of gradient descent, or of any Runge–Kutta method on the gradient flow, is formally the
//! flow of a *modified field* f + h f₁ + h² f₂ + …, whose terms are named by rooted trees
//! ([`RootedTree`], [`BSeries`], [`elementary_differentials`]). [`ModifiedField`] has it to any
//! order up to [`MOST_TERMS`], [`ModifiedGradientFlow`] and [`ThreeTermGradientFlow`] its first terms
//! for gradient descent in closed form. [`ModifiedLoss`] says whether a *modified loss* has that
//! field for its gradient, and [`TermNorms`] whether h is small enough for all this.

mod b_series;
mod elementary_differential;
mod gradient_descent;
mod gradient_descent_flow;
mod loss_series;
mod rooted_tree;
mod runge_kutta;
mod schedule;
mod term_norms;

pub use b_series::BSeries;
pub use elementary_differential::elementary_differentials;
pub use gradient_descent::{implicit_coefficient, modified_loss, r_ig, slope_degrees};
pub use gradient_descent_flow::{ModifiedGradientFlow, ThreeTermGradientFlow};
pub use loss_series::{LossSeries, LossTerm, ModifiedLoss, NoModifiedLoss};
pub use rooted_tree::RootedTree;
pub use runge_kutta::{MOST_TERMS, ModifiedField, TermsError};
pub use term_norms::TermNorms;
