//! How many threads a command may use.

use std::num::NonZeroUsize;
use std::thread::available_parallelism;

use thalweg::{Threads, ThreadsError};

/// The number asked for with `--threads`, or one for each processor.
pub fn count(asked: Option<NonZeroUsize>) -> usize {
    let processors = || available_parallelism().map_or(1, NonZeroUsize::get);
    asked.map_or_else(processors, NonZeroUsize::get)
}

/// That many threads.
pub fn start(asked: Option<NonZeroUsize>) -> Result<Threads, ThreadsError> {
    Threads::new(count(asked))
}
