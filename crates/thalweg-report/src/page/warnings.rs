//! Warnings, those of one kind together.

use std::collections::BTreeMap;

use serde::Serialize;
use thalweg_lab::record::{Warning, WarningKind};

use crate::number::counted;
use crate::results::Results;

/// The messages of a kind that are spelt out.
const MOST_MESSAGES: usize = 5;

/// The warnings of one kind.
#[derive(Serialize)]
pub(super) struct Group {
    title: &'static str,
    /// How many trials have it.
    count: String,
    advice: &'static str,
    /// The first messages, each with its trial.
    messages: Vec<String>,
    /// How many more there are.
    more: usize,
}

/// The warnings of all trials by kind.
pub(super) fn grouped(results: &Results) -> Vec<Group> {
    let mut kinds: BTreeMap<WarningKind, Vec<String>> = BTreeMap::new();
    for one in &results.trials {
        let warnings = one.outcome.iter().flat_map(|outcome| &outcome.warnings);
        for Warning { kind, message } in warnings {
            let message = format!("{}: {message}", one.trial.id);
            kinds.entry(*kind).or_default().push(message);
        }
    }
    let group = |(kind, mut messages): (WarningKind, Vec<String>)| {
        let count = messages.len();
        messages.truncate(MOST_MESSAGES);
        Group {
            count: counted(count, "trial"),
            title: kind.title(),
            advice: kind.advice(),
            more: count - messages.len(),
            messages,
        }
    };
    kinds.into_iter().map(group).collect()
}
