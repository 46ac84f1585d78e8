//! The page: one HTML file with everything in it, legible from disk, on a phone and on paper.

mod badge;
mod overview;
mod setting;
mod trials;
mod verdict;
mod warnings;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior};
use serde::Serialize;
use thalweg_lab::claim::{CONFIDENCE, FEWEST_SEEDS};

pub(crate) use self::badge::Badge;
pub(crate) use self::overview::Tile;
pub(crate) use self::setting::{Entry, varied_paths};
pub(crate) use self::trials::ending;
use crate::aggregate::DEVIATION_FROM;
use crate::figure::{Drawing, theme};
use crate::finding::Finding;
use crate::gallery::Means;
use crate::results::Results;
use crate::trial::TrialPages;

/// What the template is filled with.
#[derive(Serialize)]
struct Page<'a> {
    title: &'a str,
    question: &'a str,
    overview: overview::Overview,
    verdicts: Vec<verdict::View<'a>>,
    /// In per cent.
    confidence: f64,
    fewest_seeds: usize,
    deviation_from: usize,
    figures: &'a [Drawing],
    means: Vec<Means>,
    sweeps: Vec<setting::SweepView<'a>>,
    shared: Vec<setting::Entry>,
    table: trials::Table,
    warnings: Vec<warnings::Group>,
    command: &'a str,
    version: &'a str,
}

/// The page with these figures.
pub(crate) fn page(
    results: &Results,
    figures: &[Drawing],
    pages: TrialPages,
) -> Result<String, minijinja::Error> {
    let findings = Finding::all(&results.experiment, &results.verdicts);
    let page = Page {
        title: &results.experiment.title,
        question: &results.experiment.question,
        overview: overview::Overview::of(results),
        verdicts: findings.iter().map(verdict::View::of).collect(),
        confidence: CONFIDENCE * 100.0,
        fewest_seeds: FEWEST_SEEDS,
        deviation_from: DEVIATION_FROM,
        figures,
        means: Means::all(results),
        sweeps: setting::sweeps(results),
        shared: setting::shared(results),
        table: trials::Table::of(results, pages),
        warnings: warnings::grouped(results),
        command: &results.command,
        version: &results.version,
    };
    fill_in("report.html", &page)
}

/// The templates by name: a page each, and what they share.
const TEMPLATES: [(&str, &str); 8] = [
    (
        "comparison.html",
        include_str!("../../templates/comparison.html"),
    ),
    (
        "evidence.html",
        include_str!("../../templates/evidence.html"),
    ),
    ("audit.html", include_str!("../../templates/audit.html")),
    ("page.html", include_str!("../../templates/page.html")),
    ("parts.html", include_str!("../../templates/parts.html")),
    ("report.html", include_str!("../../templates/report.html")),
    ("study.html", include_str!("../../templates/study.html")),
    ("trial.html", include_str!("../../templates/trial.html")),
];

/// What stands in the style sheet where the rules for the figures of the page belong.
const DARK_FIGURES: &str = "/* The colours of figures in the dark. */\n";

/// A template filled with values, escaped for HTML: a page that extends `page.html`.
pub(crate) fn fill_in(name: &str, values: &impl Serialize) -> Result<String, minijinja::Error> {
    let mut templates = Environment::new();
    templates.set_auto_escape_callback(|_| AutoEscape::Html);
    templates.set_syntax(SyntaxConfig::builder().trim_blocks(true).build()?);
    templates.set_undefined_behavior(UndefinedBehavior::Strict);
    for (name, text) in TEMPLATES {
        templates.add_template(name, text)?;
    }
    templates.add_global("style", include_str!("../../templates/style.css"));
    templates.add_global("script", include_str!("../../templates/report.js"));
    let html = templates.get_template(name)?.render(Serde(values))?;
    Ok(html.replacen(DARK_FIGURES, &theme::rules(&html), 1))
}
