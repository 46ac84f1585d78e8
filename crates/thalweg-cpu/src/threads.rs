//! The threads a plan may use.

use std::sync::Arc;

use rayon::prelude::*;

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

    /// Runs `task` on each of `items`, given its place and the threads it may use itself.
    pub fn each_of<I: Send>(
        &self,
        items: &mut [I],
        task: impl Fn(usize, &mut I, &Self) + Sync + Send,
    ) {
        if self.count == 1 || items.len() <= 1 {
            let items = items.iter_mut().enumerate();
            return items.for_each(|(index, item)| task(index, item, self));
        }
        let own = Self {
            pool: None, // a task runs where the pool's threads are already
            count: (self.count / items.len()).max(1),
        };
        self.enter(|| {
            let items = items.par_iter_mut().with_max_len(1).enumerate();
            items.for_each(|(index, item)| task(index, item, &own));
        });
    }

    /// Runs `task` on the parts of `items` of the given length.
    pub(crate) fn each_chunk<I: Send>(
        &self,
        items: &mut [I],
        length: usize,
        task: impl Fn(usize, &mut [I]) + Sync + Send,
    ) {
        if self.count == 1 {
            let parts = items.chunks_mut(length).enumerate();
            return parts.for_each(|(index, part)| task(index, part));
        }
        self.enter(|| {
            let parts = items.par_chunks_mut(length).enumerate();
            parts.for_each(|(index, part)| task(index, part));
        });
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
