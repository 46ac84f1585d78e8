//! What the comparison comes to, in a sentence.

use super::claims::Shared;
use super::trials::Matched;
use crate::number::counted;

/// Whether both runs rule alike, and on what not.
pub(super) fn answer(claims: &[Shared<'_>], trials: &Matched<'_>, figures: usize) -> String {
    let differs = |pair: &&Shared<'_>| pair.one.verdict.ruling != pair.other.verdict.ruling;
    let different: Vec<String> = claims.iter().filter(differs).map(change).collect();
    let all = claims.len();
    match (all, different.len()) {
        (0, _) => format!(
            "The runs share no claim; {} and {} are set side by side.",
            counted(trials.pairs.len(), "trial"),
            counted(figures, "figure")
        ),
        (1, 0) => "Both runs rule alike on the one claim that they share.".into(),
        (_, 0) => format!("Both runs rule alike on all {all} claims that they share."),
        (_, count) => format!(
            "The runs rule alike on {} of the {} that they share and differently on {count}: {}.",
            all - count,
            counted(all, "claim"),
            different.join("; ")
        ),
    }
}

fn change(pair: &Shared<'_>) -> String {
    let (one, other) = (pair.one.verdict, pair.other.verdict);
    format!(
        "{}: {} here, {} there",
        one.statement,
        one.ruling.name(),
        other.ruling.name()
    )
}
