//! The page of the evidence: every claim of every reproduction, and how it came out.

use serde::Serialize;
use thalweg_lab::claim::Ruling;
use thalweg_lab::reproduction::{Judged, Reproduced, tally};

use crate::ReportError;
use crate::page::{Badge, fill_in};

/// What the template is filled with.
#[derive(Serialize)]
struct Page<'a> {
    title: &'static str,
    tally: String,
    failed: &'a [&'a str],
    /// The claims that do not hold or are undecided.
    open: Vec<Open<'a>>,
    reproductions: Vec<View<'a>>,
    command: &'static str,
    version: &'static str,
}

/// The claims with one ruling.
#[derive(Serialize)]
struct Open<'a> {
    badge: Badge,
    heading: &'static str,
    id: &'static str,
    claims: Vec<(&'a str, &'a Judged)>,
}

/// A reproduction in the words of the page.
#[derive(Serialize)]
struct View<'a> {
    name: &'a str,
    folder: &'a str,
    title: &'a str,
    source: &'a str,
    /// How many of its claims hold, such as `4 of 5`.
    holding: String,
    claims: Vec<Row<'a>>,
}

#[derive(Serialize)]
struct Row<'a> {
    badge: Badge,
    claim: &'a Judged,
}

/// Makes the page of what several reproductions came to, to stand beside their folders; `failed` are
/// those that could not be checked. The same evidence makes the same bytes.
///
/// # Errors
/// If the page cannot be filled in, which evidence cannot cause.
pub fn render_evidence(all: &[Reproduced], failed: &[&str]) -> Result<String, ReportError> {
    let open = |ruling, heading, id| Open {
        badge: Badge::of(ruling),
        heading,
        id,
        claims: with_ruling(all, ruling),
    };
    let mut open = vec![
        open(Ruling::DoesNotHold, "What does not hold", "failing"),
        open(Ruling::Undecided, "What is undecided", "undecided"),
    ];
    open.retain(|one| !one.claims.is_empty());
    let page = Page {
        title: "The state of the evidence",
        tally: tally(all),
        failed,
        open,
        reproductions: all.iter().map(View::of).collect(),
        command: "thalweg reproduce all",
        version: env!("CARGO_PKG_VERSION"),
    };
    Ok(fill_in("evidence.html", &page)?)
}

fn with_ruling(all: &[Reproduced], ruling: Ruling) -> Vec<(&str, &Judged)> {
    let mut found = Vec::new();
    for one in all {
        let claims = one.claims.iter().filter(|claim| claim.ruling == ruling);
        found.extend(claims.map(|claim| (one.name, claim)));
    }
    found
}

impl<'a> View<'a> {
    fn of(one: &'a Reproduced) -> Self {
        let row = |claim: &'a Judged| Row {
            badge: Badge::of(claim.ruling),
            claim,
        };
        Self {
            name: one.name,
            folder: &one.folder,
            title: one.title,
            source: one.source,
            holding: format!("{} of {}", one.count(Ruling::Holds), one.claims.len()),
            claims: one.claims.iter().map(row).collect(),
        }
    }
}
