//! Backward error analysis: which loss an optimizer really descends.

mod gradient_descent;

pub use gradient_descent::{implicit_coefficient, modified_loss, r_ig, slope_degrees};
