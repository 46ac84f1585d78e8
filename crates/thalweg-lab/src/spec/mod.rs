//! Experiment files: from TOML to typed, validated and resolved trials.
//!
//! A file goes through these stages, each in a module of its own, and whatever is wrong at any of
//! them is collected with its place in the text (`diagnostic`, `problem`):
//!
//! 1. `tree`: the TOML as a tree whose nodes know where they were written;
//! 2. `overrides`, `layers`: the tables of the file, a `[[sweep]]` over them, `--set` over both;
//! 3. `range`, `grid`: lists and ranges as axes, and the points of their grid;
//! 4. `want`, `reader`: each table of each point as a typed value, one module a table;
//! 5. `references`: claims and figures against the sweeps that they speak of.
//!
//! [`TrialSpec::to_toml`] goes back: the `canonical` text of a trial, which is also its identity.

mod at;
mod canonical;
mod claim;
mod comparison;
mod data;
mod data_size;
mod derived;
mod diagnostic;
mod duration;
mod experiment;
mod figure;
mod grid;
mod layers;
mod network;
mod optimizer;
mod overrides;
mod precision;
mod probe;
mod problem;
mod range;
mod reader;
mod references;
mod regularizer;
mod resolved;
mod retrained;
mod robustness;
mod schedule;
mod setting;
mod stop;
mod sweep;
mod tree;
mod trial;
mod want;
mod weight_decay;

#[cfg(test)]
mod tests;

pub use at::At;
pub use claim::{Among, ClaimSpec, Direction, Scale};
pub use comparison::Comparison;
pub use data::DataSpec;
pub use data_size::DataSize;
pub use derived::Derived;
pub use diagnostic::ExperimentError;
pub use duration::Duration;
pub use experiment::Experiment;
pub use figure::{FigureAxis, FigureSpec, PathAxis, SeedsShown};
pub use network::NetworkSpec;
pub use optimizer::{BatchSpec, Method, OptimizerSpec};
pub use overrides::Override;
pub use precision::Precision;
pub use probe::ProbeSpec;
pub use problem::Problem;
pub(crate) use problem::nearest;
pub use regularizer::{MicroBatchSpec, RegularizerSpec, Strength};
pub use robustness::{ExposedAt, RobustnessSpec};
pub use schedule::{CourseSpec, ScheduleSpec};
pub use setting::Setting;
pub use stop::StopSpec;
pub use sweep::{Axis, Sweep};
pub use trial::TrialSpec;
pub(crate) use trial::short_hash;
pub use weight_decay::{DecayKind, WeightDecaySpec};
