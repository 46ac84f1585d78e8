//! Claims of two runs side by side.

use serde::Serialize;
use thalweg_lab::claim::Verdict;

use crate::finding::Finding;
use crate::page::Badge;
use crate::results::Results;

/// A claim that both runs rule on.
#[derive(Clone, Copy)]
pub(super) struct Shared<'a> {
    pub one: Finding<'a>,
    pub other: Finding<'a>,
}

/// The claims that both rule on, in the order of the first.
pub(super) fn shared<'a>(one: &'a Results, other: &'a Results) -> Vec<Shared<'a>> {
    let others = Finding::all(&other.experiment, &other.verdicts);
    let shared = |one: Finding<'a>| {
        let same = |key: fn(&Verdict) -> &str| {
            others
                .iter()
                .find(|other| key(other.verdict) == key(one.verdict))
        };
        let other = same(|verdict| &verdict.statement).or_else(|| same(|verdict| &verdict.name))?;
        Some(Shared { one, other: *other })
    };
    let ours = Finding::all(&one.experiment, &one.verdicts).into_iter();
    ours.filter_map(shared).collect()
}

/// A claim in the words and numbers of the page.
#[derive(Serialize)]
pub(super) struct Row<'a> {
    name: &'a str,
    statement: &'a str,
    one: Option<Side>,
    other: Option<Side>,
    /// What the two effects say of each other.
    relation: &'static str,
}

/// What one run says of it.
#[derive(Serialize)]
struct Side {
    badge: Badge,
    effect: Option<String>,
    interval: Option<String>,
    seeds: usize,
}

/// Every claim of either, those of the first first.
pub(super) fn rows<'a>(one: &'a Results, other: &'a Results) -> Vec<Row<'a>> {
    let shared = shared(one, other);
    let ours = Finding::all(&one.experiment, &one.verdicts).into_iter();
    let mut rows: Vec<Row<'a>> = ours
        .map(|ours| {
            let pair = shared
                .iter()
                .find(|pair| std::ptr::eq(pair.one.verdict, ours.verdict));
            Row::of(ours.verdict, Some(ours), pair.map(|pair| pair.other))
        })
        .collect();
    let theirs = Finding::all(&other.experiment, &other.verdicts).into_iter();
    let is_new = |theirs: &Finding<'a>| {
        !shared
            .iter()
            .any(|pair| std::ptr::eq(pair.other.verdict, theirs.verdict))
    };
    rows.extend(
        theirs
            .filter(is_new)
            .map(|theirs| Row::of(theirs.verdict, None, Some(theirs))),
    );
    rows
}

impl<'a> Row<'a> {
    fn of(verdict: &'a Verdict, one: Option<Finding<'a>>, other: Option<Finding<'a>>) -> Self {
        Self {
            name: &verdict.name,
            statement: &verdict.statement,
            relation: relation(one, other),
            one: one.map(|finding| Side::of(&finding)),
            other: other.map(|finding| Side::of(&finding)),
        }
    }
}

impl Side {
    fn of(finding: &Finding<'_>) -> Self {
        Self {
            badge: Badge::of(finding.verdict.ruling),
            effect: finding.effect(),
            interval: finding.interval(),
            seeds: finding.verdict.seeds.len(),
        }
    }
}

/// Whether two effects of one unit have intervals that overlap.
fn relation(one: Option<Finding<'_>>, other: Option<Finding<'_>>) -> &'static str {
    let (Some(one), Some(other)) = (one, other) else {
        return "in one run only";
    };
    match (&one.verdict.effect, &other.verdict.effect) {
        (Some(one), Some(other)) if one.unit != other.unit => "of unlike quantities",
        (Some(one), Some(other)) if one.low <= other.high && other.low <= one.high => {
            "intervals overlap"
        }
        (Some(_), Some(_)) => "intervals apart",
        _ => "without an effect",
    }
}
