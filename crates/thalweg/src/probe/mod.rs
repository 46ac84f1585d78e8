//! Probes: what is measured along a path, and when.

mod curvature;
mod measurement;
mod needs;
mod observation;
mod schedule;
mod value;

pub use measurement::{Best, Quantity};
pub use needs::Needs;
pub use observation::{Course, Observation};
pub use schedule::{Schedule, ScheduleError};
