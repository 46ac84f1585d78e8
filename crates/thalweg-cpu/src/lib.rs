//! How tensor programs are computed on the processor: plan, kernels, threads.
//!
//! [`Plan::new`] compiles a [`thalweg_graph::Program`] once: chains of elementwise operations
//! become single passes, sums of matrix products accumulate in place, and every intermediate gets
//! its place in one block of [`Memory`], shared between values that never live at the same time.
//! [`Plan::run`] then runs it any number of times, in `f32` or `f64`, without allocating buffers.
//!
//! Results are equal to the bit for any number of threads: work is cut by the shapes alone, and
//! partial sums are added in a fixed order. This crate never differentiates.
//!
//! ```
//! use thalweg_cpu::{Argument, Memory, Plan, Threads};
//! use thalweg_graph::Graph;
//!
//! let graph = Graph::new();
//! let x = graph.input(&[3]);
//! let loss = (x * x).sum_all() * 0.5;
//! let gradient = graph.gradient(loss, &[x])[0];
//! let plan = Plan::<f64>::new(&graph.program(&[loss, gradient]).unwrap());
//!
//! let (mut loss, mut gradient) = ([0.0], [0.0; 3]);
//! let inputs = [Argument::Real(&[1.0, 2.0, 3.0])];
//! let outputs = &mut [&mut loss[..], &mut gradient[..]];
//! plan.run(&inputs, outputs, &mut Memory::new(), &Threads::one()).unwrap();
//! assert_eq!((loss, gradient), ([7.0], [1.0, 2.0, 3.0]));
//! ```

mod crew;
mod element;
mod error;
mod kernel;
mod plan;
mod run;
mod storage;
mod threads;
pub mod vector;

pub use element::Element;
pub use error::RunError;
pub use plan::{Plan, Work};
pub use run::{Argument, Stage};
pub use storage::Memory;
pub use threads::{Threads, ThreadsError};
