//! What a trial says against its steps: batches that are not equal, rates not reached, gradients
//! clipped.

use thalweg::optimizer::{LastBatch, Sampling, steps_per_epoch};

use super::rate::Rate;
use crate::record::{Warning, WarningKind};
use crate::spec::{BatchSpec, TrialSpec};
use crate::store::Progress;

/// Every such warning about a trial on so many training examples.
pub(super) fn of(
    spec: &TrialSpec,
    examples: usize,
    rate: &Rate,
    progress: &Progress,
) -> Vec<Warning> {
    let batch = spec.optimizer.batch;
    let found = [
        batch.and_then(|batch| one_batch(batch, examples)),
        batch.and_then(|batch| uneven_batches(batch, examples)),
        unfinished_warm_up(rate, progress),
        clipped(spec, progress),
    ];
    found.into_iter().flatten().collect()
}

fn one_batch(batch: BatchSpec, examples: usize) -> Option<Warning> {
    let steps = steps_per_epoch(examples, batch.size, batch.last_batch);
    (steps == 1).then(|| Warning {
        kind: WarningKind::OneBatch,
        message: format!(
            "an epoch is one batch of {} of the {examples} examples, so that no two of its batches \
             can differ: the variance term of the modified loss is zero",
            batch.size.min(examples)
        ),
    })
}

/// What theory says where B does not divide N, for each way of drawing batches.
///
/// Any two batches of an epoch without replacement hold different examples, whatever their sizes, so
/// that over all shuffles the mean of ∇²Ê_j∇Ê_i is H∇E − ∇Γ/(2(N−1)) for each pair. The k(k−1)/2
/// pairs of an epoch then give Γ the coefficient (h/4)(k−1)/(N−1) (Smith et al. 2021, section 2,
/// where k = N/B).
fn uneven_batches(batch: BatchSpec, examples: usize) -> Option<Warning> {
    let rest = examples % batch.size;
    if rest == 0 || examples < batch.size {
        return None;
    }
    let steps = steps_per_epoch(examples, batch.size, batch.last_batch);
    let done = match batch.last_batch {
        LastBatch::Keep => format!(
            "the last batch of an epoch has {rest} of {} examples, each of which weighs {:.2} times \
             as much in it",
            batch.size,
            batch.size as f64 / rest as f64
        ),
        LastBatch::Drop => {
            format!("each epoch leaves {rest} of the {examples} examples out")
        }
    };
    let theory = match batch.sampling {
        Sampling::Shuffled => format!(
            "over all shuffles the mean gradient of a batch is still ∇E, and the coefficient of Γ in \
             the modified loss is (h/4)(k−1)/(N−1) with k = {steps}"
        ),
        Sampling::WithReplacement => {
            "drawn with replacement, the mean gradient of a batch is still \
                                      ∇E, and the modified loss has no variance term either way"
                .into()
        }
        Sampling::FixedOrder => match batch.last_batch {
            LastBatch::Keep => {
                "in a fixed order the mean of the batches is not E, since they do not \
                                weigh alike"
                    .into()
            }
            LastBatch::Drop => "in a fixed order they are never seen, and E is the mean over the \
                                others"
                .into(),
        },
    };
    Some(Warning {
        kind: WarningKind::UnevenBatches,
        message: format!("{done}: {theory}"),
    })
}

fn unfinished_warm_up(rate: &Rate, progress: &Progress) -> Option<Warning> {
    let warm_up = rate.warm_up();
    (progress.step < warm_up).then(|| Warning {
        kind: WarningKind::UnfinishedWarmUp,
        message: format!(
            "the warm-up takes {warm_up} steps and the trial took {}: the full learning rate was \
             never reached",
            progress.step
        ),
    })
}

fn clipped(spec: &TrialSpec, progress: &Progress) -> Option<Warning> {
    let most = spec.optimizer.clip_norm?;
    (progress.clipped_steps > 0).then(|| Warning {
        kind: WarningKind::ClippedGradients,
        message: format!(
            "{} of {} steps ({:.1} %) followed a gradient clipped to the norm {most}: the coefficients \
             of theory do not describe them",
            progress.clipped_steps,
            progress.step,
            100.0 * progress.clipped_steps as f64 / progress.step as f64
        ),
    })
}
