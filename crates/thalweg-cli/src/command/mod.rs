//! One file a subcommand: its arguments and what it does with them.

pub mod audit;
pub mod data;
mod experiment;
pub mod export;
pub mod flow;
mod prepared;
pub mod report;
pub mod reproduce;
mod reproduce_all;
pub mod run;
mod study;
pub mod surface;
mod threads;
pub mod transfer;
pub mod verify;
pub mod watch;
