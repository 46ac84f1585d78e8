//! Integrators of flows: their order, their dense output, what error control reaches and costs, stiff
//! flows, how integrations end.

#![allow(clippy::unwrap_used)] // a failed unwrap is a failed test

mod control;
mod dense;
mod fields;
mod networks;
mod order;
mod outcomes;
mod problems;
mod stiff;
