//! The new experiment file.

use std::fmt::Write as _;
use std::path::Path;

use thalweg::modified::stochastic::BatchPenalty;
use thalweg::regularizer::{Normalisation, PenaltyDerivative};

use super::{Side, Subject, TransferError, Transferred};
use crate::spec::{Experiment, MicroBatchSpec, RegularizerSpec, StopSpec, Strength};
use crate::store;

/// What becomes of the limits of trials in steps and epochs. Limits in physical time are always
/// changed so that trials end at the same n·h_e.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limits {
    /// They stay.
    Same,
    /// They become those that cover the same time, rounded up to whole steps and epochs.
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
    let regularizer = regularizer(subject, penalty);
    let experiment = subject.experiment.retrained(
        &transferred.target.optimizer,
        regularizer.as_ref(),
        |stop| stopped(stop, transferred, limits),
    );
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

fn stopped(stop: StopSpec, transferred: &Transferred, limits: Limits) -> StopSpec {
    let speed = |side: &Side| side.effective_learning_rate / side.optimizer.learning_rate;
    let (before, after) = (speed(&transferred.original), speed(&transferred.target));
    // Equal speeds keep the number as it is written.
    let time = stop.time.map(|time| match before == after {
        true => time,
        false => time * before / after,
    });
    let covering = |count: u64, ratio: f64| (count as f64 * ratio * (1.0 - 1e-12)).ceil() as u64;
    let (steps, epochs) = match limits {
        Limits::Same => (stop.steps, stop.epochs),
        Limits::EqualTime => (
            stop.steps
                .map(|steps| covering(steps, transferred.steps_for_a_step()).max(1)),
            stop.epochs
                .map(|epochs| covering(epochs, transferred.epochs_for_an_epoch()).max(1)),
        ),
    };
    StopSpec {
        steps,
        epochs,
        time,
        ..stop
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
