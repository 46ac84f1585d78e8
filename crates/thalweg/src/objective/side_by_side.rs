//! Many independent evaluations at once.

use std::sync::{Mutex, PoisonError};

use thalweg_cpu::Threads;

/// A desk for each thread, each with all that one evaluation needs.
///
/// For evaluations at many θ this is better than threads that share each of them: nobody waits, and
/// what prepares an evaluation runs side by side too.
#[derive(Debug)]
pub(crate) struct SideBySide<D>(Mutex<Vec<D>>);

impl<D: Send> SideBySide<D> {
    /// One for each of `threads`.
    pub(crate) fn new(threads: &Threads, desk: impl Fn() -> D) -> Self {
        Self(Mutex::new((0..threads.count()).map(|_| desk()).collect()))
    }

    /// Runs `task` on each of `items`, given a desk and the item's place. What a desk holds when a
    /// task begins is left from another one.
    pub(crate) fn each_of<I: Send>(
        &self,
        threads: &Threads,
        items: &mut [I],
        task: impl Fn(&mut D, usize, &mut I) + Sync + Send,
    ) {
        threads.each_of(items, |place, item, _| {
            self.with(|desk| task(desk, place, item));
        });
    }

    /// Does `work` on one of the desks.
    pub(crate) fn with<R>(&self, work: impl FnOnce(&mut D) -> R) -> R {
        let desks = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = desks().pop();
        let mut desk = taken.expect("there are as many desks as threads");
        let result = work(&mut desk);
        desks().push(desk);
        result
    }
}
