//! The threads a plan may use.

use std::sync::Arc;

/// A fixed number of threads. Clones share them.
///
/// The number changes how long a program takes and nothing else.
#[derive(Clone, Debug)]
pub struct Threads {
    pool: Option<Arc<rayon::ThreadPool>>,
    count: usize,
}

/// Threads could not be started.
#[derive(Debug, thiserror::Error)]
#[error("cannot start {count} threads; ask for fewer")]
pub struct ThreadsError {
    /// How many were wanted.
    pub count: usize,
    /// What the system said.
    #[source]
    pub source: rayon::ThreadPoolBuildError,
}

impl Threads {
    /// The calling thread alone.
    #[must_use]
    pub fn one() -> Self {
        Self {
            pool: None,
            count: 1,
        }
    }

    /// `count` threads (0 counts as 1), started now.
    ///
    /// # Errors
    /// If the system gives no more threads.
    pub fn new(count: usize) -> Result<Self, ThreadsError> {
        if count <= 1 {
            return Ok(Self::one());
        }
        let pool = rayon::ThreadPoolBuilder::new().num_threads(count).build();
        let pool = pool.map_err(|source| ThreadsError { count, source })?;
        Ok(Self {
            pool: Some(Arc::new(pool)),
            count,
        })
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count
    }

    /// Runs `work` where the threads are, so that parallel parts inside it use them.
    pub(crate) fn enter<R: Send>(&self, work: impl FnOnce() -> R + Send) -> R {
        match &self.pool {
            Some(pool) => pool.install(work),
            None => work(),
        }
    }

    /// Runs `task(0)`, …, `task(tasks − 1)`, each once, in any order. Call inside [`Self::enter`].
    pub(crate) fn each(&self, tasks: usize, task: impl Fn(usize) + Sync + Send) {
        use rayon::prelude::*;
        if self.count == 1 || tasks <= 1 {
            (0..tasks).for_each(task);
        } else {
            (0..tasks).into_par_iter().with_max_len(1).for_each(task);
        }
    }

    /// How a matrix product of the given amount of work is to be run.
    pub(crate) fn parallelism(&self) -> gemm::Parallelism {
        match self.count {
            1 => gemm::Parallelism::None,
            count => gemm::Parallelism::Rayon(count),
        }
    }
}
