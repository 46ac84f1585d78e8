//! The numbers of a figure that shows the mean of the best seeds beside that of all, as a table.

use serde::Serialize;
use thalweg_lab::spec::{FigureAxis, FigureSpec, SeedsShown, Sweep};

use super::combination::Family;
use super::setting::{Column, Ticks};
use super::wording::{setting_label, upward};
use crate::aggregate::{Band, Summary};
use crate::number::significant;
use crate::results::Results;

/// The means of a figure.
#[derive(Serialize)]
pub(crate) struct Means {
    /// The title of the figure.
    title: String,
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Means {
    /// The means of every stated figure that shows those of the best seeds.
    pub(crate) fn all(results: &Results) -> Vec<Self> {
        let experiment = &results.experiment;
        let of = |spec: &FigureSpec| {
            let sweep = experiment
                .sweeps
                .iter()
                .find(|one| one.name == spec.sweep)?;
            match &spec.x {
                FigureAxis::Setting(path) if spec.seeds != SeedsShown::All => {
                    Some(Self::of(spec, path, sweep, results))
                }
                _ => None,
            }
        };
        experiment.figures.iter().filter_map(of).collect()
    }

    fn of(spec: &FigureSpec, path: &str, sweep: &Sweep, results: &Results) -> Self {
        let family = Family::of(results, sweep, Some(path));
        let ticks = Ticks::of(sweep, path);
        let is_split = !family.heading.is_empty();
        let mut rows = Vec::new();
        for member in &family.members {
            let name = is_split.then(|| member.name.clone());
            for column in ticks.columns(member, spec, path) {
                rows.extend(row(&column, name.clone(), spec));
            }
        }
        let quantity = upward(spec).label();
        let heading = is_split.then(|| family.heading.clone());
        let columns = heading.into_iter().chain([
            setting_label(path),
            "seeds".into(),
            format!("{quantity}, mean of all"),
            "the best".into(),
            "their mean".into(),
        ]);
        Self {
            title: spec.title.clone(),
            columns: columns.collect(),
            rows,
        }
    }
}

/// The cells of a point, if it has a value.
fn row(column: &Column<'_>, name: Option<String>, spec: &FigureSpec) -> Option<Vec<String>> {
    let values: Vec<f64> = column.values.iter().map(|(_, value)| *value).collect();
    let best = column.best.as_deref().unwrap_or_default();
    let mean = |values: &[f64]| Summary::of(values, spec.y_scale, Band::Range);
    let cells = name.into_iter().chain([
        column.mark.label.clone(),
        values.len().to_string(),
        significant(mean(&values)?.middle, 4),
        best.len().to_string(),
        significant(mean(best)?.middle, 4),
    ]);
    Some(cells.collect())
}
