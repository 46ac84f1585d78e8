//! The page of a comparison.

use serde::Serialize;

use super::Named;
use super::answer::answer;
use super::claims::{self, Row};
use super::experiments::{Difference, differences};
use super::trials::{Matched, Table};
use crate::figure::Drawing;
use crate::gallery::wording::setting_label;
use crate::page::{Tile, fill_in};

/// What the template is filled with.
#[derive(Serialize)]
struct Page<'a> {
    title: String,
    one: Side<'a>,
    other: Side<'a>,
    answer: String,
    tiles: Vec<Tile>,
    differences: Vec<Difference>,
    claims: Vec<Row<'a>>,
    figures: &'a [Drawing],
    trials: Table,
    /// Whether some are not the very same.
    has_unlike: bool,
    /// The settings in which those may differ.
    unlike: Vec<String>,
    command: &'a str,
    version: &'a str,
}

/// One of the runs.
#[derive(Serialize)]
struct Side<'a> {
    name: &'a str,
    title: &'a str,
    command: &'a str,
}

/// The page with these figures.
pub(super) fn page(
    one: Named<'_>,
    other: Named<'_>,
    trials: &Matched<'_>,
    figures: &[Drawing],
) -> Result<String, minijinja::Error> {
    let shared = claims::shared(one.results, other.results);
    let page = Page {
        title: format!("{} against {}", one.name, other.name),
        one: Side::of(one),
        other: Side::of(other),
        answer: answer(&shared, trials, figures.len()),
        tiles: tiles(one, other, trials, shared.len()),
        differences: differences(one.results, other.results),
        claims: claims::rows(one.results, other.results),
        figures,
        trials: Table::of(trials, one.results, other.results),
        has_unlike: trials.identical < trials.pairs.len(),
        unlike: trials
            .unlike
            .iter()
            .map(|path| setting_label(path))
            .collect(),
        command: &one.results.command,
        version: &one.results.version,
    };
    fill_in("comparison.html", &page)
}

impl<'a> Side<'a> {
    fn of(run: Named<'a>) -> Self {
        Self {
            name: run.name,
            title: &run.results.experiment.title,
            command: &run.results.command,
        }
    }
}

fn tiles(one: Named<'_>, other: Named<'_>, trials: &Matched<'_>, claims: usize) -> Vec<Tile> {
    let pairs = trials.pairs.len();
    let (ours, theirs) = (one.results.trials.len(), other.results.trials.len());
    let same = format!(
        "of {ours} here and {theirs} there; {} the very same",
        match trials.identical {
            identical if identical == pairs => "all".to_owned(),
            identical => identical.to_string(),
        }
    );
    let verdicts = format!(
        "of {} here and {} there",
        one.results.verdicts.len(),
        other.results.verdicts.len()
    );
    vec![
        Tile::new("claims in both", claims.to_string(), verdicts),
        Tile::new("trials in both", pairs.to_string(), same),
    ]
}
