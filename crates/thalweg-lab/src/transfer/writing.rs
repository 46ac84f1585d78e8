//! The new experiment file.

use std::fmt::Write as _;
use std::path::Path;

use thalweg::modified::stochastic::BatchPenalty;
use thalweg::regularizer::{Normalisation, PenaltyDerivative};

use super::{Side, Subject, TransferError, Transferred};
use crate::spec::{
    CourseSpec, DecayKind, Duration, Experiment, MicroBatchSpec, RegularizerSpec, Strength,
    TrialSpec,
};
use crate::store;

/// What becomes of the limits of trials in steps and epochs. Limits in physical time are always
/// changed so that trials end at the same n·h_e.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limits {
    /// They stay.
    Same,
    /// They become those that cover the same time, rounded up to whole steps and epochs, and so do the
    /// stretches of a schedule.
    EqualTime,
}

/// The experiment with the target's training and the transferred penalty, as a file.
///
/// # Errors
/// If what is written would be no experiment: a claim or figure about a setting that is fixed by the
/// transfer.
pub fn retrained(
    subject: &Subject,
    transferred: &Transferred,
    penalty: BatchPenalty,
    limits: Limits,
    origin: &str,
) -> Result<String, TransferError> {
    if limits == Limits::EqualTime {
        check_limits(subject)?;
    }
    let regularizer = regularizer(subject, penalty);
    let experiment = subject.experiment.retrained(|trial| {
        trial.optimizer = transferred.target.optimizer;
        trial.regularizer = regularizer;
        // The implicit term is of the gradient with coupled decay, and so is what stands for it.
        if let Some(decay) = &mut trial.weight_decay {
            let is_coupled = decay.kind == DecayKind::Coupled;
            decay.in_penalty = (is_coupled && regularizer.is_some()).then_some(true);
        }
        set_end(trial, transferred, limits);
    });
    let mut text = heading(origin, transferred);
    text.push_str(&experiment.to_toml());
    Experiment::parse(origin, &text, &[])?;
    Ok(text)
}

/// Writes a file whole or not at all, over an old one only if `is_forced`.
///
/// # Errors
/// If there is one, or it cannot be written.
pub fn save(path: &Path, text: &str, is_forced: bool) -> Result<(), TransferError> {
    if path.exists() && !is_forced {
        let path = path.to_owned();
        return Err(TransferError::Exists { path });
    }
    Ok(store::write_whole_file(path, text.as_bytes())?)
}

/// The penalty as a file says it, computed as the original's own penalty is.
fn regularizer(subject: &Subject, penalty: BatchPenalty) -> Option<RegularizerSpec> {
    if penalty.is_nil() {
        return None;
    }
    let own = subject.trial().regularizer;
    let micro_batches = penalty.micro_batch_size.map(|size| MicroBatchSpec {
        size,
        whole_batch_coefficient: penalty.whole_batch_coefficient,
    });
    Some(RegularizerSpec {
        strength: Strength::Penalty {
            coefficient: penalty.coefficient,
            normalisation: Normalisation::SquaredNorm,
        },
        derivative: own.map_or(PenaltyDerivative::Exact, |own| own.derivative),
        epsilon: own.and_then(|own| own.epsilon),
        micro_batches,
    })
}

/// Limits that vary cannot be changed in one way.
fn check_limits(subject: &Subject) -> Result<(), TransferError> {
    let mut axes = subject
        .experiment
        .sweeps
        .iter()
        .flat_map(|sweep| &sweep.axes);
    let varied =
        axes.find(|axis| axis.path.starts_with("stop.") || axis.path.starts_with("schedule."));
    match varied {
        None => Ok(()),
        Some(axis) => Err(TransferError::Differ {
            path: axis.path.clone(),
            values: axis.values.iter().map(ToString::to_string).collect(),
        }),
    }
}

/// Changes limits, and the stretches of a schedule with them.
fn set_end(trial: &mut TrialSpec, transferred: &Transferred, limits: Limits) {
    let speed = |side: &Side| side.effective_learning_rate / side.optimizer.learning_rate;
    let (before, after) = (speed(&transferred.original), speed(&transferred.target));
    // Equal speeds keep the number as it is written.
    if let Some(time) = trial.stop.time.as_mut().filter(|_| before != after) {
        *time *= before / after;
    }
    if limits == Limits::Same {
        return;
    }
    let covering =
        |count: u64, ratio: f64| ((count as f64 * ratio * (1.0 - 1e-12)).ceil() as u64).max(1);
    let steps = |count| covering(count, transferred.steps_for_a_step());
    let epochs = |count| covering(count, transferred.epochs_for_an_epoch());
    trial.stop.steps = trial.stop.steps.map(steps);
    trial.stop.epochs = trial.stop.epochs.map(epochs);
    let stretched = |duration: Duration| match duration {
        Duration::Steps(count) => Duration::Steps(steps(count)),
        Duration::Epochs(count) => Duration::Epochs(epochs(count)),
    };
    if let Some(schedule) = &mut trial.schedule {
        schedule.warm_up = schedule.warm_up.map(stretched);
        match &mut schedule.course {
            CourseSpec::Step { every, .. } => *every = stretched(*every),
            CourseSpec::Cosine { length, .. } => *length = length.map(stretched),
            CourseSpec::Constant => {}
        }
    }
}

/// What was transferred from what, as comments.
fn heading(origin: &str, transferred: &Transferred) -> String {
    let total = transferred.original.total();
    let mut text = String::new();
    let _ = write!(
        text,
        "# Made by `thalweg transfer` from {}.\n\
         # Original: {}.\n\
         # Target:   {}.\n\
         # Both descend E + {:?} ‖∇E‖² + {:?} Γ in the mean, steps and penalty together, over {} examples.\n\
         # An epoch here covers {} of the original's time.\n\n",
        origin.replace(char::is_control, " "),
        super::text::described(&transferred.original),
        super::text::described(&transferred.target),
        total.full_batch,
        total.gradient_variance,
        transferred.original.epoch.examples,
        crate::study::shown(1.0 / transferred.epochs_for_an_epoch()),
    );
    text
}
