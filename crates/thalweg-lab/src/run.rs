//! Running all trials of an experiment, side by side.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use thalweg::{Threads, ThreadsError};

use crate::claim::{Evidence, Verdict, rule};
use crate::datasets::Datasets;
use crate::plan::{Plan, PlannedTrial};
use crate::record::{Measurement, Outcome};
use crate::store::{LostSnapshot, RunFolder, StoreError, StoredRun, Summary};
use crate::trial::{self, Ended, Event, Surroundings, TrialError};

/// How trials share the machine.
#[derive(Clone, Copy, Debug)]
pub struct Resources {
    /// Trials side by side, at least 1.
    pub jobs: usize,
    /// Threads in all, split among the trials; each gets at least 1.
    pub threads: usize,
}

/// Who is told how trials get on. Calls come from several threads.
pub trait Observer: Sync {
    /// A trial is being run or continued.
    fn started(&self, trial: &PlannedTrial);
    /// It starts from its beginning, although something was saved.
    fn restarted(&self, trial: &PlannedTrial, lost: &LostSnapshot);
    /// It has taken `step` steps of at most `most`.
    fn advanced(&self, trial: &PlannedTrial, step: u64, most: u64);
    /// It begins, or goes on with the measurements that it kept.
    fn began(&self, _trial: &PlannedTrial, _kept: &[Measurement]) {}
    /// It has measured and stored that.
    fn measured(&self, _trial: &PlannedTrial, _measurement: &Measurement) {}
    /// It has an outcome; `is_new` if it was made in this run.
    fn finished(&self, trial: &PlannedTrial, outcome: &Outcome, is_new: bool);
    /// It could not be run to an outcome.
    fn failed(&self, trial: &PlannedTrial, error: &TrialError);
}

/// What a run of all trials came to.
#[derive(Debug, Default)]
pub struct RunEnd {
    /// Trials with an outcome.
    pub finished: usize,
    /// Trials that stopped on request and can be continued.
    pub interrupted: usize,
    /// Trials that another process is running.
    pub busy: usize,
    /// Trials that could not be run to an outcome.
    pub failed: Vec<(String, TrialError)>,
}

/// Runs every trial of `plan` that has no outcome yet. A trial that fails or diverges does not stop
/// the others.
///
/// # Errors
/// If threads cannot be started.
pub fn run(
    plan: &Plan,
    folder: &RunFolder,
    datasets: &Datasets,
    resources: Resources,
    interrupt: &AtomicBool,
    observer: &dyn Observer,
) -> Result<RunEnd, ThreadsError> {
    let jobs = resources.jobs.clamp(1, plan.trials.len().max(1));
    let pools: Result<Vec<Threads>, ThreadsError> = (0..jobs)
        .map(|_| Threads::new(resources.threads / jobs))
        .collect();
    let next = AtomicUsize::new(0);
    let work = |threads: Threads| {
        let surroundings = Surroundings {
            datasets,
            threads: &threads,
            interrupt,
        };
        let mut end = RunEnd::default();
        while let Some(trial) = plan.trials.get(next.fetch_add(1, Ordering::Relaxed)) {
            end.add(trial, run_one(trial, folder, surroundings, observer));
        }
        end
    };
    thread::scope(|scope| {
        let workers: Vec<_> = pools?
            .into_iter()
            .map(|threads| scope.spawn(|| work(threads)))
            .collect();
        let ends = workers.into_iter().map(|worker| {
            worker
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        });
        Ok::<_, ThreadsError>(ends.fold(RunEnd::default(), RunEnd::and))
    })
}

fn run_one(
    trial: &PlannedTrial,
    folder: &RunFolder,
    surroundings: Surroundings<'_>,
    observer: &dyn Observer,
) -> Result<Ended, TrialError> {
    let mut is_new = false;
    let mut tell = |event| match event {
        Event::Restarted(lost) => observer.restarted(trial, &lost),
        Event::Began(kept) => observer.began(trial, &kept),
        Event::Measured(measurement) => observer.measured(trial, &measurement),
        Event::Advanced { step, most } => {
            if !is_new {
                observer.started(trial);
                is_new = true;
            }
            observer.advanced(trial, step, most);
        }
    };
    let ended = trial::run(trial, &folder.trial(&trial.id), surroundings, &mut tell);
    match &ended {
        Ok(Ended::Finished(outcome)) => observer.finished(trial, outcome, is_new),
        Ok(Ended::Interrupted | Ended::Busy) => {}
        Err(error) => observer.failed(trial, error),
    }
    ended
}

impl RunEnd {
    fn add(&mut self, trial: &PlannedTrial, ended: Result<Ended, TrialError>) {
        match ended {
            Ok(Ended::Finished(_)) => self.finished += 1,
            Ok(Ended::Interrupted) => self.interrupted += 1,
            Ok(Ended::Busy) => self.busy += 1,
            Err(error) => self.failed.push((trial.id.clone(), error)),
        }
    }

    fn and(mut self, other: Self) -> Self {
        self.finished += other.finished;
        self.interrupted += other.interrupted;
        self.busy += other.busy;
        self.failed.extend(other.failed);
        self
    }
}

/// Writes what a run comes to, from what is stored: the rulings on its claims and the summary.
/// Returns the whole run as it then stands.
///
/// # Errors
/// If something stored is damaged or a file cannot be written.
pub fn conclude(folder: &RunFolder) -> Result<StoredRun, StoreError> {
    let mut run = StoredRun::read(folder.path())?;
    run.verdicts = rule_on_all(&run);
    folder.write_verdicts(&run.verdicts)?;
    Summary::of(&run).write(folder)?;
    Ok(run)
}

/// The rulings on every claim of the experiment.
fn rule_on_all(run: &StoredRun) -> Vec<Verdict> {
    let evidence = run.trials.iter().map(|trial| Evidence {
        trial: &trial.planned,
        outcome: trial.outcome.as_ref(),
        path: &trial.path,
    });
    let evidence: Vec<Evidence<'_>> = evidence.collect();
    let claims = run.experiment.claims.iter();
    claims
        .map(|claim| rule(claim, &run.experiment, &evidence))
        .collect()
}
