//! Backward error analysis: which loss an optimizer really descends.

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
