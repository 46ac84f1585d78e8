//! The page: one HTML file with everything in it, legible from disk, on a phone and on paper.

mod setting;
mod trials;
mod verdict;
mod warnings;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior};
use serde::Serialize;
use thalweg_lab::claim::{CONFIDENCE, FEWEST_SEEDS};

use crate::figure::Drawing;
use crate::results::Results;

/// What the template is filled with.
#[derive(Serialize)]
struct Page<'a> {
    style: &'static str,
    script: &'static str,
    title: &'a str,
    question: &'a str,
    verdicts: Vec<verdict::View<'a>>,
    /// In per cent.
    confidence: f64,
    fewest_seeds: usize,
    figures: &'a [Drawing],
    sweeps: Vec<setting::SweepView<'a>>,
    shared: Vec<setting::Entry>,
    table: trials::Table,
    warnings: Vec<warnings::Group>,
    command: &'a str,
    version: &'a str,
}

/// The page with these figures.
pub(crate) fn page(results: &Results, figures: &[Drawing]) -> Result<String, minijinja::Error> {
    let page = Page {
        style: include_str!("../../templates/style.css"),
        script: include_str!("../../templates/report.js"),
        title: &results.experiment.title,
        question: &results.experiment.question,
        verdicts: results.verdicts.iter().map(verdict::View::of).collect(),
        confidence: CONFIDENCE * 100.0,
        fewest_seeds: FEWEST_SEEDS,
        figures,
        sweeps: setting::sweeps(results),
        shared: setting::shared(results),
        table: trials::Table::of(results),
        warnings: warnings::grouped(results),
        command: &results.command,
        version: &results.version,
    };
    let mut templates = Environment::new();
    templates.set_auto_escape_callback(|_| AutoEscape::Html);
    templates.set_syntax(SyntaxConfig::builder().trim_blocks(true).build()?);
    templates.set_undefined_behavior(UndefinedBehavior::Strict);
    templates.add_template("report.html", include_str!("../../templates/report.html"))?;
    let template = templates.get_template("report.html")?;
    template.render(Serde(&page))
}
