//! Parallel parts of a running program.
//!
//! A program has dozens of parallel parts of some ten microseconds each. A pool that puts its
//! threads to sleep in between and wakes them for each part spends as long on that. So a crew stands
//! by from the beginning of a program to its end: the leader announces tasks, everybody takes the
//! next one until none is left. A helper that comes late, or never, costs time and nothing else.

use std::hint::spin_loop;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU64, AtomicUsize, Ordering};

/// How often a helper looks for work before it lets others have the processor.
const PATIENCE: u32 = 20_000;

/// A leader and its helpers.
#[derive(Debug)]
pub(crate) struct Crew {
    count: usize,
    /// The announced part: its number, how many tasks it has, and the next one to be taken.
    part: AtomicU64,
    /// What a task of that part does: a `&Job` on the leader's stack.
    job: AtomicPtr<()>,
    /// Tasks of that part that are done.
    done: AtomicUsize,
    is_dismissed: AtomicBool,
    /// Whether a task panicked in a helper.
    has_panicked: AtomicBool,
}

/// The tasks of one part.
type Job<'a> = &'a (dyn Fn(usize) + Sync);

/// A part as one number, so that it is read and taken from at once.
#[derive(Clone, Copy)]
struct Part(u64);

impl Part {
    const MOST_TASKS: usize = (1 << 20) - 1;

    fn new(number: u64, tasks: usize) -> Self {
        Self(number << 40 | (tasks as u64) << 20)
    }

    fn number(self) -> u64 {
        self.0 >> 40
    }

    fn tasks(self) -> usize {
        (self.0 >> 20) as usize & Self::MOST_TASKS
    }

    fn next(self) -> usize {
        self.0 as usize & Self::MOST_TASKS
    }
}

impl Crew {
    /// Leads `work` on the calling thread, with helpers from `pool` up to `count` threads.
    pub(crate) fn lead<R>(
        pool: Option<&rayon::ThreadPool>,
        count: usize,
        work: impl FnOnce(&Self) -> R,
    ) -> R {
        let Some(pool) = pool.filter(|_| count > 1) else {
            return work(&Self::of(1));
        };
        let crew = Arc::new(Self::of(count));
        for _ in 1..count {
            // Not scoped: a helper that comes when all is over finds the crew dismissed, and
            // nobody waits for it. So crews that share a pool never wait for each other.
            let crew = crew.clone();
            pool.spawn(move || crew.help());
        }
        let _dismissal = Dismissal { crew: &crew };
        work(&crew)
    }

    /// The calling thread alone.
    pub(crate) fn alone() -> Self {
        Self::of(1)
    }

    fn of(count: usize) -> Self {
        Self {
            count,
            part: AtomicU64::new(0),
            job: AtomicPtr::new(std::ptr::null_mut()),
            done: AtomicUsize::new(0),
            is_dismissed: AtomicBool::new(false),
            has_panicked: AtomicBool::new(false),
        }
    }

    /// How many there are, the leader included.
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// Runs `task(0)`, …, `task(tasks − 1)`, each once, in any order. For the leader alone.
    pub(crate) fn each(&self, tasks: usize, task: impl Fn(usize) + Sync) {
        if self.count == 1 || tasks <= 1 || tasks > Part::MOST_TASKS {
            return (0..tasks).for_each(task);
        }
        let job: Job<'_> = &task;
        self.job
            .store((&raw const job).cast_mut().cast(), Ordering::Relaxed);
        self.done.store(0, Ordering::Relaxed);
        let number = Part(self.part.load(Ordering::Relaxed)).number() + 1;
        self.part
            .store(Part::new(number & 0xff_ffff, tasks).0, Ordering::Release);
        {
            // Also if a task panics, `task` must outlive everybody who runs it.
            let _wait = Wait { crew: self };
            while self.take_one() {}
        }
        assert!(
            !self.has_panicked.load(Ordering::Relaxed),
            "a task panicked in a helper"
        );
    }

    /// Runs `task` on each of `items`. For the leader alone.
    pub(crate) fn each_of<I: Send>(&self, items: &mut [I], task: impl Fn(usize, &mut I) + Sync) {
        let first = Shared(items.as_mut_ptr());
        self.each(items.len(), |index| {
            // SAFETY: every index is below the length and is given to one task only.
            task(index, unsafe { &mut *first.at(index) });
        });
    }

    /// Runs `task` on the parts of `items` of the given length. For the leader alone.
    pub(crate) fn each_chunk<I: Send>(
        &self,
        items: &mut [I],
        length: usize,
        task: impl Fn(usize, &mut [I]) + Sync,
    ) {
        let (first, count) = (Shared(items.as_mut_ptr()), items.len());
        self.each(count.div_ceil(length), |index| {
            let own = length.min(count - index * length);
            // SAFETY: chunks lie within the items and do not overlap.
            let chunk = unsafe { std::slice::from_raw_parts_mut(first.at(index * length), own) };
            task(index, chunk);
        });
    }

