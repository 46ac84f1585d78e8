//! Probes: what is measured along a path, and when.

mod measurement;
mod schedule;

pub use measurement::Quantity;
pub use schedule::{Schedule, ScheduleError};
