//! The threads a plan may use.

use std::sync::Arc;

use crate::crew::Crew;

/// A fixed number of threads, the calling one included. Clones share them.
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

    /// `count` threads (0 counts as 1): the calling one, and others that are started now.
    ///
    /// # Errors
    /// If the system gives no more threads.
    pub fn new(count: usize) -> Result<Self, ThreadsError> {
        if count <= 1 {
            return Ok(Self::one());
        }
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(count - 1)
            .build();
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
        let own = Self {
            pool: self.pool.clone(),
            count: (self.count / items.len().max(1)).max(1),
        };
        self.enter(|crew| crew.each_of(items, |index, item| task(index, item, &own)));
    }

    /// Runs `work` on the calling thread while the others stand ready for its parallel parts.
    pub(crate) fn enter<R>(&self, work: impl FnOnce(&Crew) -> R) -> R {
        Crew::lead(self.pool.as_deref(), self.count, work)
    }
}
