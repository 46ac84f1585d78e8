//! Experiments: from a file that states one to trials, their stored results and rulings on its claims.
//! Beside them *studies*: results that the library computes without training.

pub mod applied;
pub mod audit;
pub mod claim;
pub mod comparison;
pub mod datasets;
mod plain_table;
pub mod plan;
pub mod record;
pub mod reproduction;
pub mod run;
pub mod spec;
pub mod store;
pub mod study;
pub mod tensorboard;
pub mod transfer;
pub mod trial;
pub mod watching;

#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct ReadmeExamples;
