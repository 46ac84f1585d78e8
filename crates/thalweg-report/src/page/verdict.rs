//! Verdicts as the page shows them.

use serde::Serialize;
use thalweg_lab::claim::Verdict;
use thalweg_lab::spec::Setting;

use super::Badge;
use crate::finding::Finding;
use crate::number::{counted, significant};

/// A verdict in the words and numbers of the page.
#[derive(Serialize)]
pub(super) struct View<'a> {
    name: &'a str,
    statement: &'a str,
    source: &'a str,
    badge: Badge,
    effect: Option<String>,
    interval: Option<String>,
    /// What the effect is one of.
    subject: Option<String>,
    seeds: usize,
    /// The effect of each seed.
    effects: String,
    trials: String,
    left_out: Vec<String>,
    explanation: &'a str,
}

impl<'a> View<'a> {
    pub(super) fn of(finding: &Finding<'a>) -> Self {
        let verdict = finding.verdict;
        let of_seed = verdict.seeds.iter();
        let of_seed =
            of_seed.map(|one| format!("{} (seed {})", significant(one.effect, 3), one.seed));
        Self {
            name: &verdict.name,
            statement: &verdict.statement,
            source: &verdict.source,
            badge: Badge::of(verdict.ruling),
            effect: finding.effect(),
            interval: finding.interval(),
            subject: finding.subject(),
            seeds: verdict.seeds.len(),
            effects: of_seed.collect::<Vec<_>>().join(", "),
            trials: counted(verdict.trials_used, "trial"),
            left_out: left_out(verdict),
            explanation: &verdict.explanation,
        }
    }
}

/// The trials that do not count, one line a trial.
fn left_out(verdict: &Verdict) -> Vec<String> {
    let line = |one: &thalweg_lab::claim::LeftOut| {
        let setting = match &one.setting {
            Setting::Absent => String::new(),
            value => format!("setting {value}, "),
        };
        let (id, seed, reason) = (&one.id, one.seed, one.reason.words());
        format!("{id} ({setting}seed {seed}): {reason}")
    };
    verdict.left_out.iter().map(line).collect()
}
