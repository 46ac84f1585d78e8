//! Experiment files: from TOML to typed, validated and resolved trials.

mod canonical;
mod claim;
mod data;
mod experiment;
mod figure;
mod network;
mod optimizer;
mod precision;
mod probe;
mod regularizer;
mod setting;
mod stop;
mod sweep;
mod trial;

pub use claim::{Among, At, ClaimSpec, Comparison, Direction, Scale};
pub use data::{DataSource, DataSpec, Scaling};
pub use experiment::Experiment;
pub use figure::{FigureAxis, FigureSpec, PathAxis};
pub use network::NetworkSpec;
pub use optimizer::{Method, OptimizerSpec};
pub use precision::Precision;
pub use probe::ProbeSpec;
pub use regularizer::RegularizerSpec;
pub use setting::Setting;
pub use stop::StopSpec;
pub use sweep::{Axis, Sweep};
pub use trial::TrialSpec;
pub(crate) use trial::short_hash;
