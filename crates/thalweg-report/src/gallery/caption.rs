//! Captions: what a point is, how many seeds stand behind it, how the band is made, what is missing.

use thalweg_lab::spec::{Scale, SeedsShown, Sweep};

use super::wording::setting_label;
use crate::aggregate::Band;
use crate::number::counted;
use crate::results::{Results, TrialResults};

/// What a point, or a line, of a figure is a mean of; `seeds` are the numbers of seeds that occur.
pub(super) fn spread(subject: &str, seeds: &[usize], scale: Scale) -> String {
    let fewest = seeds.iter().copied().min().unwrap_or(0);
    let most = seeds.iter().copied().max().unwrap_or(0);
    let mean = match scale {
        Scale::Linear => "mean",
        Scale::Log => "geometric mean",
    };
    let count = if fewest == most {
        counted(most, "seed")
    } else {
        format!("{fewest} to {most} seeds")
    };
    match (most, Band::of(most)) {
        (0, _) => "No seed has a value here, so there is no point and no band.".into(),
        (1, _) => format!("{subject} is a single seed, so there is no band."),
        (_, Band::Range) => {
            format!("{subject} is the {mean} over {count}, the band their full range.")
        }
        (_, Band::Deviation) => format!(
            "{subject} is the {mean} over {count}, the band one standard deviation either side."
        ),
    }
}

/// What the best seeds of a figure are called, such as `best 5 of 7 seeds`; `None` where all are
/// shown alike.
pub(super) fn best(seeds: &[usize], shown: SeedsShown) -> Option<String> {
    let fewest = seeds.iter().copied().min()?;
    let most = seeds.iter().copied().max()?;
    let best = shown.best_of(most)?;
    Some(if fewest == most {
        format!("best {best} of {most} seeds")
    } else {
        "best five sevenths of the seeds".into()
    })
}

/// How many trials of the sweep have no part in a figure, and why; `missing` are those that ended
/// well but without the value.
pub(super) fn left_out(results: &Results, sweep: &Sweep, missing: usize) -> Option<String> {
    let count =
        |is: fn(&TrialResults) -> bool| results.of_sweep(sweep).filter(|one| is(one)).count();
    let unfinished = count(|one| one.outcome.is_none());
    let diverged = count(TrialResults::has_diverged);
    let reasons = [
        (diverged, "diverged"),
        (unfinished, "unfinished"),
        (missing, "without this measurement"),
    ];
    let reasons: Vec<String> = reasons
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, reason)| format!("{count} {reason}"))
        .collect();
    (!reasons.is_empty()).then(|| format!("Trials left out: {}.", reasons.join(", ")))
}

/// Sentences in a row.
pub(super) fn joined(sentences: impl IntoIterator<Item = Option<String>>) -> String {
    let sentences: Vec<String> = sentences.into_iter().flatten().collect();
    sentences.join(" ")
}

/// What colours stand for, as the end of a title.
pub(super) fn by(sweep: &Sweep) -> String {
    match sweep.axes.as_slice() {
        [] => String::new(),
        [axis] => format!(", by {}", setting_label(&axis.path)),
        _ => format!(", sweep {}", sweep.name),
    }
}

/// The words with a capital first, symbols aside.
pub(crate) fn capitalised(words: &str) -> String {
    let mut words = words.to_owned();
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    words
}
