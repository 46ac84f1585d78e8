//! Probes: what is measured along a path, and when.

mod curvature;
mod measurement;
mod observation;
mod schedule;

pub use measurement::{Best, Quantity};
pub use observation::{Course, Needs, Observation};
pub use schedule::{Schedule, ScheduleError};