    /// Helps until dismissed.
    fn help(&self) {
        let mut looks = 0;
        while !self.is_dismissed.load(Ordering::Acquire) {
            let took_one = catch_unwind(AssertUnwindSafe(|| self.take_one()));
            if took_one.is_err() {
                return;
            }
            if took_one.is_ok_and(|took_one| took_one) {
                looks = 0;
            } else if looks < PATIENCE {
                looks += 1;
                spin_loop();
            } else {
                std::thread::yield_now();
            }
        }
    }

    /// Takes and runs the next task, if there is one.
    fn take_one(&self) -> bool {
        let seen = self.part.load(Ordering::Acquire);
        let part = Part(seen);
        if part.next() >= part.tasks() {
            return false;
        }
        let job = self.job.load(Ordering::Relaxed);
        let taken =
            self.part
                .compare_exchange_weak(seen, seen + 1, Ordering::AcqRel, Ordering::Relaxed);
        if taken.is_err() {
            return true; // somebody else took it: look again
        }
        let _done = Done { crew: self };
        // SAFETY: the part had a task left both before and after `job` was read, so it had not
        // ended and `job` is its own; the leader keeps it until this task is done.
        let job = unsafe { *job.cast::<Job<'_>>() };
        job(part.next());
        true
    }
}

/// A pointer that tasks share.
struct Shared<I>(*mut I);

// SAFETY: each task reaches other items, and items may be sent.
unsafe impl<I: Send> Sync for Shared<I> {}

impl<I> Shared<I> {
    fn at(&self, index: usize) -> *mut I {
        self.0.wrapping_add(index)
    }
}

/// Counts a task as done when it has returned or panicked.
struct Done<'a> {
    crew: &'a Crew,
}

impl Drop for Done<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.crew.has_panicked.store(true, Ordering::Relaxed);
        }
        self.crew.done.fetch_add(1, Ordering::Release);
    }
}

/// Waits until every task that was taken is done, and lets none be taken any more.
struct Wait<'a> {
    crew: &'a Crew,
}

impl Drop for Wait<'_> {
    fn drop(&mut self) {
        let crew = self.crew;
        let part = Part(crew.part.load(Ordering::Acquire));
        let ended = Part::new(part.number(), 0).0;
        let taken = Part(crew.part.swap(ended, Ordering::AcqRel)).next();
        let mut looks = 0;
        while crew.done.load(Ordering::Acquire) < taken {
            looks += 1;
            if looks < PATIENCE {
                spin_loop();
            } else {
                std::thread::yield_now();
            }
        }
    }
}

/// Sends the helpers away when it is dropped.
struct Dismissal<'a> {
    crew: &'a Crew,
}

impl Drop for Dismissal<'_> {
    fn drop(&mut self) {
        self.crew.is_dismissed.store(true, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use crate::Threads;

    #[test]
    fn every_task_runs_once_through_many_short_parts() {
        for count in [1, 2, 3, 8] {
            let threads = Threads::new(count).unwrap();
            let mut items = vec![0_u32; 37];
            threads.enter(|crew| {
                for round in 0..2000 {
                    crew.each_of(&mut items[..1 + round % 37], |_, item| *item += 1);
                    crew.each_chunk(&mut items, 5, |_, chunk| {
                        chunk.iter_mut().for_each(|item| *item += 1);
                    });
                }
            });
            let short = |place: u32| (0..2000).filter(|round| round % 37 >= place).count() as u32;
            for (place, item) in items.iter().enumerate() {
                assert_eq!(*item, 2000 + short(place as u32));
            }
        }
    }

    #[test]
    fn crews_work_within_tasks_of_crews() {
        let threads = Threads::new(4).unwrap();
        let mut sums = vec![0_usize; 2];
        threads.each_of(&mut sums, |index, sum, own| {
            assert_eq!(own.count(), 2);
            let mut parts = [0; 100];
            own.each_of(&mut parts, |place, part, _| *part = place + index);
            *sum = parts.iter().sum();
        });
        assert_eq!(sums, [4950, 5050]);
    }

    #[test]
    fn crews_of_several_leaders_share_their_helpers() {
        let threads = Threads::new(3).unwrap();
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    for _ in 0..300 {
                        let mut items = [0; 20];
                        threads.each_of(&mut items, |_, item, own| {
                            own.each_of(std::slice::from_mut(item), |_, item, _| *item += 1);
                        });
                        assert_eq!(items, [1; 20]);
                    }
                });
            }
        });
    }

    #[test]
    fn a_panicking_task_reaches_the_leader_and_ends_the_crew() {
        let threads = Threads::new(3).unwrap();
        let run = || threads.each_of(&mut [0; 64], |index, _, _| assert_ne!(index, 40));
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(run));
        assert!(result.is_err());
        let mut items = [0; 64];
        threads.each_of(&mut items, |_, item, _| *item = 1);
        assert_eq!(items, [1; 64]);
    }
}
